import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { getProse } from './documents.js';
import { root, version } from './logto.js';

const run = promisify(execFile);
const workflows = path.join(root, '.github/workflows');
const tarballName = `connector-smsaero-${version}.tgz`;

/** The shell lines of a workflow's step, as they stand there. */
const readStep = async (name: string) => {
  const workflow = await readFile(path.join(workflows, 'release.yml'), 'utf8');
  const step = new RegExp(
    `^ {6}- name: ${name}\\n(?: {8}.*\\n)*? {8}run: (?:\\|\\n((?:(?: {10}.*)?\\n)+)|(.+)\\n)`,
    'm'
  ).exec(workflow);

  return (step?.[1] ?? step?.[2] ?? 'false').replaceAll(/^ {10}/gm, '');
};

describe('a release', () => {
  let folder: string;
  let tree: string;
  let release: string;

  /** In the copy of the project, as a step of the workflow runs. */
  const runScript = async (script: string, env: Record<string, string> = {}, cwd = tree) =>
    run('bash', ['--norc', '-ec', script], {
      cwd,
      env: {
        ...process.env,
        TAG: `v${version}`,
        GITHUB_OUTPUT: path.join(folder, 'output'),
        ...env,
      },
    });

  const setChangelog = async (heading: string) => {
    const changelog = await readFile(path.join(root, 'CHANGELOG.md'), 'utf8');

    await writeFile(
      path.join(tree, 'CHANGELOG.md'),
      changelog.replace(/^## .*$/m, heading).concat('\n## 1.0.0 - 2020-01-02\n\nThe one before.\n')
    );
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-release-'));
    tree = path.join(folder, 'tree');
    release = path.join(tree, 'release');

    const leftOut = new Set(['.git', 'node_modules', 'lib', 'reports', '.stryker-tmp']);

    await cp(root, tree, {
      recursive: true,
      filter: (source) => !leftOut.has(path.relative(root, source)),
    });
    await symlink(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
    await setChangelog(`## ${version} - 2026-01-02`);
    await runScript(await readStep('Pack'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is packed by one job and published by the other, which takes nothing but what was packed', async () => {
    const output = await readFile(path.join(folder, 'output'), 'utf8');
    const [, digests = ''] = /^digests<<END\n(.*)\nEND\n$/s.exec(output) ?? [];
    const check = async () =>
      runScript(await readStep('Check that these are .*'), { DIGESTS: digests }, release);

    const bytes = await readFile(path.join(release, tarballName));
    const names = await readdir(release);

    expect(names.toSorted()).toEqual([
      `connector-smsaero-${version}.cdx.json`,
      tarballName,
      `${tarballName}.sha256`,
      'notes.md',
    ]);
    await check();

    await writeFile(path.join(release, tarballName), 'Another package');
    await expect(check()).rejects.toThrow();
    await writeFile(path.join(release, tarballName), bytes);

    await writeFile(path.join(release, 'connector-smsaero-0.tgz'), 'One more package');
    await expect(check()).rejects.toThrow();
    await rm(path.join(release, 'connector-smsaero-0.tgz'));
  });

  it('tells what its section of the changelog tells', async () => {
    const changelog = await readFile(path.join(root, 'CHANGELOG.md'), 'utf8');
    const [, section = ''] = changelog.split(/^## .*$/m);

    expect(changelog).toMatch(/^# .*\n\n## \d+\.\d+\.\d+ - (?:unreleased|\d{4}-\d\d-\d\d)\n/);
    expect(section.trim()).not.toBe('');

    const notes = await readFile(path.join(release, 'notes.md'), 'utf8');

    expect(notes.trim()).toBe(section.trim());
  });

  it.each([
    ['of another version', '## 0.9.0 - 2026-01-02', version],
    ['of a version that begins like it', `## ${version}0 - 2026-01-02`, version],
    ['without a date', `## ${version} - unreleased`, version],
    ['that fits, for another tag', `## ${version} - 2026-01-02`, '9.9.9'],
  ])('is not made where the changelog has a heading %s', async (_, heading, tagged) => {
    await setChangelog(heading);

    const check = await readStep('Check the version .*');
    const promise = runScript(check, { TAG: `v${tagged}` });

    await expect(promise).rejects.toThrow(tagged === version ? '- YYYY-MM-DD' : 'Command failed');
    await setChangelog(`## ${version} - 2026-01-02`);
    await runScript(check);
  });

  it.each([
    ['077', 'go='],
    ['000', 'go=u'],
  ])('is the same, with files that all may read, under the umask %s', async (umask, mode) => {
    const again = path.join(folder, umask);

    await mkdir(again);
    // As they are checked out under this umask.
    await runScript(`chmod -R ${mode} .`);
    await runScript(`umask ${umask}; scripts/pack-release.sh '${again}'`);

    const { stdout } = await run('tar', ['-tvzf', path.join(again, tarballName)]);
    const modes = stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(0, 10));

    expect(modes.length).toBeGreaterThan(5);
    expect(new Set(modes)).toEqual(new Set(['-rw-r--r--']));

    for (const name of [tarballName, `connector-smsaero-${version}.cdx.json`]) {
      const bytes = await readFile(path.join(release, name));

      expect(bytes.equals(await readFile(path.join(again, name))), name).toBe(true);
    }
  });

  describe('unpacked', () => {
    let unpacked: string;

    beforeAll(async () => {
      await run('tar', ['-xzf', path.join(release, tarballName), '-C', folder]);
      unpacked = path.join(folder, 'package');
    });

    it('has no dead links in its documents', async () => {
      const files = await readdir(unpacked, { recursive: true });
      const documents = files.filter((file) => file.endsWith('.md'));

      expect(documents).toEqual(expect.arrayContaining(['README.md', 'README.ru.md']));

      for (const document of documents) {
        const prose = getProse(await readFile(path.join(unpacked, document), 'utf8'));
        const targets = [...prose.matchAll(/]\(([^)]+)\)|^\[[^\]]+]: (\S+)/gm)]
          .map(([, inline, reference]) => inline ?? reference ?? '')
          .filter((target) => !/^(?:#|https:)/.test(target));

        for (const target of targets) {
          const [file = ''] = target.split('#');
          const found = path.join(unpacked, path.dirname(document), file);

          expect(found.startsWith(unpacked) && existsSync(found), `${document}: ${target}`).toBe(
            true
          );
        }
      }
    });

    it('says in what runs where its sources are', async () => {
      const code = await readFile(path.join(unpacked, 'lib/index.js'), 'utf8');

      expect(code).toContain(`The source code of\nversion ${version} is available`);
    });

    it('has an SBOM of all that is bundled in it, with version and licence', async () => {
      const code = await readFile(path.join(unpacked, 'lib/index.js'), 'utf8');
      // What esbuild took of a file has the file's path above it.
      const folders = new Set(
        [...code.matchAll(/^\/\/ (node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)/gm)].map(
          ([, bundled = '']) => bundled
        )
      );
      const expected = await Promise.all(
        [...folders].map(async (bundled) => {
          const json = await readFile(path.join(root, bundled, 'package.json'), 'utf8');
          const { name, version, license } = JSON.parse(json) as Record<string, string>;

          // An expression such as "MIT OR Apache-2.0" would be no id.
          expect(license).toMatch(/^[\w+.-]+$/);

          return {
            type: 'library',
            ...(name?.startsWith('@') && { group: name.split('/')[0] }),
            name: name?.split('/').at(-1),
            version,
            licenses: [{ license: { id: license } }],
            purl: `pkg:npm/${name}@${version}`.replace('/@', '/%40'),
          };
        })
      );
      const sbom: unknown = JSON.parse(
        await readFile(path.join(release, `connector-smsaero-${version}.cdx.json`), 'utf8')
      );

      expect(expected.map(({ name }) => name)).toContain('got');
      expect(sbom).toMatchObject({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        metadata: {
          component: {
            group: '@logto',
            name: 'connector-smsaero',
            version,
            licenses: [{ license: { id: 'MPL-2.0' } }],
          },
        },
        components: expected.toSorted((one, other) => (one.purl < other.purl ? -1 : 1)),
      });
    });
  });
});

it("gets the repository's address in its own documents, not in those of other packages", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-named-'));
  const tree = path.join(folder, 'tree');
  const names = ['tree/README.md', 'tree/docs/guide.md', 'modules/other/README.md'];
  const address = 'https://github.com/acme/sms-connector';

  try {
    for (const name of names) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), 'See this repository.');
    }

    await writeFile(path.join(tree, 'package.json'), '{}');
    await symlink('../modules', path.join(tree, 'node_modules'));
    await run(process.execPath, [path.join(root, 'scripts/name-repository.mjs'), address], {
      cwd: tree,
    });

    const texts = await Promise.all(
      names.map(async (name) => readFile(path.join(folder, name), 'utf8'))
    );
    const named = `See [this repository](${address}).`;

    expect(texts).toEqual([named, named, 'See this repository.']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe.each(['ci.yml', 'release.yml'])('%s', (name) => {
  it('pins every action and hands no credentials on', async () => {
    const workflow = await readFile(path.join(workflows, name), 'utf8');
    const steps = workflow.split(/^ {6}- /m).filter((step) => step.startsWith('uses: '));

    expect(steps.length).toBeGreaterThan(1);

    for (const step of steps) {
      expect(step).toMatch(/^uses: [\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+\n/);
      expect(
        !step.startsWith('uses: actions/checkout@') || step.includes('persist-credentials: false')
      ).toBe(true);
    }
  });
});

it('only the job that runs nothing of the project may write', async () => {
  const workflow = await readFile(path.join(workflows, 'release.yml'), 'utf8');
  const [build = '', publish = ''] = workflow.split(/^ {2}publish:$/m);

  expect(build).toMatch(/^permissions: {}$/m);
  expect(build).not.toMatch(/: write/);
  expect(publish).not.toMatch(/\bnpm\b|\bnode\b|actions\/checkout|scripts\//);
});
