// Installs the packed connector with the CLI of each Logto below or, given `latest`, of the newest one. Loads it
// with that Logto's loader and sends through it. Prints a table; ends with 1 if that fails with any.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { startEmulator } from '../emulator/emulator.js';
import { config, data } from '../src/fixtures.js';
import {
  addConnector,
  createInstance,
  getInstalledFolder,
  packConnector,
  root,
} from '../test/logto.js';

const run = promisify(execFile);

/** Version of Logto (of its CLI, which is released with it) and of the connector-kit beside it. */
const known = [
  ['1.37.1', '4.7.0'],
  ['1.40.1', '5.0.0'],
  ['1.40.1', '5.0.1'],
  ['1.42.0', '5.1.0'],
  ['1.43.0', '5.1.1'],
] as const;
const hosts = process.argv.includes('latest') ? ([['latest', 'latest']] as const) : known;

/** Kits before 5.1.1 have no code for an empty account. */
const isOld = (kit: string) => /^(?:4\.|5\.0\.|5\.1\.0$)/.test(kit);

const expectResults = (kit: string) => ({
  kit,
  metadata: true,
  send: 'sent',
  wrongKey: 'general',
  noMoney: isOld(kit) ? 'general' : 'usage_limit_exceeded',
});

const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-compat-'));

const tryHost = async (tarball: string, logto: string, kit: string) => {
  const host = path.join(folder, `${logto}-${kit}`);

  await mkdir(host);
  await writeFile(
    path.join(host, 'package.json'),
    JSON.stringify({
      dependencies: { '@logto/cli': logto, '@logto/connector-kit': kit, zod: '3.24.3' },
      overrides: { '@logto/connector-kit': kit },
    })
  );
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: host });

  const instance = await createInstance(path.join(host, 'logto'), host);

  await addConnector(tarball, instance, host);

  // Money for one message.
  const emulator = await startEmulator({ ...config, signs: [config.senderName], balance: 6 });
  const { stdout, stderr } = await run(process.execPath, [
    path.join(root, 'scripts/compat-host.mjs'),
    host,
    getInstalledFolder(instance),
    JSON.stringify({ data, config: { ...config, gatewayUrl: emulator.url } }),
  ]).finally(emulator.close);
  const [line = ''] = stdout.split('\n').slice(-1);

  return { results: JSON.parse(line || '{}') as Record<string, unknown>, log: stdout + stderr };
};

try {
  console.log(`Node ${process.version}; installing ${hosts.length} hosts`);

  const tarball = await packConnector(folder);
  const rows = await Promise.all(
    hosts.map(async ([logto, kit]) => {
      const { results, log } = await tryHost(tarball, logto, kit);
      const expected = expectResults(kit === 'latest' ? String(results.kit) : kit);
      const isCompatible = JSON.stringify(results) === JSON.stringify(expected);

      if (!isCompatible) {
        console.error(`Not compatible with Logto ${logto} and connector-kit ${kit}:\n${log}`);
        process.exitCode = 1;
      }

      return { Logto: logto, ...results, compatible: isCompatible };
    })
  );

  console.table(rows);
} finally {
  await rm(folder, { recursive: true, force: true });
}
