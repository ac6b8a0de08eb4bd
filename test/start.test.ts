import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

import { ConnectorType } from '@logto/connector-kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { runDemo } from '../scripts/demo.js';
import { readOptions } from '../scripts/options.js';
import { configGuard } from '../src/config.js';
import createConnector from '../src/index.js';
import { metadata } from '../src/metadata.js';

import { root } from './logto.js';

// Nobody waits for look-ups here.
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  setTimeout: vi.fn(),
}));

/** The processes that were started with this environment, as far as the system tells it. */
const findProcesses = async (temporary: string) => {
  const names = await readdir('/proc');
  const pids = names.filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    pids.map(async (pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''))
  );

  return pids.filter((_, index) => environments[index]?.includes(temporary));
};

describe('the options of npm start', () => {
  const account = {
    SMSAERO_EMAIL: 'owner@shop.example',
    SMSAERO_API_KEY: 'k',
    SMSAERO_SENDER: 'A',
  };

  it.each([
    [['--to=abc'], {}, /^--to must be a phone number with its country code, [^\n]*\.$/],
    [['--type=Nope'], {}, /^--type must be one of: SignIn, [^\n]*\.$/],
    [['--locale=!!'], {}, /^--locale must be a language tag [^\n]*\.$/],
    [['--nope'], {}, /^Unknown option '--nope'\.$/],
    [['nope'], {}, /^Unexpected argument 'nope'\.$/],
    [['--to'], {}, /^Option '--to <value>' argument missing\.$/],
    [['--to', '--telegram'], {}, /^Option '--to' argument is ambiguous\.$/],
    [['--telegram'], account, /^Say where the message goes: npm start -- --to \d+$/],
    [['--telegram'], { SMSAERO_EMAIL: 'owner@shop.example' }, /^Set all of SMSAERO_EMAIL, /],
    [['--watch', '--telegram'], {}, /^--watch goes neither with --telegram nor [^\n]*\.$/],
    [['--watch', '--to=79031234567'], account, /^--watch goes neither .* a real account\.$/],
  ])('%j with %o are refused in a sentence', (args, env, sentence) => {
    expect(() => readOptions(args, env)).toThrow(sentence);
  });

  it('are read', () => {
    expect(readOptions([], {})).toEqual({
      to: '79031234567',
      type: 'SignIn',
      locale: 'en',
      telegram: false,
      watch: false,
    });
    expect(readOptions(['--watch'], {})).toMatchObject({ watch: true });
    expect(
      readOptions(['--to', '+7 903 1234568', '--telegram', '--type=Register'], account)
    ).toEqual({
      to: '+7 903 1234568',
      type: 'Register',
      locale: 'en',
      telegram: true,
      watch: false,
      account: { email: 'owner@shop.example', apiKey: 'k', senderName: 'A' },
    });
  });
});

it('shows the line about a code that the first look-up finds rejected', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue();
  const warn = vi.spyOn(console, 'warn');
  const factory = {
    createConnector,
    configGuard,
    metadata,
    type: ConnectorType.Sms as const,
    path: '',
  };

  await runDemo(factory, readOptions(['--watch'], {}));

  const lines = print.mock.calls.map(([line]) => String(line));

  print.mockRestore();
  warn.mockRestore();
  expect(sleep).toHaveBeenCalledOnce();
  expect(lines.filter((line) => line.startsWith('  '))).toEqual([
    expect.stringMatching(
      /^ {2}operator's log: \[connector-smsaero] SMS not delivered: deliveryStatus=6 host=127\.0\.0\.1:\d+ id=1001 usageType=SignIn$/
    ),
    expect.stringMatching(/^ {2}send one real message, /),
    expect.stringMatching(/^ {2}install it /),
  ]);
});

/** What people type; the script alone is quicker. */
const npmStart = ['npm', 'start', '--silent', '--'];
const script = [process.execPath, '--import=tsx', 'scripts/start.ts'];

/** The terminal sends one to npm and one to the script, to which npm then passes on its own. */
const pressCtrlC = ({ pid }: ChildProcess) => process.kill(-Number(pid), 'SIGINT');

const interruptAgainAndAgain = async (child: ChildProcess) => {
  while (child.kill('SIGINT')) {
    await setImmediate();
  }
};

const terminate = (child: ChildProcess) => child.kill('SIGTERM');

describe.concurrent('npm start', { timeout: 120_000 }, () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-start-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (args: string[], [file = '', ...command]: string[] = npmStart) => {
    const temporary = await mkdtemp(path.join(folder, 'tmp-'));
    const {
      SMSAERO_EMAIL: _email,
      SMSAERO_API_KEY: _apiKey,
      SMSAERO_SENDER: _sender,
      ...own
    } = process.env;
    const child = spawn(file, [...command, ...args], {
      cwd: root,
      env: { ...own, TMPDIR: temporary },
      // As in a terminal, it leads a process group.
      detached: true,
      timeout: 110_000,
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(code ?? signal);
      });
    });

    return {
      child,
      output,
      exit,
      temporary,
      /** Tsx has a folder of its own there. */
      left: async () => {
        const names = await readdir(temporary);

        return names.filter((name) => name.startsWith('connector-'));
      },
    };
  };

  it.each([
    [['--to=abc'], 2, /^$/, /^--to must be a phone number .*\n$/],
    [['--help'], 0, /^npm start -- \[OPTIONS]\n {2}--to … .*\n {2}--type … /, /^$/],
  ])('told %o, ends with exit code %i', async (args, code, stdout, stderr) => {
    const { output, exit, left } = await start(args, script);

    expect(await output).toEqual([stdout, stderr].map((text) => expect.stringMatching(text)));
    expect(await exit).toBe(code);
    expect(await left()).toEqual([]);
  });

  it.runIf(process.platform === 'linux').each([
    { step: 'Build and pack', end: pressCtrlC, command: npmStart, code: 130 },
    { step: 'Install into', end: interruptAgainAndAgain, command: script, code: 130 },
    { step: 'Build and pack', end: terminate, command: npmStart, code: 143 },
  ])('leaves nothing behind at $step: $end.name', async ({ step, end, command, code }) => {
    const { child, output, exit, temporary, left } = await start([], command);

    await new Promise<void>((resolve) => {
      let all = '';

      child.stdout.on('data', (chunk) => {
        all += String(chunk);

        if (all.includes(`› ${step}`)) {
          resolve();
        }
      });
    });
    await vi.waitFor(async () => {
      const { length } = await findProcesses(temporary);

      expect(length).toBeGreaterThan(2);
    }, 60_000);
    expect(await left()).toHaveLength(1);
    await end(child);

    const [, stderr] = await output;

    expect(stderr).toBe('');
    expect(await exit).toBe(code);
    expect(await left()).toEqual([]);
    await vi.waitFor(async () => {
      expect(await findProcesses(temporary)).toEqual([]);
    }, 10_000);
  });

  it('shows Telegram first from end to end', async () => {
    const { output, exit, left } = await start(['--telegram', '--locale=ru']);
    const [stdout, stderr] = await output;
    const handset = [...stdout.matchAll(/handset: (.*)/g)].map(([, line]) => line);

    expect(stderr).toBe('');
    expect(handset).toEqual([
      '79031234567 ← Telegram: 421370',
      '79031234567 ← SMS from Acme: 042137 — код для входа в Acme',
      '79031234567 ← Telegram: 123456',
      '79031234567 ← SMS from Acme: 421370 — код для входа в Acme',
      '79031234567 ← SMS from Acme: 000000 is your Acme code',
    ]);
    expect(stdout).toContain("operator's log: [connector-smsaero] SMS sent in Telegram's place: ");
    expect(stdout).toContain('This is about Telegram only; visitors would be sent an SMS next.');
    expect(stdout).toMatch(
      /\n› What next\n {2}.* npm start -- --to \d+\n.* README\.md, "Install"\n$/
    );
    expect(await exit).toBe(0);
    expect(await left()).toEqual([]);
  });
});
