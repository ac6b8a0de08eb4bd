/**
 * Lists what is bundled into `lib/index.js` in CycloneDX 1.6. Without a serial number or a time, so that the
 * same sources give the same file.
 *
 * @param connector `package.json` of the connector itself. It gets no purl: under its name the npm registry
 *   has Logto's own connector.
 * @param bundled `package.json` of each bundled package.
 */
export const createSbom = (connector, bundled) => ({
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: toComponent(connector) },
  components: bundled
    .map((manifest) => ({ ...toComponent(manifest), purl: toPurl(manifest) }))
    .sort((one, other) => (one.purl < other.purl ? -1 : 1)),
});

const toPurl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

const toComponent = ({ name, version, license }) => {
  const [base, group] = name.split('/').reverse();

  return { type: 'library', group, name: base, version, licenses: [{ license: { id: license } }] };
};
