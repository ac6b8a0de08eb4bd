import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import phrases from '@logto/phrases';
import { describe, expect, it } from 'vitest';

import { toAdminError } from '../src/admin.js';
import { configGuard } from '../src/config.js';
import { describeFailure } from '../src/failure.js';
import { config, testData } from '../src/fixtures.js';
import { TemplateFailure } from '../src/message.js';
import { metadata } from '../src/metadata.js';
import { type Fault, failureKinds, SendFailure } from '../src/smsaero/failure.js';

import { documents, getBlocks, getProse, getRows, readDocument } from './documents.js';
import { root, version } from './logto.js';

/** As GitHub makes them of the headings. */
const getAnchors = (markdown: string) =>
  [...getProse(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-')
  );

describe.each(documents)('%s', (name) => {
  it('has templates that the config guard accepts as they stand', async () => {
    for (const block of getBlocks(await readDocument(name), 'json')) {
      const templates: unknown = JSON.parse(block);

      expect(configGuard.safeParse({ ...config, templates }).error).toBeUndefined();
    }
  });

  it('has no broken links', async () => {
    const prose = getProse(await readDocument(name));
    const links = [...prose.matchAll(/]\(([^)]+)\)/g)].map(([, target = '']) => target);

    for (const link of links) {
      const [file, anchor] = link.split('#');
      const target = file ? path.join(path.dirname(name), file) : name;

      if (/^https:\/\/(?:smsaero\.ru|www\.rfc-editor\.org|github\.com)\//.test(link)) {
        continue;
      }

      expect(existsSync(path.join(root, target)), link).toBe(true);

      if (anchor) {
        expect(getAnchors(await readDocument(target)), link).toContain(anchor);
      }
    }
  });

  it('names no version but this one', async () => {
    const markdown = await readDocument(name);
    const versions = [
      ...markdown.matchAll(/connector-smsaero[ -]v?(\d+\.\d+\.\d+)|SMSAero (\d+\.\d+\.\d+)/g),
    ].map(([, named, stored]) => named ?? stored);

    expect(versions.filter((named) => named !== version)).toEqual([]);
  });
});

describe.each(['README.md', 'README.ru.md'])('%s', (name) => {
  it('can be read in one go', async () => {
    const readme = await readDocument(name);

    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1000);
    expect(readme.split('\n').length).toBeLessThanOrEqual(131);
  });

  it('names the versions that are tested, and the licence', async () => {
    const [, badges = ''] = /^(Logto 1\..*)$/m.exec(await readDocument(name)) ?? [];
    const compat = await readDocument('scripts/compat.ts');
    const hosts = [...compat.matchAll(/^ +\['(\d+\.\d+)\.\d+', '\d/gm)].map(([, host]) => host);
    const [, nodes] = /node: \[(.*)]/.exec(await readDocument('.github/workflows/ci.yml')) ?? [];
    const { license } = JSON.parse(await readDocument('package.json')) as { license: string };

    expect(badges.split(' · ').slice(0, 3)).toEqual([
      `Logto ${hosts[0]}–${hosts.at(-1)}`,
      `Node ${nodes}`,
      `[${license}](LICENSE)`,
    ]);
  });
});

describe('the pictures', () => {
  it('are all shown, and small enough for a package', async () => {
    const pictures = await readdir(path.join(root, 'docs/images'));
    const sizes = await Promise.all(
      pictures.map(async (picture) => {
        const { size } = await stat(path.join(root, 'docs/images', picture));

        return size;
      })
    );
    const readme = await readDocument('README.md');
    const shown = [...readme.matchAll(/!\[[^\]]+]\(docs\/images\/([^)]+)\)/g)];

    expect(new Set(shown.map(([, picture]) => picture))).toEqual(new Set(pictures));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(260_000);
  });
});

/** What a document has in code spans. */
const getSpans = (markdown: string) =>
  new Set(markdown.replaceAll(/^```.*?^```$/gms, '').match(/`[^\n`]+`/g));

describe.each(documents.filter((name) => name.endsWith('.ru.md')))('%s', (name) => {
  it('has the commands, the log lines and the code words of the English one', async () => {
    const russian = await readDocument(name);
    const english = await readDocument(name.replace('.ru', ''));

    for (const language of ['bash', 'dockerfile', 'text', 'yaml']) {
      expect(getBlocks(russian, language)).toEqual(getBlocks(english, language));
    }

    expect(getSpans(russian)).toEqual(getSpans(english));
  });

  it('has tables and diagrams with the numbers of the English one', async () => {
    const [russian, english] = await Promise.all(
      [name, name.replace('.ru', '')].map(async (document) => {
        const markdown = await readDocument(document);
        const lines = [
          ...getRows(markdown).map((cells) => cells.join(' ')),
          ...getBlocks(markdown, 'mermaid'),
        ];

        return lines.map((line) => line.replaceAll(/(?<=\d),(?=\d)/g, '.').match(/\d[\d.]*/g));
      })
    );

    expect(russian).toEqual(english);
  });
});

const tarball = `connector-smsaero-${version}.tgz`;

const installCheck = String.raw`-e 'const p=process.cwd()+"/packages/core/",path=p+"connectors/@logto-connector-smsaero",name="@logto/connector-smsaero";import(p+"node_modules/@logto/cli/lib/connector/index.js").then(m=>m.loadConnectorFactories([{name,path}])).then(([c])=>{if(!c)throw"skipped";console.log(c.metadata.name.en,require(path+"/package.json").version)}).catch(e=>{console.error("Logto cannot load it: "+e);process.exitCode=1})'`;

/**
 * Each command of the English documents: the test that runs it as it stands, with the word by which that test
 * finds it, or why there is none.
 */
const commands: Record<string, { file: string; word: string } | string> = {
  'npm install && npm start': 'npm install needs the internet; test/start.test.ts runs npm start',
  'npm start -- --help': { file: 'test/start.test.ts', word: '--help' },
  'SMSAERO_EMAIL=… SMSAERO_API_KEY=… SMSAERO_SENDER=SMSAero npm start -- --to 79031234567':
    'needs an account and the internet',
  'npm install && npm test': 'is this very test; .ci/run runs it as it stands',
  [`sha256sum -c ${tarball}.sha256`]: {
    file: 'test/package.test.ts',
    word: 'sha256sum',
  },
  [`gh attestation verify ${tarball} --repo …`]: 'needs the internet',
  'npm install && npm pack': { file: 'test/package.test.ts', word: 'npm pack' },
  [`mv logto-${tarball} ${tarball}`]: {
    file: 'test/package.test.ts',
    word: 'npm pack',
  },
  'docker build -t logto-smsaero .': 'needs Docker; test/package.test.ts runs the RUN lines',
  [`docker run --rm --entrypoint node logto-smsaero ${installCheck}`]:
    'needs Docker; test/package.test.ts runs the same in a folder',
  'docker compose up -d --build': 'needs Docker',
  'docker logs logto >logto.log 2>&1': 'needs Docker',
  "docker logs --timestamps --since 1h logto 2>&1 | grep -F '[connector-smsaero]'": 'needs Docker',
  'docker run --rm --entrypoint node svhd/logto:1.43.0 --version': 'needs Docker',
  [`npm run cli connector add /path/to/${tarball}`]: {
    file: 'test/package.test.ts',
    word: 'connector add',
  },
  [`node ${installCheck}`]: { file: 'test/package.test.ts', word: 'node -e' },
  "sed -nE 's/.*\\[connector-smsaero\\] ([^:]+):( kind=([a-z-]+))?.*/\\1 \\3/p' logto.log | sort | uniq -c":
    { file: 'test/reference.test.ts', word: 'logto.log' },
  'npm run cli connector link': { file: 'test/package.test.ts', word: 'connector link' },
};

describe('the commands', () => {
  it('are run by a test, or there is a reason why not', async () => {
    const texts = await Promise.all(
      documents
        .filter((name) => !name.endsWith('.ru.md'))
        .map(async (name) => {
          const markdown = await readDocument(name);
          const inline = [...markdown.matchAll(/`((?:docker|gh|npm|npx|node) [^\n`]+)`/g)];

          return [
            ...getBlocks(markdown, 'bash').flatMap((block) => block.split('\n')),
            ...inline.map(([, command = '']) => command),
          ];
        })
    );

    expect(new Set(texts.flat())).toEqual(new Set(Object.keys(commands)));
  });

  it.each(Object.values(commands).filter((value) => typeof value === 'object'))(
    '$file finds "$word"',
    async ({ file, word }) => {
      expect(await readDocument(file)).toContain(`'${word}'`);
    }
  );
});

describe('CONTRIBUTING', () => {
  it('lists all files of src/ so that imports run down the list', async () => {
    const rows = getRows(await readDocument('CONTRIBUTING.md')).map(([file = '']) =>
      file.replaceAll('`', '').replace('…/', 'src/smsaero/')
    );
    const listed = rows.filter((file) => /^src\/.*\.ts$/.test(file));
    const files = await readdir(path.join(root, 'src'), { recursive: true });
    const sources = files
      .map((file) => `src/${file}`)
      .filter((file) => file.endsWith('.ts') && !/(?:\.test|\/fixtures)\.ts$/.test(file));

    expect(listed.toSorted()).toEqual(sources.toSorted());

    for (const [index, file] of listed.entries()) {
      const source = await readDocument(file);
      const imports = [...source.matchAll(/ from '(\.[^']*)\.js';$/gm)].map(([, target = '']) =>
        path.join(path.dirname(file), `${target}.ts`)
      );

      expect(listed.slice(index + 1)).toEqual(expect.arrayContaining(imports));
    }
  });
});

/** Every fault of a connection, kept complete by its type. */
const faults = Object.keys({
  network: true,
  proxy: true,
  'open-files': true,
  'no-tls': true,
  tls: true,
  'tls-refused': true,
  'certificate-name': true,
  'certificate-date': true,
  'certificate-authority': true,
  'client-certificate': true,
} satisfies Record<Fault, true>) as Fault[];

describe('the guide', () => {
  it('has the default templates, so that both can be copied', async () => {
    const [block = ''] = getBlocks(await readDocument('docs/guide.md'), 'json');
    const item = metadata.formItems?.find(({ key }) => key === 'templates');
    const templates: unknown = JSON.parse(block);

    expect(templates).toEqual(item?.defaultValue);
  });

  it('has no diagrams, pictures, HTML and links to files, which the console does not show', async () => {
    const guide = await readDocument('docs/guide.md');

    expect(getBlocks(guide, 'mermaid')).toEqual([]);
    expect(guide).not.toMatch(/]\((?!https:)/);
    expect(getProse(guide)).not.toMatch(/<\/?[a-z]/i);
  });

  it("names the form's fields as the form does", async () => {
    const labels = metadata.formItems?.map(({ label }) => label) ?? [];
    const guide = await readDocument('docs/guide.md');
    const named = [...guide.matchAll(/\*\*([^*]+)\*\*/g)]
      .map(([, label = '']) => label)
      .filter((label) => !label.endsWith('.'));

    const inConsole = ['Send', 'Phone number', 'Отправить', 'Номер телефона'];

    expect([...labels, ...inConsole]).toEqual(expect.arrayContaining(named));
  });

  it.each([
    ['English', '"Send" says'],
    ['Russian', '«Отправить» сообщает'],
  ])('quotes what "Send" says, for every kind of failure: %s', async (_, heading) => {
    const guide = await readDocument('docs/guide.md');
    const [table = ''] = guide.slice(guide.indexOf(heading)).split('\n\n');
    const quotes = [...table.matchAll(/^\| ([^|-][^|]*?) +\|/gm)].map(([, quote = '']) => quote);
    const failures = [
      ...failureKinds.map((kind) => new SendFailure(kind, { vendorMessage: 'text: required' })),
      new SendFailure('account', { channel: 'telegram' }),
      new SendFailure('refused', { reason: 'HTTP 404 at the gateway address' }),
      new SendFailure('rejected', { deliveryStatus: 2 }),
      new SendFailure('sender', { isApproved: true }),
      new SendFailure('refused'),
      new SendFailure('rejected', { channel: 'telegram' }),
      ...faults.map((fault) => new SendFailure('unreachable', { reason: 'x', faults: [fault] })),
      new TemplateFailure(),
      new TypeError('A mistake of our own'),
    ];
    const sentences = failures.map((failure) =>
      JSON.stringify(toAdminError(describeFailure(failure), testData.type).data)
    );

    expect(
      sentences.filter((sentence) => !quotes.some((quote) => sentence.includes(quote)))
    ).toEqual([]);
    expect(
      quotes.filter((quote) => !sentences.some((sentence) => sentence.includes(quote)))
    ).toEqual(
      [
        phrases.en.errors.guard.invalid_input.replace('{{type}}', 'body'),
        phrases.en.errors.connector.invalid_config,
      ].map((sentence) => sentence.replace('.', ''))
    );
  });

  it('says in its first line, in Russian, that its second half is in Russian', async () => {
    const guide = await readDocument('docs/guide.md');

    expect(guide.split('\n\n')[1]).toMatch(/на русском языке — ниже/);
  });
});
