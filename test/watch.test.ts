import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type BehaviourName } from '../emulator/behaviours.js';
import { type Emulator } from '../emulator/emulator.js';
import { post, start } from '../emulator/fixtures.js';
import { config, data, spyOnConsole } from '../src/fixtures.js';
import createConnector from '../src/index.js';
import { expectNoSecrets } from '../src/smsaero/fixtures.js';

import { runScript } from './script.js';

// Nobody waits for ten minutes here.
vi.mock('node:timers/promises', () => ({ setTimeout: vi.fn() }));

const { print, getPrinted } = spyOnConsole();

beforeEach(() => {
  print.mockClear();
});

afterEach(() => {
  expectNoSecrets(getPrinted());
});

/** Sends a message through an emulator that behaves so for one selector or all. */
const send = async (
  { statuses, behaviour }: { statuses?: number[]; behaviour: [BehaviourName, selector?: string] },
  overrides: object = {}
) => {
  const { email, apiKey, senderName } = config;
  const emulator = await start({ email, apiKey, signs: [senderName], statuses });
  const stored = { ...config, gatewayUrl: emulator.url, watchDelivery: true, ...overrides };
  const { sendMessage } = await createConnector({ getConfig: async () => stored });

  emulator.setBehaviour(...behaviour);
  await sendMessage(data);

  return emulator;
};

/** Waits for these requests and these lines, and for more to come. */
const expectAll = async (emulator: Emulator, requests: string[], lines: string[]) => {
  const check = () => {
    expect(emulator.arrivals.map(({ path }) => path.replace('/v2/', ''))).toEqual(requests);
    expect(
      getPrinted().map(([, line]) =>
        String(line).replaceAll(
          /\[connector-smsaero] | host=127\.0\.0\.1:\d+| usageType=SignIn/g,
          ''
        )
      )
    ).toEqual(lines);
  };

  await vi.waitFor(check, { timeout: 10_000 });
  await post(emulator, 'auth');
  emulator.arrivals.pop();
  check();
};

const sent = 'SMS sent: id=1001';
const sentToTelegram = 'SMS sent: channel=telegram id=1001';
const held = 'SMS held for moderation: id=1001';

describe('a watched message', () => {
  it.each<[behaviour: [BehaviourName, selector?: string], number, string[]]>([
    [['delivered'], 1, [sent]],
    [['rejected-later'], 2, [sent, 'SMS not delivered: deliveryStatus=6 id=1001']],
    [['held'], 4, [held, 'SMS not confirmed: deliveryStatus=8 id=1001']],
    [['no-data'], 0, ['SMS sent:']],
    [['maintenance', 'sms/status'], 4, [sent, 'SMS not confirmed: id=1001']],
    [['reset', 'sms/status'], 4, [sent, 'SMS not confirmed: id=1001']],
    [['rate-limit', 'sms/status'], 1, [sent, 'SMS not confirmed: id=1001']],
  ])('is looked up until its fate is known: %j', async (behaviour, count, lines) => {
    const emulator = await send({ behaviour });
    const lookUps = Array.from({ length: count }, () => 'sms/status');

    await expectAll(emulator, ['sms/send', ...lookUps], lines);
  });

  it.each([
    [[1], [sentToTelegram]],
    [[6], [sentToTelegram, 'SMS not delivered: deliveryStatus=6 id=1002']],
  ])("is watched as the SMS in Telegram's place: %j", async (statuses, lines) => {
    const emulator = await send({ statuses, behaviour: ['no-telegram'] }, { telegram: true });
    const requests = ['telegram/send', 'telegram/status', 'telegram/status', 'sms/status'];

    await expectAll(emulator, requests, lines);
  });
});

it('lets the process end although a message is watched and the balance was asked for', async () => {
  const script = `
    import { startEmulator } from './emulator/emulator.ts';
    import { config, data, spyOnConsole } from './src/fixtures.ts';
    import createConnector from './src/index.ts';

    const { email, apiKey, senderName } = config;
    const emulator = await startEmulator({ email, apiKey, signs: [senderName] });
    const stored = { ...config, gatewayUrl: emulator.url, watchDelivery: true, lowBalance: '1' };
    const { sendMessage } = await createConnector({ getConfig: async () => stored });

    await sendMessage(data);
    await emulator.close();
    console.log('sent');
  `;
  // Killed if it does not, for its look-ups would go on for ten minutes.
  await expect(runScript(script, undefined, { timeout: 50_000 })).resolves.toEqual({
    stdout: expect.stringMatching(/^\[connector-smsaero] SMS sent: .*\nsent\n$/) as unknown,
    stderr: '',
  });
});
