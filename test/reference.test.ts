import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import phrases from '@logto/phrases';
import { describe, expect, it } from 'vitest';

import { allFailureKinds } from '../src/failure.js';
import { spyOnConsole } from '../src/fixtures.js';
import { logFailure, logLowBalance, logSent, logUndelivered } from '../src/log.js';
import { metadata } from '../src/metadata.js';
import { isTelegramRefused } from '../src/send.js';
import { failureKinds, SendFailure } from '../src/smsaero/failure.js';
import { defaultLimits } from '../src/smsaero/gateway.js';
import { deliveryStatuses } from '../src/smsaero/reply.js';
import { visitorSentences } from '../src/visitor.js';

import { getBlocks, getRows, getSection, readDocument } from './documents.js';
import { root } from './logto.js';

/** The lines that `grep -E` finds. */
const grep = async (pattern: string, lines: string[]) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-grep-'));
  const file = path.join(folder, 'log');

  try {
    await writeFile(file, `${lines.join('\n')}\n`);

    const { stdout } = await promisify(execFile)('grep', ['-E', pattern, file]);

    return stdout.trim().split('\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

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
    const rows = getRows(getSection(await readDocument('docs/operating.md'), 'No code came'));
    const named = rows.flatMap(([event = '']) => /^`([^:`]+)/.exec(event)?.[1] ?? []);

    expect(new Set(named)).toEqual(new Set(events));
  });

  it('has alerts for all lines but those of messages that went well', async () => {
    const alerts = getBlocks(getSection(await readDocument('docs/operating.md'), 'Alerts'), 'text');
    // Of a visitor's message, `held` is no failure.
    const lines = printAll().filter((line) => !line.includes('kind=held'));
    // As the operator would try them.
    const [atOnce = [], byRate = [], accepted = []] = await Promise.all(
      alerts.map(async (alert) => grep(alert, lines))
    );

    expect(alerts).toHaveLength(3);
    expect(atOnce.length + byRate.length).toBe(new Set([...atOnce, ...byRate]).size);
    expect(new Set([...atOnce, ...byRate])).toEqual(
      new Set(lines.filter((line) => !line.includes('] SMS sent:')))
    );
    expect(accepted).toEqual(
      lines.filter((line) => /] (?:SMS sent|SMS held|Test mode)/.test(line))
    );
  });

  it('has a command that counts by event and kind', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-log-'));
    const blocks = getBlocks(await readDocument('docs/operating.md'), 'bash');
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
    const rows = getRows(getSection(await readDocument('docs/operating.md'), 'The log'));
    const message = { host: 'h', status: 400, id: '1', vendorMessage: 'w', reason: 'r' };
    const details = { ...message, afterTelegram: 'account' } as const;
    const lines = printAll();

    print.mockClear();
    logFailure({ kind: 'rejected', channel: 'telegram', deliveryStatus: 6, ...details }, call);

    const [[, line] = []] = print.mock.calls;
    const keys = [line, ...lines].flatMap((printed) =>
      [...String(printed).matchAll(/ (\w+)=(?!x)/g)].map(([, key]) => `\`${key}\``)
    );

    expect(rows.map(([key]) => key)).toEqual([...new Set(keys)]);
  });
});

describe("the operator's reference", () => {
  const readReference = async () => readDocument('docs/operating.md');

  /** What a source gives a name that it does not export. */
  const readNumbers = async (file: string, name: string) => {
    const source = await readFile(path.join(root, 'src', file), 'utf8');
    const [, value = ''] = new RegExp(`\\b${name}(?: =|:) (.*)[,;]$`, 'm').exec(source) ?? [];

    return [JSON.parse(value.replaceAll('_', ''))].flat() as number[];
  };

  const readLimit = async (file: string, name: string) => {
    const [limit = 0] = await readNumbers(file, name);

    return `${limit / 1000} s`;
  };

  it("names SMSAero's hosts", async () => {
    const [hosts = ''] = getBlocks(getSection(await readReference(), 'Network'), 'text');

    expect(hosts.split('\n')).toEqual(defaultLimits.hosts);
  });

  it.each([
    ['docs/operating.md', 'Settings', 'Kinds'],
    ['docs/operating.ru.md', 'Настройки', 'Причины'],
  ])('explains all fields and all kinds of failure: %s', async (name, settings, kinds) => {
    const reference = await readDocument(name);
    const readKeys = (heading: string) =>
      getRows(getSection(reference, heading)).map(([key = '']) => key.replaceAll('`', ''));

    expect(readKeys(settings)).toEqual(metadata.formItems?.map(({ key }) => key));
    expect(readKeys(kinds)).toEqual(allFailureKinds);
  });

  it('has the hosts and the first limits in the diagram', async () => {
    const [diagram = ''] = getBlocks(await readReference(), 'mermaid');

    for (const host of defaultLimits.hosts) {
      expect(diagram).toContain(host === defaultLimits.hosts[0] ? host : path.extname(host));
    }

    expect(diagram).toContain(`within ${defaultLimits.headStart / 1000} s`);
    expect(diagram).toContain(`after ${await readLimit('index.ts', 'sendLimit')}`);
  });

  it('says when watched messages are looked up', async () => {
    const [first = 0, ...later] = await readNumbers('watch.ts', 'delays');
    const seconds = `${first / 1000} s`;
    const minutes = later.map((delay) => `${delay / 60_000}`);

    expect(await readReference()).toContain(
      `${seconds}, ${minutes[0]} min, ${minutes[1]} min and ${minutes[2]} min after`
    );
    expect(await readReference()).toContain(`after ${seconds}, ${minutes.join(', ')} min`);
  });

  it('names the limits', async () => {
    const rows = getRows(getSection(await readReference(), 'Network'));
    const { answerSize } = defaultLimits;
    const [wireFactor = 0] = await readNumbers('smsaero/request.ts', 'wireFactor');

    expect(rows.map(([, limit]) => limit)).toEqual([
      await readLimit('index.ts', 'sendLimit'),
      await readLimit('index.ts', 'testLimit'),
      `${defaultLimits.headStart / 1000} s`,
      `for ${defaultLimits.avoidance / 60_000} minutes`,
      await readLimit('smsaero/agent.ts', 'autoSelectFamilyAttemptTimeout'),
      `${answerSize / 1024} KiB`,
      `${(wireFactor * answerSize) / 1024} KiB`,
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
    const kinds = failureKinds.filter((kind) => isTelegramRefused(kind, { channel }));
    const statuses = Array.from({ length: 100 }, (_, index) => 400 + index).filter(
      (status) => !isTelegramRefused('refused', { channel, status })
    );

    expect([...sure.matchAll(/`([\w-]+)`/g)].map(([, kind]) => kind)).toEqual(
      expect.arrayContaining(kinds)
    );
    expect(sure.match(/`/g)).toHaveLength(2 * kinds.length);
    expect([...unsure.matchAll(/\d{3}/g)].map(([status]) => Number(status))).toEqual(statuses);
  });
});
