import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import phrases from '@logto/phrases';
import { describe, expect, it } from 'vitest';

import { toAdminError } from '../src/admin.js';
import { configGuard } from '../src/config.js';
import { allFailureKinds, describeFailure } from '../src/failure.js';
import { config, spyOnConsole, testData } from '../src/fixtures.js';
import { logFailure, logLowBalance, logSent, logUndelivered } from '../src/log.js';
import { TemplateFailure } from '../src/message.js';
import { metadata } from '../src/metadata.js';
import { isTelegramRefused } from '../src/send.js';
import { failureKinds, SendFailure } from '../src/smsaero/failure.js';
import { defaultLimits } from '../src/smsaero/gateway.js';
import { deliveryStatuses } from '../src/smsaero/reply.js';
import { visitorSentences } from '../src/visitor.js';

import { documents, getBlocks, getProse, getRows, getSection, readDocument } from './documents.js';
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

  it('has no images and no HTML, which the console does not show', async () => {
    const prose = getProse(await readDocument(name));

    expect(prose).not.toContain('![');
    expect(prose).not.toMatch(/<\/?[a-z]/i);
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
      ...markdown.matchAll(/connector-smsaero[ -]v?(\d+\.\d+\.\d+)|"version": "([^"]*)"/g),
    ].map(([, named, stored]) => named ?? stored);

    expect(versions.filter((named) => named !== version)).toEqual([]);
  });
});

describe('both READMEs', () => {
  it.each(['README.md', 'README.ru.md'])(
    '%s explains all failures and all fields',
    async (name) => {
      const markdown = await readDocument(name);
      const rows = [...markdown.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, key]) => key);

      expect(rows).toEqual([
        ...(metadata.formItems ?? []).map(({ key }) => key),
        ...allFailureKinds,
      ]);
    }
  );
});

/** What a document has in code spans. */
const getSpans = (markdown: string) =>
  new Set(markdown.replaceAll(/^```.*?^```$/gms, '').match(/`[^\n`]+`/g));

describe.each(documents.filter((name) => name.endsWith('.ru.md')))('%s', (name) => {
  it('has the commands, the log lines and the code words of the English one', async () => {
    const russian = await readDocument(name);
    const english = await readDocument(name.replace('.ru', ''));

    for (const language of ['bash', 'dockerfile', 'text']) {
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

const installCheck = String.raw`-e 'const f="./packages/core/connectors/@logto-connector-smsaero/";import(f+"lib/index.js").then(m=>m.default({})).then(c=>console.log(c.metadata.name.en,require(f+"package.json").version)).catch(e=>{console.error("Logto cannot load it: "+e);process.exitCode=1})'`;

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
  [`gh attestation verify ${tarball} --repo OWNER/NAME`]: 'needs the internet',
  'npm install && npm pack': { file: 'test/package.test.ts', word: 'npm pack' },
  [`mv logto-${tarball} ${tarball}`]: {
    file: 'test/package.test.ts',
    word: 'npm pack',
  },
  'docker build -t logto-smsaero .': 'needs Docker; test/package.test.ts runs the RUN lines',
  [`docker run --rm --entrypoint node logto-smsaero ${installCheck}`]: 'needs Docker',
  'docker compose up -d --build': 'needs Docker',
  'docker logs logto >logto.log 2>&1': 'needs Docker',
  [`npm run cli connector add /path/to/${tarball}`]: {
    file: 'test/package.test.ts',
    word: 'connector add',
  },
  [`node ${installCheck}`]: { file: 'test/package.test.ts', word: 'node -e' },
  "sed -nE 's/.*\\[connector-smsaero\\] ([^:]+):( kind=([a-z-]+))?.*/\\1 \\3/p' logto.log | sort | uniq -c":
    { file: 'test/documents.test.ts', word: 'logto.log' },
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

describe('what the documents say of the log', () => {
  const { print } = spyOnConsole();
  const call = { ms: 312, usageType: 'SignIn' };

  /** One line of each event and kind, as the code prints it. */
  const printAll = () => {
    const receipt = { channel: 'sms', host: 'gate.smsaero.ru', id: '1001' } as const;
    const refusal = new SendFailure('refused', { vendorMessage: 'kind=number: "off"' });

    print.mockClear();
    logSent(receipt, call);

    for (const kind of allFailureKinds) {
      logFailure({ kind, reason: 'SMS not delivered: kind=x' }, call);
    }

    logSent({ ...receipt, deliveryStatus: deliveryStatuses.held }, call);
    logSent({ ...receipt, refusal }, call);
    logSent({ ...receipt, channel: 'testSms' }, call);
    logUndelivered({ ...receipt, deliveryStatus: deliveryStatuses.rejected }, 'SignIn');
    logUndelivered(receipt, 'SignIn');
    logLowBalance(500, receipt.host);

    return print.mock.calls.map(([, line]) => String(line));
  };

  it('names all events', async () => {
    const events = printAll().map((line) => /^\[connector-smsaero] ([^:]+):/.exec(line)?.[1]);
    const rows = getRows(getSection(await readDocument('README.md'), 'What to watch'));
    const named = rows
      .map(([event = '']) => event.replaceAll('`', ''))
      .filter((event) => event.includes(' '));

    expect(named).toEqual([...new Set(events)]);
  });

  it('alerts on kinds that there are', async () => {
    const [, paragraph = ''] =
      /^(\*\*Alert at once\*\*.*)$/m.exec(await readDocument('README.md')) ?? [];
    const named = [...paragraph.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind);

    expect(named.length).toBeGreaterThan(0);
    expect(allFailureKinds).toEqual(expect.arrayContaining(named));
  });

  it('has a command that counts by event and kind', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-log-'));
    const blocks = getBlocks(await readDocument('README.md'), 'bash');
    const command = blocks.find((block) => block.includes('logto.log')) ?? 'false';
    const lines = [
      'logto | some other line: kind=number',
      ...printAll().map((line) => `logto | 2026-01-02T03:04:05Z ${line}`),
      ...printAll(),
    ];

    try {
      await writeFile(path.join(folder, 'logto.log'), `${lines.join('\n')}\n`);

      const { stdout } = await promisify(execFile)('bash', ['--norc', '-euc', command], {
        cwd: folder,
        env: { ...process.env, LC_ALL: 'C' },
      });
      const counts = stdout
        .trim()
        .split('\n')
        .map((line) => line.trim());

      const events = [
        ...allFailureKinds.map((kind) => `SMS not sent ${kind}`),
        'SMS sent',
        'SMS held for moderation',
        "SMS sent in Telegram's place refused",
        'Test mode, nothing delivered',
        'SMS not delivered',
        'SMS not confirmed',
        'Balance low',
      ];

      expect(counts).toEqual(events.toSorted().map((event) => `2 ${event}`));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('explains the keys of a line', async () => {
    const rows = getRows(getSection(await readDocument('docs/operating.md'), 'A line in the log'));
    const message = { host: 'h', status: 400, id: '1', vendorMessage: 'w', reason: 'r' };
    const details = { ...message, afterTelegram: 'account' } as const;

    print.mockClear();
    logFailure({ kind: 'rejected', channel: 'telegram', deliveryStatus: 6, ...details }, call);

    const [[, line] = []] = print.mock.calls;

    expect(rows.map(([key]) => key)).toEqual(
      [...String(line).matchAll(/(\w+)=/g)].map(([, key]) => `\`${key}\``)
    );
  });
});

describe("the operator's reference", () => {
  const readReference = async () => readDocument('docs/operating.md');

  /** A limit that is not exported, as the source has it, in seconds. */
  const readLimits = async (file: string, name: string) => {
    const source = await readFile(path.join(root, 'src', file), 'utf8');
    const [, value = ''] = new RegExp(`\\b${name}(?: =|:) (.*)[,;]$`, 'm').exec(source) ?? [];
    const limits = [JSON.parse(value.replaceAll('_', ''))].flat() as number[];

    return limits.map((limit) => limit / 1000);
  };

  const readLimit = async (file: string, name: string) => {
    const [limit] = await readLimits(file, name);

    return `${limit} s`;
  };

  it("names SMSAero's hosts", async () => {
    const [hosts = ''] = getBlocks(getSection(await readReference(), 'Network'), 'text');

    expect(hosts.split('\n')).toEqual(defaultLimits.hosts);
  });

  it('has them and the first limits in the diagram of the README', async () => {
    const [diagram = ''] = getBlocks(await readDocument('README.md'), 'mermaid');

    for (const host of defaultLimits.hosts) {
      expect(diagram).toContain(host === defaultLimits.hosts[0] ? host : path.extname(host));
    }

    expect(diagram).toContain(`within ${defaultLimits.headStart / 1000} s`);
    expect(diagram).toContain(`${await readLimit('index.ts', 'sendLimit')} are over`);
  });

  it('says when watched messages are looked up', async () => {
    const [first, ...later] = await readLimits('watch.ts', 'delays');
    const minutes = later.map((delay) => `${delay / 60}`);

    expect(await readReference()).toContain(
      `${first} s, ${minutes[0]} min, ${minutes[1]} min and ${minutes[2]} min after`
    );
    expect(await readDocument('README.md')).toContain(
      `after ${first} s, ${minutes.join(', ')} min`
    );
  });

  it('names the limits', async () => {
    const rows = getRows(getSection(await readReference(), 'Network'));

    expect(rows.map(([, limit]) => limit)).toEqual([
      await readLimit('index.ts', 'sendLimit'),
      await readLimit('index.ts', 'testLimit'),
      `${defaultLimits.headStart / 1000} s`,
      `for ${defaultLimits.avoidance / 60_000} minutes`,
      await readLimit('smsaero/agent.ts', 'autoSelectFamilyAttemptTimeout'),
      `${defaultLimits.answerSize / 1024} KiB`,
      await readLimit('smsaero/agent.ts', 'timeout'),
    ]);
  });

  it("tells this connector by the form's switches", async () => {
    const [, line = ''] = /^- The form has the switches (.*)$/m.exec(await readReference()) ?? [];
    const switches = (metadata.formItems ?? []).filter(({ type }) => type === 'Switch');

    expect([...line.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label)).toEqual(
      switches.map(({ label }) => label)
    );
  });

  it.each([
    ['en', 'docs/operating.md', 'What visitors read'],
    ['ru', 'docs/operating.ru.md', 'Что видит пользователь'],
  ] as const)('quotes what visitors read: %s', async (language, name, heading) => {
    const section = getSection(await readDocument(name), heading);
    const { neutral, number } = visitorSentences;
    const quote = phrases[language].errors?.connector?.general?.replace(
      '{{errorDescription}}',
      neutral[language] ?? ''
    );

    expect(section).toContain(`\n> ${quote}\n`);
    expect(section).toContain(number[language]);
  });
});

describe('the page about Telegram', () => {
  const channel = 'telegram';

  it('says which refusals an SMS follows', async () => {
    const rows = getRows(await readDocument('docs/telegram.md'));
    const [, [sure = ''] = [], [unsure = ''] = []] = rows;
    const kinds = failureKinds.filter((kind) => isTelegramRefused({ kind, channel }));
    const statuses = Array.from({ length: 100 }, (_, index) => 400 + index).filter(
      (status) => !isTelegramRefused({ kind: 'refused', channel, status })
    );

    expect([...sure.matchAll(/`([\w-]+)`/g)].map(([, kind]) => kind)).toEqual(
      expect.arrayContaining(kinds)
    );
    expect(sure.match(/`/g)).toHaveLength(2 * kinds.length);
    expect([...unsure.matchAll(/\d{3}/g)].map(([status]) => Number(status))).toEqual(statuses);
  });
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

describe('the guide', () => {
  it('has the default templates, so that both can be copied', async () => {
    const [block = ''] = getBlocks(await readDocument('docs/guide.md'), 'json');
    const item = metadata.formItems?.find(({ key }) => key === 'templates');
    const templates: unknown = JSON.parse(block);

    expect(templates).toEqual(item?.defaultValue);
  });

  it('has no diagram and no links to files, which the console does not show', async () => {
    const guide = await readDocument('docs/guide.md');

    expect(getBlocks(guide, 'mermaid')).toEqual([]);
    expect(guide).not.toMatch(/]\((?!https:)/);
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
      new SendFailure('refused'),
      new SendFailure('rejected', { channel: 'telegram' }),
      new SendFailure('unreachable', { reason: 'certificate expired', faults: ['tls'] }),
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
    ).toEqual([phrases.en.errors.connector.invalid_config.replace('.', '')]);
  });

  it('says in its first line, in Russian, that its second half is in Russian', async () => {
    const guide = await readDocument('docs/guide.md');

    expect(guide.split('\n\n')[1]).toMatch(/на русском языке — ниже/);
  });
});
