import { execFile } from 'node:child_process';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  ConnectorError,
  connectorMetadataGuard,
  ConnectorType,
  TemplateType,
} from '@logto/connector-kit';
import { isLanguageTag } from '@logto/language-kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type Emulator, startEmulator } from '../emulator/emulator.js';
import { catchConnectorError, config, data } from '../src/fixtures.js';
import { visitorSentences } from '../src/visitor.js';

import { getBlocks, readDocument } from './documents.js';
import {
  addConnector,
  copyProject,
  createInstance,
  getInstalledFolder,
  loadInstalled,
  packConnector,
  root,
  sendThrough,
  version,
} from './logto.js';

const run = promisify(execFile);

describe('the packed connector, installed and loaded by Logto', () => {
  let folder: string;
  let tarball: string;
  let instance: string;
  let line: string;
  let emulator: Emulator;
  let factory: Awaited<ReturnType<typeof loadInstalled>>;
  let stored: Record<string, unknown>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-test-'));
    tarball = await packConnector(folder);
    instance = await createInstance(path.join(folder, 'logto'));
    line = await addConnector(tarball, instance);
    factory = await loadInstalled(instance);
    emulator = await startEmulator({ ...config, signs: [config.senderName], statuses: [0, 1] });
    stored = { ...config, gatewayUrl: emulator.url };
  });

  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('holds what it needs and nothing else', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);

    expect(stdout.trim().split('\n').toSorted()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'README.ru.md',
        'SECURITY.md',
        'docs/guide.md',
        'docs/images/form.png',
        'docs/images/send.png',
        'docs/images/sign-in.png',
        'docs/operating.md',
        'docs/operating.ru.md',
        'docs/telegram.md',
        'docs/telegram.ru.md',
        'lib/index.js',
        'logo-dark.svg',
        'logo.svg',
        'package.json',
      ].map((file) => `package/${file}`)
    );
  });

  it('is the same, byte by byte, when packed again', async () => {
    const again = path.join(folder, 'again');

    await mkdir(again);

    const bytes = await readFile(tarball);

    expect(bytes.equals(await readFile(await packConnector(again)))).toBe(true);
  });

  describe('from a work tree with what git does not track', () => {
    let tree: string;

    beforeAll(async () => {
      tree = await copyProject(path.join(folder, 'tree'));
      await run('git', ['init', '--quiet'], { cwd: tree });
      await run('git', ['add', '.', ':!node_modules'], { cwd: tree });
      await run(
        'git',
        ['-c', 'user.name=A', '-c', 'user.email=a@shop.example', 'commit', '--quiet', '-m', 'A'],
        { cwd: tree }
      );
      await writeFile(path.join(tree, 'docs/.env'), 'KEY=secret');
      await writeFile(path.join(tree, 'docs/images.md'), 'Notes');
    });

    const list = async (file: string) => {
      const { stdout } = await run('tar', ['-tzf', file]);

      return stdout.trim().split('\n').toSorted();
    };

    it('holds no more as a release, and names its repository', async () => {
      const release = path.join(folder, 'release');
      const unpacked = path.join(folder, 'release/package');

      await mkdir(release);
      await writeFile(path.join(tree, 'README.private.md'), 'Notes');
      await run('scripts/pack-release.sh', [release], {
        cwd: tree,
        env: { ...process.env, GITHUB_REPOSITORY: 'acme/sms-connector' },
      });
      await rm(path.join(tree, 'README.private.md'));

      const packed = path.join(release, path.basename(tarball));

      expect(await list(packed)).toEqual(await list(tarball));
      await run('tar', ['-xzf', packed, '-C', release]);

      const address = 'https://github.com/acme/sms-connector';
      const json = await readFile(path.join(unpacked, 'package.json'), 'utf8');

      expect(JSON.parse(json)).toMatchObject({
        version,
        homepage: address,
        bugs: `${address}/issues`,
        repository: { type: 'git', url: `git+${address}.git` },
      });

      const names = await readdir(unpacked, { recursive: true });

      for (const name of names.filter((file) => file.endsWith('.md'))) {
        const text = await readFile(path.join(unpacked, name), 'utf8');
        const source = await readDocument(name);
        const phrases = /this repository|эт\p{L}+ репозитори\p{L}+/giu;

        expect(text).not.toMatch(/OWNER\/NAME|--repo …/);
        expect(text.match(phrases)).toEqual(source.match(phrases));
        expect(text.split(`](${address})`)).toHaveLength((source.match(phrases)?.length ?? 0) + 1);
      }
    });

    it('holds no more when packed by hand, or is not packed at all', async () => {
      const byHand = path.join(folder, 'packed-by-hand');
      const pack = async () => run('npm', ['pack', '--pack-destination', byHand], { cwd: tree });

      await mkdir(byHand);
      await rm(path.join(tree, 'docs/images.md'));
      await pack();
      expect(await list(path.join(byHand, `logto-${path.basename(tarball)}`))).toEqual(
        await list(tarball)
      );

      for (const name of ['README.private.md', 'readme', 'LICENSE.old']) {
        await writeFile(path.join(tree, name), 'Notes');
        await expect(pack()).rejects.toThrow(`Move away what would be packed as well: ${name}`);
        await rm(path.join(tree, name));
      }
    });
  });

  it('imports nothing but Node, connector-kit and zod', async () => {
    const code = await readFile(path.join(getInstalledFolder(instance), 'lib/index.js'), 'utf8');
    const imports = [...code.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)";$/gm)].map(
      ([, name = '']) => name
    );

    expect(imports.length).toBeGreaterThan(5);
    expect(new Set(imports.filter((name) => !name.startsWith('node:')))).toEqual(
      new Set(['@logto/connector-kit', 'zod'])
    );
    expect(code).not.toMatch(/\brequire\(|\bimport\(/);
  });

  it('ends with the licences of what it holds, and says nothing of where it was built', async () => {
    const code = await readFile(path.join(getInstalledFolder(instance), 'lib/index.js'), 'utf8');

    expect(code).toMatch(/^This file holds parts of:\n[^]*\bgot 14\.[^]*\bMIT\b/m);
    expect(code).not.toMatch(/^\/\/ \.\.\//m);
  });

  it("is added by Logto's CLI, which says so", () => {
    expect(line).toBe(`✔ Added @logto/connector-smsaero v${version}`);
  });

  it('has metadata that the host takes, with logos and guide in it', () => {
    const { metadata, type } = factory;

    expect(type).toBe(ConnectorType.Sms);
    expect(connectorMetadataGuard.safeParse(metadata).error).toBeUndefined();
    expect(
      Object.keys({ ...metadata.name, ...metadata.description }).every((tag) => isLanguageTag(tag))
    ).toBe(true);
    expect(metadata.logo).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(metadata.logoDark).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(metadata.readme).toMatch(/^# /);
  });

  it('sends a sign-in code with the stored config, and leaves one line in the log', async () => {
    const info = vi.spyOn(console, 'info').mockReturnValue();

    await sendThrough(factory, data, { stored });
    expect(info).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(
        /^\[connector-smsaero] SMS sent: host=127\.0\.0\.1:\d+ id=1001 ms=\d+ usageType=SignIn$/
      )
    );
    info.mockRestore();
    expect(emulator.deliveries.at(-1)).toEqual({
      channel: 'sms',
      number: '79164058273',
      sign: 'Shop',
      text: 'SignIn: ваш код 381945',
    });
  });

  it("sends the console's test with the form's config", async () => {
    const test = { to: '79164058273', type: TemplateType.Generic, payload: { code: '000000' } };

    await sendThrough(factory, test, { form: stored });
    expect(emulator.deliveries.at(-1)?.text).toBe('Generic: your code is 000000');
  });

  it("fails with the host's own ConnectorError and one line in the log", async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const promise = sendThrough(factory, data, { stored: { ...stored, apiKey: 'wrong' } });

    await expect(promise).rejects.toBeInstanceOf(ConnectorError);
    await expect(catchConnectorError(promise)).resolves.toEqual({
      code: 'general',
      errorDescription: visitorSentences.neutral.ru,
    });
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^\[connector-smsaero] SMS not sent: kind=credentials status=401 /)
    );
    warn.mockRestore();
  });

  it('leaves the place of a mistake of its own in the log', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const broken = {
      ...data,
      get to() {
        throw new TypeError(`Not for the log: ${data.to}`);
      },
    };
    const promise = sendThrough(factory, broken as unknown as typeof data, { form: stored });

    await expect(catchConnectorError(promise)).resolves.toMatchObject({ code: 'general' });
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(
        /^\[connector-smsaero] SMS not sent: kind=internal ms=\d+ reason="TypeError at lib\/index\.js:\d+:\d+" usageType=SignIn$/
      )
    );
    warn.mockRestore();
  });

  describe('the commands of the README, as they stand there', () => {
    const runInBash = async (script: string, cwd: string) => {
      // Where another Node was taken with `npx --package`, the script's own npx must not inherit that.
      const { npm_config_package: _, ...env } = process.env;
      // Bash takes a socket on stdin for a remote login, and would read its start-up file.
      const { stdout, stderr } = await run('bash', ['--norc', '-euc', script], {
        cwd,
        // Nothing may be downloaded.
        env: { ...env, npm_config_registry: 'http://127.0.0.1:9' },
      });

      return stdout + stderr;
    };

    const readBlocks = async (language: string, word: string) => {
      const blocks = getBlocks(await readDocument('README.md'), language);

      return blocks.filter((block) => block.includes(word)).join('\n');
    };

    /** An instance with Logto's own CLI and, as in the official image, a link to the bundled connector. */
    const createLinkedInstance = async (name: string) => {
      const linked = await createInstance(path.join(folder, name));
      const bundled = path.join(linked, 'packages/connectors/connector-smsaero');

      await cp(path.join(root, 'node_modules/official-connector-smsaero'), bundled, {
        recursive: true,
      });
      await mkdir(path.dirname(getInstalledFolder(linked)), { recursive: true });
      await symlink('../../connectors/connector-smsaero', getInstalledFolder(linked));
      await writeFile(path.join(linked, 'package.json'), '{"scripts":{"cli":"logto"}}');
      await symlink(path.join(root, 'node_modules'), path.join(linked, 'node_modules'));

      return { linked, bundled };
    };

    const readVersion = async (packageFolder: string) => {
      const json = await readFile(path.join(packageFolder, 'package.json'), 'utf8');

      return (JSON.parse(json) as { version?: string }).version;
    };

    const bundledVersion = expect.stringMatching(/^1\./) as unknown;

    const add = async (file: string, linked: string) => {
      const commands = await readBlocks('bash', 'connector add');

      return runInBash(commands.replace(`/path/to/${path.basename(tarball)}`, `'${file}'`), linked);
    };

    it('check a download', async () => {
      const check = await readBlocks('bash', 'sha256sum');
      const other = path.join(folder, 'other');

      expect(await runInBash(check, folder)).toBe(`${path.basename(tarball)}: OK\n`);
      await mkdir(other);
      await copyFile(`${tarball}.sha256`, path.join(other, `${path.basename(tarball)}.sha256`));
      await writeFile(path.join(other, path.basename(tarball)), 'Another file');
      await expect(runInBash(check, other)).rejects.toThrow('did NOT match');
    });

    it('make the package, install it, put it over itself, and put the bundled one back', async () => {
      const { linked, bundled } = await createLinkedInstance('by-hand');
      const pack = await readBlocks('bash', 'npm pack');
      const rollBack = await readBlocks('bash', 'connector link');

      const project = await copyProject(path.join(folder, 'by-hand-project'));

      // What is installed here is installed already.
      await runInBash(pack.replace('npm install && ', ''), project);

      for (const _ of ['over the link', 'over the one before']) {
        const output = await add(path.join(project, path.basename(tarball)), linked);

        // As the README quotes them.
        expect(output).toContain(`✔ Added @logto/connector-smsaero v${version}\n`);
        expect(output).toMatch(new RegExp(`^SMSAero ${version}$`, 'm'));
        expect(await readVersion(getInstalledFolder(linked))).toBe(version);
      }

      expect(await readVersion(bundled)).toEqual(bundledVersion);

      await runInBash(rollBack, linked);
      expect(await readVersion(getInstalledFolder(linked))).toEqual(bundledVersion);
    });

    it.each<[string, (file: string) => Promise<unknown>, RegExp]>([
      ['cut off', async (file) => truncate(file, 204_800), /Unexpected end of input|Parse error/],
      ['empty', async (file) => truncate(file), /the connector package may be broken/],
      ['missing', async (file) => rm(file), /Cannot find module /],
      [
        'for another connector-kit',
        async (file) => {
          const manifest = path.join(file, '../../package.json');
          const json = await readFile(manifest, 'utf8');

          await writeFile(manifest, json.replace('^4.7.0 || ^5.0.0', '^6.0.0'));
        },
        /Connector requires @logto\/connector-kit to be \^6\.0\.0, but the version here is /,
      ],
      ...(process.getuid?.() === 0
        ? []
        : [
            ['not readable', async (file: string) => chmod(file, 0), /EACCES/] as [
              string,
              (file: string) => Promise<unknown>,
              RegExp,
            ],
          ]),
    ])('tell an installed file that is %s', async (name, damage, sentence) => {
      const checked = await createInstance(path.join(folder, `checked-${name}`));
      const commands = await readBlocks('bash', 'connector add');
      const check = commands.slice(commands.indexOf('node -e'));

      await cp(getInstalledFolder(instance), getInstalledFolder(checked), { recursive: true });
      expect(await runInBash(check, checked)).toBe(`SMSAero ${version}\n`);

      await damage(path.join(getInstalledFolder(checked), 'lib/index.js'));
      await expect(runInBash(check, checked)).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(
          new RegExp(
            `\\[load-connector] skip .*${sentence.source}.*\nLogto cannot load it: skipped\n$`
          )
        ) as unknown,
      });
    });

    it('tell the bundled connector by its name, in Docker as in a folder', async () => {
      const { linked } = await createLinkedInstance('bundled');
      const blocks = await readBlocks('bash', 'node');
      const [check = '', ...others] = blocks.match(/(?<= logto-smsaero|^node) -e .*$/gm) ?? [];

      expect(others).toEqual([check]);
      expect(await runInBash(`node${check}`, linked)).toMatch(/^SMS Aero service 1\..*\n$/);
    });

    it('change nothing where they fail, which only their lines tell', async () => {
      const { linked } = await createLinkedInstance('failing');
      const spaced = path.join(folder, 'with space', path.basename(tarball));
      const unpacked = path.join(folder, 'connector-unpacked');

      await mkdir(path.dirname(spaced));
      await copyFile(tarball, spaced);
      await mkdir(unpacked);
      await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked]);

      const outputs = await Promise.all(
        [path.basename(tarball), spaced, unpacked].map(async (file) => add(file, linked))
      );

      for (const output of outputs) {
        expect(output).toContain('Failed to add ');
        expect(output).not.toContain('✔ Added');
      }

      expect(await readVersion(getInstalledFolder(linked))).toEqual(bundledVersion);
    });

    it('replace the link in an image', async () => {
      const { linked, bundled } = await createLinkedInstance('image');
      const dockerfile = await readBlocks('dockerfile', 'RUN');
      const [, script = ''] = dockerfile.split('RUN ');

      await runInBash(
        script.replaceAll('\\\n', '').replace(`/tmp/${path.basename(tarball)}`, tarball),
        linked
      );
      expect(await readVersion(getInstalledFolder(linked))).toBe(version);
      expect(await readVersion(bundled)).toEqual(bundledVersion);
    });
  });
});

it('needs no development tool that refuses this Node, but those of Logto itself', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-tools-'));

  try {
    for (const name of ['package.json', 'package-lock.json']) {
      await copyFile(path.join(root, name), path.join(folder, name));
    }

    const { stderr } = await run('npm', ['ci', '--dry-run', '--ignore-scripts'], {
      cwd: folder,
      env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9' },
    });
    const refusing = [...stderr.matchAll(/EBADENGINE +package: '(.*)@/g)].map(([, name]) => name);

    // No version of these accepts Node 20.19, 22 and 24.
    expect(refusing.filter((name = '') => !/^@(?:logto|silverhand)\//.test(name))).toEqual([]);
    expect(refusing.length).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
