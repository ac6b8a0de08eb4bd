// This connector beside the one that Logto ships and beside bare node:https, over TLS to the emulator, each
// in a process of its own, in turn. Prints medians and, round by round, the ratio to Logto's.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { createAuthority, createCertificate } from '../emulator/certificates.js';
import { startEmulator } from '../emulator/emulator.js';
import { config as fixture } from '../src/fixtures.js';
import {
  addConnector,
  createInstance,
  getInstalledFolder,
  packConnector,
  root,
} from '../test/logto.js';

const run = promisify(execFile);
const rounds = 7;

type Figures = Record<string, number>;

const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-bench-'));
const tarball = await packConnector(folder);
const instance = await createInstance(path.join(folder, 'logto'));
const installed = getInstalledFolder(instance);
const authority = await createAuthority();
const certificate = await createCertificate(authority, { name: 'gate.smsaero.ru' });
const caFile = path.join(folder, 'ca.pem');
const config = {
  ...fixture,
  // Logto's connector knows no languages.
  templates: fixture.templates.map(({ usageType, content }) => ({
    usageType,
    content: content.ru,
  })),
};

await writeFile(caFile, authority.cert);
await addConnector(tarball, instance);

const candidates = {
  ours: path.join(installed, 'lib/index.js'),
  "Logto's": path.join(root, 'node_modules/official-connector-smsaero/lib/index.js'),
  floor: '',
};
const names = Object.keys(candidates);

const measure = async (name: string, what: string, port: number, options: { sends?: number }) => {
  const file = Object.entries(candidates).find(([key]) => key === name)?.[1];
  const child = fork(
    path.join(root, 'bench/candidate.mjs'),
    [JSON.stringify({ name, file, measure: what, port, config, ...options })],
    {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
      execArgv: ['--expose-gc'],
      // The lines that a connector prints belong to a send: they are written to a pipe, as under Docker.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    }
  );
  let figures: Figures | undefined;

  child.on('message', (message) => {
    figures = message as Figures;
  });
  child.stdout?.resume();

  const [code] = (await once(child, 'close')) as [number | null];

  if (!figures) {
    throw new Error(`${name} ended with ${code} and no figures of ${what}.`);
  }

  return figures;
};

const median = (values: number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const show = (value: number) => value.toFixed(value < 10 ? 2 : 0);

/** Measures all candidates in turn, round after round, and prints a table of the medians. */
const compare = async (title: string, what: string, options: { sends?: number } = {}) => {
  const { url, close } = await startEmulator({
    email: config.email,
    apiKey: config.apiKey,
    certificate,
    signs: [config.senderName],
    balance: Number.POSITIVE_INFINITY,
  });
  const port = Number(new URL(url).port);
  const results = new Map<string, Figures[]>(names.map((name) => [name, []]));

  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      results.get(name)?.push(await measure(name, what, port, options));
    }
  }

  await close();
  console.log(`\n${title}`);

  const [ours = [], official = []] = [results.get('ours'), results.get("Logto's")];

  console.table(
    Object.fromEntries(
      Object.keys(ours[0] ?? {}).map((key) => {
        const ratios = ours.map(
          (figures, index) => (figures[key] ?? 0) / (official[index]?.[key] ?? 0)
        );

        return [
          key,
          {
            ...Object.fromEntries(
              names.map((name) => [
                name,
                show(median((results.get(name) ?? []).map((figures) => figures[key] ?? 0))),
              ])
            ),
            "ours / Logto's": median(ratios).toFixed(2),
            'round by round': ratios.map((ratio) => ratio.toFixed(2)).join(' '),
          },
        ];
      })
    )
  );
};

const getSizes = async (source: string) => {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--dry-run', source]);
  const [size, unpackedSize] = ['size', 'unpackedSize'].map((key) =>
    Number(new RegExp(`"${key}": (\\d+),\\s+"(?:unpackedSize|shasum)"`).exec(stdout)?.[1])
  );

  return {
    'packed, KB': show((size ?? 0) / 1000),
    'unpacked, KB': show((unpackedSize ?? 0) / 1000),
  };
};

try {
  console.log(`Node ${process.version}, ${rounds} rounds; medians.`);
  await compare('Import in a new process, ms', 'importCold');
  await compare('Import where connector-kit and zod are loaded, ms', 'importWarm');
  await compare('One message at a time: CPU and latency in ms', 'sends', { sends: 5000 });
  await compare('32 messages at a time: CPU and latency in ms', 'sendsAtOnce', { sends: 8000 });
  await compare('Growth over 10 000 messages, KiB', 'memory', { sends: 10_000 });
  console.log("\nPackage; Logto's needs got, @silverhand/essentials and snakecase-keys beside it");
  console.table({
    ours: await getSizes(installed),
    "Logto's": await getSizes(path.join(root, 'node_modules/official-connector-smsaero')),
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
