import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { buildRawConnector, loadConnectorFactories } from '@logto/cli/lib/connector/index.js';
import { ConnectorType, type SendMessageData } from '@logto/connector-kit';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The version in `package.json`. */
export const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  version: string;
};

const running = new Set<ChildProcess>();

/** Each command leads a process group of its own, so that all that it starts can be ended with it. */
const run = async (file: string, args: string[], cwd = root) => {
  const child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });

  running.add(child);

  try {
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);

    if (code !== 0) {
      throw new Error(`${[path.basename(file), ...args].join(' ')} failed.\n${stderr || stdout}`);
    }

    return { stdout, stderr };
  } finally {
    running.delete(child);
  }
};

/** Ends the commands that still run, and all that they started. */
export const killCommands = () => {
  for (const { pid } of running) {
    try {
      process.kill(-(pid ?? Number.NaN), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
};

/** Copies the project, for what builds it: `lib/` in the working tree stays as it is. */
export const copyProject = async (folder: string): Promise<string> => {
  await cp(root, folder, {
    recursive: true,
    filter: (file) =>
      !/^(?:node_modules|lib|reports|\..+|.+\.tgz)$/.test(path.relative(root, file)),
  });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));

  return folder;
};

/**
 * Packs a copy of the connector as a release does, which builds it first.
 *
 * @returns The tarball's path. Its name begins with `connector-`, as `logto connector add` demands.
 */
export const packConnector = async (folder: string): Promise<string> => {
  const project = await copyProject(path.join(folder, 'project'));

  await run('scripts/pack-release.sh', [folder], project);

  return path.join(folder, `connector-smsaero-${version}.tgz`);
};

/** The folder of a package as Node finds it from the project. */
const findPackage = (name: string, from: string) =>
  path.dirname(createRequire(path.join(from, 'package.json')).resolve(`${name}/package.json`));

/**
 * Makes a folder that Logto's CLI takes for a Logto instance: `packages/core` with the two packages that a
 * plugin gets from its host, connector-kit and zod, and with the CLI, whose loader Logto uses.
 *
 * @param host Where the host's packages are found; the project's own by default.
 */
export const createInstance = async (folder: string, host = root): Promise<string> => {
  const core = path.join(folder, 'packages/core');
  const modules = path.join(core, 'node_modules');

  await mkdir(path.join(modules, '@logto'), { recursive: true });
  await writeFile(path.join(core, 'package.json'), JSON.stringify({ name: '@logto/core' }));

  for (const name of ['@logto/cli', '@logto/connector-kit', 'zod']) {
    await symlink(findPackage(name, host), path.join(modules, name));
  }

  return folder;
};

/**
 * Installs a tarball by `logto connector add` of the CLI that is found from `host`.
 *
 * @returns The CLI's line that says so, with the version.
 * @throws Error with all of its lines where that one is missing: its exit code is 0 even so.
 */
export const addConnector = async (tarball: string, instance: string, host = root) => {
  const bin = path.join(findPackage('@logto/cli', host), 'bin/logto.js');
  const args = [bin, 'connector', 'add', tarball, '-p', instance];
  const { stdout, stderr } = await run(process.execPath, args);
  const [line] = /✔ Added .*/.exec(stdout) ?? [];

  if (!line) {
    throw new Error(stdout + stderr);
  }

  return line;
};

/** The installed connector's folder in an instance. */
export const getInstalledFolder = (instance: string) =>
  path.join(instance, 'packages/core/connectors/@logto-connector-smsaero');

/** Loads the installed connector as Logto does at start, with the loader of the project's own CLI. */
export const loadInstalled = async (instance: string) => {
  const [factory] = await loadConnectorFactories(
    [{ name: '@logto/connector-smsaero', path: getInstalledFolder(instance) }],
    false
  );

  if (factory?.type !== ConnectorType.Sms) {
    throw new Error('Logto skipped the connector; the line above says why.');
  }

  return factory;
};

type Factory = Awaited<ReturnType<typeof loadInstalled>>;

/**
 * Sends as Logto core does: the factory is called again for each message; a real send takes the stored
 * config from `getConfig`, the console's test passes the form's as second argument.
 */
export const sendThrough = async (
  factory: Factory,
  data: SendMessageData,
  configs: { stored: unknown } | { form: unknown }
): Promise<unknown> => {
  const getConfig = async () => 'stored' in configs && configs.stored;
  const { rawConnector } = await buildRawConnector(factory, getConfig);

  if (rawConnector.type !== ConnectorType.Sms) {
    throw new Error('Not an SMS connector.');
  }

  return rawConnector.sendMessage(data, 'form' in configs ? configs.form : undefined);
};
