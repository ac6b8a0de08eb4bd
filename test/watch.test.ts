import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type BehaviourName } from '../emulator/behaviours.js';
import { type Emulator } from '../emulator/emulator.js';
import { post, start } from '../emulator/fixtures.js';
import { config, data } from '../src/fixtures.js';
import createConnector from '../src/index.js';
import { expectNoSecrets } from '../src/smsaero/fixtures.js';

import { runScript } from './script.js';

// Nobody waits for ten minutes here.
vi.mock('node:timers/promises', () => ({ setTimeout: vi.fn() }));

const warn = vi.spyOn(console, 'warn').mockReturnValue();

beforeEach(() => {
  warn.mockClear();
});

afterEach(() => {
  expectNoSecrets(warn.mock.calls);
});

const startWatched = async (statuses?: number[]) => {
  const { email, apiKey, senderName } = config;

  return start({ email, apiKey, signs: [senderName], statuses });
};

const send = async (emulator: Emulator, overrides: object = {}) => {
  const stored = { ...config, gatewayUrl: emulator.url, watchDelivery: true, ...overrides };
  const { sendMessage } = await createConnector({ getConfig: async () => stored });

  await sendMessage(data);
};

/** Waits for these requests and these lines, and for more to come. */
const expectAll = async (emulator: Emulator, requests: string[], lines: string[]) => {
  const check = () => {
    expect(emulator.arrivals.map(({ path }) => path.replace('/v2/', ''))).toEqual(requests);
    expect(
      warn.mock.calls.map(([line]) =>
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

const lookUps = (count: number) => Array.from({ length: count }, () => 'sms/status');

describe('a watched message', () => {
  it.each<[BehaviourName, number, string[]]>([
    ['delivered', 1, []],
    ['rejected-later', 2, ['SMS not delivered: deliveryStatus=6 id=1001']],
    ['undelivered', 2, ['SMS not delivered: deliveryStatus=2 id=1001']],
    ['held-then-delivered', 2, ['SMS held for moderation: id=1001']],
    [
      'held',
      4,
      ['SMS held for moderation: id=1001', 'SMS not confirmed: deliveryStatus=8 id=1001'],
    ],
    ['no-data', 0, []],
  ])('is looked up until its fate is known: %s', async (name, count, lines) => {
    const emulator = await startWatched();
    const requests = ['sms/send', ...lookUps(count)];

    emulator.setBehaviour(name);
    await send(emulator);

    await expectAll(emulator, requests, lines);
  });

  it.each<[BehaviourName, number]>([
    ['maintenance', 4],
    ['reset', 4],
    ['cut-off', 4],
    ['huge', 4],
    ['redirect', 4],
    ['no-data', 4],
    ['rate-limit', 1],
  ])('is not confirmed where no look-up tells of it: %s', async (name, count) => {
    const emulator = await startWatched();
    const requests = ['sms/send', ...lookUps(count)];

    emulator.setBehaviour(name, 'sms/status');
    await send(emulator);

    await expectAll(emulator, requests, ['SMS not confirmed: id=1001']);
  });

  it.each([
    [[1], []],
    [[6], ['SMS not delivered: deliveryStatus=6 id=1002']],
  ])("is watched as the SMS in Telegram's place: %j", async (statuses, lines) => {
    const emulator = await startWatched(statuses);
    const requests = ['telegram/send', 'telegram/status', 'telegram/status', 'sms/status'];

    emulator.setBehaviour('no-telegram');
    await send(emulator, { telegram: true });

    await expectAll(emulator, requests, lines);
  });

  it('is not watched in test mode, nor where the switch is off', async () => {
    const emulator = await startWatched();
    const requests = ['sms/testsend', 'sms/send'];

    await send(emulator, { testMode: true });
    await send(emulator, { watchDelivery: undefined });

    await expectAll(emulator, requests, ['Test mode, nothing delivered: id=1001']);
  });
});

it('lets the process end although a message is watched', async () => {
  const script = `
    import { startEmulator } from './emulator/emulator.ts';
    import { config, data } from './src/fixtures.ts';
    import createConnector from './src/index.ts';

    const { email, apiKey, senderName } = config;
    const emulator = await startEmulator({ email, apiKey, signs: [senderName] });
    const stored = { ...config, gatewayUrl: emulator.url, watchDelivery: true };
    const { sendMessage } = await createConnector({ getConfig: async () => stored });

    await sendMessage(data);
    await emulator.close();
    console.log('sent');
  `;
  // Killed if it does not, for its look-ups would go on for ten minutes.
  await expect(runScript(script, undefined, { timeout: 50_000 })).resolves.toEqual({
    stdout: 'sent\n',
    stderr: '',
  });
});
