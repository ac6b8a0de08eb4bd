import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

import { ConnectorType, type SendMessageData } from '@logto/connector-kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { runDemo } from '../scripts/demo.js';
import { help, readOptions } from '../scripts/options.js';
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
    [['--to=8 (903) 123-45-67'], {}, /^--to must begin .*, 7 takes the place of the first 8\.$/],
    [['--to', '-1'], {}, /^--to must be a phone number with its country code, [^\n]*\.$/],
    [['--type=Nope'], {}, /^--type must be one of: SignIn, [^\n]*\.$/],
    [['--locale=!!'], {}, /^--locale must be a language tag [^\n]*\.$/],
    [['--nope'], {}, /^Unknown option '--nope'\.$/],
    [['nope'], {}, /^Unexpected argument 'nope'\.$/],
    [['--to'], {}, /^Option '--to <value>' argument missing\.$/],
    [['--to', '--telegram'], {}, /^Option '--to' argument is ambiguous\.$/],
    [['--telegram'], account, /^Give the number to send to, such as --to \d+\.$/],
    [['--telegram'], { SMSAERO_EMAIL: 'owner@shop.example' }, /^Set all three of SMSAERO_EMAIL, /],
    [['--watch', '--telegram'], {}, /^--watch cannot be combined with --telegram or [^\n]*\.$/],
    [['--watch', '--to=79031234567'], account, /^--watch cannot be combined .* a real account\.$/],
  ])('%j with %o are refused in a sentence', (args, env, sentence) => {
    expect(() => readOptions(args, env)).toThrow(sentence);
  });

  it('are listed in lines of 80 columns', () => {
    expect(help.split('\n').filter(({ length }) => length > 80)).toEqual([]);
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
      to: '79031234568',
      type: 'Register',
      locale: 'en',
      telegram: true,
      watch: false,
      account: { email: 'owner@shop.example', apiKey: 'k', senderName: 'A' },
    });
  });
});

/** The connector of the sources, as Logto's loader would give it. */
const factory = {
  createConnector,
  configGuard,
  metadata,
  type: ConnectorType.Sms as const,
  path: '',
};

/** Runs a demonstration in this process, and gives what it prints. */
const demonstrate = async (args: string[], shown: typeof factory = factory) => {
  const print = vi.spyOn(console, 'log').mockReturnValue();
  const { warn, info } = console;

  try {
    await runDemo(shown, readOptions(args, {}));

    return print.mock.calls.join('\n').split('\n');
  } finally {
    Object.assign(console, { warn, info });
    print.mockRestore();
  }
};

/** The rows under a step's title: label, then what stands in each column. */
const readStep = (lines: string[], title: string) => {
  const start = lines.indexOf(`› ${title}`);
  const rows: string[][] = [];

  for (const line of lines.slice(start + 1, lines.indexOf('', start))) {
    const cells = [line.slice(0, 12), line.slice(12, 45), line.slice(47)].map((cell) =>
      cell.trim()
    );

    if (cells[0] !== '' || rows.length === 0) {
      rows.push(cells);
    } else {
      rows.push((rows.pop() ?? []).map((cell, index) => `${cell} ${cells[index]}`.trim()));
    }
  }

  return Object.fromEntries(rows.map(([label = '', ...cells]) => [label, cells]));
};

describe('what npm start shows', () => {
  it('of both connectors side by side', async () => {
    const lines = await demonstrate([]);
    const codePage = 'The verification code has been sent to your phone number +79031234567';
    const sms = 'SMS from Acme: 421370 is your Acme sign-in code';
    const inVain = 'Nothing, but the visitor waits for it';
    const neutral =
      'Error occurred in connector: The message could not be sent. Please try again later.';

    expect(lines.filter(({ length }) => length > 80)).toEqual([]);
    expect(readStep(lines, 'SMSAero accepts the message')).toMatchObject({
      '': ['THIS CONNECTOR', 'THE BUNDLED ONE'],
      Visitor: [codePage, codePage],
      Handset: [sms, sms],
      Admin: [expect.stringMatching(/^Test message sent/), 'Test message sent'],
      Log: [
        expect.stringMatching(
          /^\[connector-smsaero] SMS sent: host=gate\.smsaero\.ru id=\d+ ms=\d+ usageType=SignIn$/
        ),
        '–',
      ],
    });
    expect(readStep(lines, 'SMSAero refuses the message in an HTTP 200')).toMatchObject({
      Visitor: [expect.stringMatching(/^Failed to send/), codePage],
      Handset: ['Nothing', inVain],
      Admin: [expect.stringContaining('not enough money'), 'Test message sent'],
      Log: [
        expect.stringMatching(/^\[connector-smsaero] SMS not sent: kind=funds status=200 /),
        '–',
      ],
    });
    expect(readStep(lines, 'SMSAero rejects the message that it accepted')).toMatchObject({
      Visitor: [neutral, codePage],
      Handset: ['Nothing', inVain],
      Log: [expect.stringContaining('kind=rejected'), '–'],
    });
    expect(readStep(lines, 'SMSAero holds the message for moderation')).toMatchObject({
      Visitor: [codePage, codePage],
      Handset: Array.from({ length: 2 }, () => 'Nothing yet: it comes minutes late'),
      Admin: [expect.stringContaining('holds your messages'), 'Test message sent'],
      Log: [expect.stringContaining('SMS held for moderation'), '–'],
    });
    expect(readStep(lines, 'The API key is wrong')).toMatchObject({
      Visitor: [neutral, expect.stringContaining('"{\\"success\\":false,\\" data')],
      Log: [expect.stringContaining('kind=credentials status=401'), '–'],
    });
    expect(readStep(lines, 'There is no money on the account')).toMatchObject({
      Admin: [
        expect.stringContaining('(balance: 0 roubles)'),
        expect.stringContaining('{"message"'),
      ],
      Log: [expect.stringContaining('kind=funds status=402'), '–'],
    });
    expect(readStep(lines, 'There are 100 roubles, and "Low balance" is set to 500')).toMatchObject(
      { Visitor: [codePage, codePage], Handset: [sms, sms] }
    );
    expect(readStep(lines, 'gate.smsaero.ru says nothing; the other hosts work')).toMatchObject({
      Visitor: [
        expect.stringMatching(/\(after \d\.\d s\)$/),
        expect.stringMatching(/^Waits for ever; cut off after \d s$/),
      ],
      Handset: [sms, 'Nothing'],
      Log: [expect.stringMatching(/ SMS sent: host=gate\.smsaero\.(?:org|net) /), '–'],
    });
    expect(readStep(lines, 'The connection breaks after SMSAero accepted')).toMatchObject({
      Visitor: [neutral, 'Internal server error.'],
      Handset: [sms, sms],
      Log: [
        expect.stringContaining('kind=timeout'),
        expect.stringMatching(
          /^The whole error, \d+ lines, with the API key, the phone number, the code$/
        ),
      ],
    });
    expect(lines.join(' ')).toMatch(/› Done: every code that this connector reported as sent /);
  });

  it('of a code that the first look-up finds rejected', async () => {
    vi.mocked(sleep).mockClear();

    const lines = await demonstrate(['--watch']);

    expect(sleep).toHaveBeenCalledOnce();
    expect(lines.join('\n').replaceAll(/\s+/g, ' ')).toMatch(
      / \[connector-smsaero] SMS not delivered: deliveryStatus=6 host=gate\.smsaero\.\w+ id=1001 usageType=SignIn /
    );
  });

  /** The connector with something done around each send. */
  const change = (around: (send: () => Promise<unknown>, code: string) => Promise<unknown>) => ({
    ...factory,
    createConnector: async (options: Parameters<typeof createConnector>[0]) => {
      const connector = await createConnector(options);

      return {
        ...connector,
        sendMessage: async (data: SendMessageData, form?: unknown) =>
          around(async () => connector.sendMessage(data, form), String(data.payload.code)),
      };
    },
  });

  it.each<[string, typeof factory, RegExp]>([
    [
      'a code reported as sent that did not arrive',
      change(async () => 'sent'),
      /^A code was reported as sent that did not arrive\.$/,
    ],
    [
      'a send that fails',
      change(async (send) => {
        await send();

        throw new Error('Failed');
      }),
      /^Failed$/,
    ],
    [
      'a secret on standard output',
      change(async (send, code) => {
        await send();
        console.info(`[connector-smsaero] SMS sent: text=${code}`);
      }),
      /^A line of the log or an error shows the code\.$/,
    ],
    [
      'a secret on standard error',
      change(async (send) => {
        await send();
        console.warn('[connector-smsaero] SMS sent: number=79031234567');
      }),
      /^A line of the log or an error shows the phone number\.$/,
    ],
  ])('nothing more after %s', async (_, shown, sentence) => {
    await expect(demonstrate([], shown)).rejects.toThrow(sentence);
  });

  it('though the time of a send equals a code', async () => {
    const shown = change(async (send, code) => {
      console.info(`[connector-smsaero] SMS sent: ms=${code}`);

      return send();
    });

    const lines = await demonstrate(['--watch'], shown);

    expect(lines.join('\n')).toContain('ms=421370');
  });
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
      // On Node 22, npm itself would leave a cache of compiled code in the temporary folder.
      env: { ...own, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' },
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
    [['--to=abc'], 2, /^$/, /^--to must be a phone number .*\nFor the options: .* --help\n$/],
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

  it.runIf(process.platform === 'linux').each([
    {
      command: ['npm', 'test', '--silent', '--', 'test/release.test.ts'],
      sign: /\/connector-smsaero-release-\w+\/tree\//,
      end: pressCtrlC,
      code: 130,
    },
    {
      command: [process.execPath, 'test/run.mjs', 'src/letters.test.ts'],
      sign: /^smsaero-/,
      end: terminate,
      code: 143,
    },
  ])('and npm test leave nothing behind at $sign: $end.name', async (test) => {
    const { child, output, exit, temporary } = await start([], test.command);

    await vi.waitFor(
      async () => {
        const names = await readdir(temporary, { recursive: true });

        expect(names.join('\n')).toMatch(test.sign);
      },
      { timeout: 60_000, interval: 5 }
    );
    test.end(child);
    await output;
    expect(await exit).toBe(test.code);
    expect(await readdir(temporary)).toEqual([]);
    expect(await findProcesses(temporary)).toEqual([]);
  });

  it('shows Telegram first from end to end', async () => {
    const { output, exit, left } = await start(['--telegram', '--locale=ru']);
    const [stdout, stderr] = await output;
    const handset = [...stdout.matchAll(/^ {2}Handset {3}(.*)/gm)].map(([, line]) => line);

    expect(stderr).toBe('');
    expect(handset.slice(1)).toEqual([
      'Telegram: 421370',
      'SMS from Acme: 042137 — код для входа в Acme',
      'SMS from Acme: 421370 — код для входа в Acme',
      'SMS from Acme: 000000 is your Acme code',
    ]);
    expect(stdout).toContain("[connector-smsaero] SMS sent in Telegram's place: ");
    expect(stdout).toContain('Код подтверждения был отправлен');
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toMatch(
      /\n› What next\n {2}[^]*\n +npm start -- --to \d+\n.* README\.md, "Install"\n$/
    );
    expect(await exit).toBe(0);
    expect(await left()).toEqual([]);
  });
});
