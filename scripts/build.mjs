// Builds lib/index.js: one readable ES module that imports nothing but Node, connector-kit and zod, for
// Logto installs no dependencies of a plugin. The licences of what is bundled stand at its end. Beside it
// lies the SBOM, which a release gets but the package does not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { build } from 'esbuild';

import { createSbom } from './sbom.mjs';

/** A package may have packages of its own: the innermost folder counts. */
const findPackage = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

const readManifest = (folder) =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

const readLicense = (folder) => {
  const { name, version, license } = readManifest(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));

  return {
    name: `${name} ${version}`,
    text: file ? readFileSync(path.join(folder, file), 'utf8').trim() : `License: ${license}`,
  };
};

/**
 * What got loads for HTTP/2, caches and DNS caching. The connector turns none of them on, so nothing of it
 * ever runs, and without it an operator has half as much to audit and the host less to load.
 */
const neverUsed = /^(?:http2-wrapper|cacheable-request|cacheable-lookup)$/;

const leaveOutUnused = {
  name: 'leave-out-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: neverUsed }, ({ path: file }) => ({ path: file, namespace: 'unused' }));
    onLoad({ filter: neverUsed, namespace: 'unused' }, () => ({
      contents: 'export default class Unused {}\nexport class CacheError extends Error {}\n',
    }));
  },
};

const options = {
  entryPoints: ['src/index.ts'],
  outfile: 'lib/index.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  charset: 'utf8',
  external: ['@logto/connector-kit', 'zod'],
  // Where node_modules is a link, what stands in the file must not depend on where it leads to.
  preserveSymlinks: true,
  plugins: [leaveOutUnused],
  logLevel: 'warning',
};

const { metafile } = await build({ ...options, write: false, metafile: true });
const [{ inputs }] = Object.values(metafile.outputs);
const folders = [
  ...new Set(
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => findPackage(file))
      .filter(Boolean)
  ),
];
const connector = readManifest('.');
const licenses = new Map();

for (const folder of folders) {
  const { name, text } = readLicense(folder);

  licenses.set(text, [...(licenses.get(text) ?? []), name]);
}

const notices = [...licenses]
  .map(([text, names]) => `${names.join(', ')}:\n\n${text}`)
  .join('\n\n---\n\n')
  .replaceAll('*/', '* /');

/** MPL-2.0, section 3.2: whoever gets the built file is told where its sources are. */
const source = `The connector is licensed under the Mozilla Public License 2.0; see LICENSE. The source code of
version ${connector.version} is available free of charge on the release page that offers this package, as "Source code".`;

await build({
  ...options,
  footer: { js: `/*\n${source}\n\nThis file holds parts of:\n\n${notices}\n*/` },
});

const sbom = createSbom(
  connector,
  folders.map((folder) => readManifest(folder))
);

writeFileSync('lib/sbom.cdx.json', `${JSON.stringify(sbom, null, 2)}\n`);
