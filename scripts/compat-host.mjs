// Plays the Logto whose packages are found from a folder: `node compat-host.mjs FOLDER CONNECTOR '{…}'`. Loads
// the installed connector with that Logto's loader and sends through it; prints what came of it as JSON.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [host, connector, json] = process.argv.slice(2);
const { config, data } = JSON.parse(json);
const load = async (file) => import(pathToFileURL(path.join(host, 'node_modules', file)).href);

const { loadConnectorFactories, buildRawConnector } = await load(
  '@logto/cli/lib/connector/index.js'
);
const { ConnectorError, connectorMetadataGuard } = await load('@logto/connector-kit/lib/index.js');
const [factory] = await loadConnectorFactories(
  [{ name: '@logto/connector-smsaero', path: connector }],
  false
);

const send = async (override) => {
  const { rawConnector } = await buildRawConnector(factory, async () => ({
    ...config,
    ...override,
  }));

  try {
    await rawConnector.sendMessage(data);

    return 'sent';
  } catch (error) {
    return error instanceof ConnectorError ? error.code : `not the host's error: ${error}`;
  }
};

const { version } = JSON.parse(
  await readFile(path.join(host, 'node_modules/@logto/connector-kit/package.json'), 'utf8')
);
const results = factory
  ? {
      kit: version,
      metadata: connectorMetadataGuard.safeParse(factory.metadata).success,
      send: await send(),
      wrongKey: await send({ apiKey: 'wrong' }),
      // What there was is spent.
      noMoney: await send(),
    }
  : { kit: version };

process.stdout.write(JSON.stringify(results));
