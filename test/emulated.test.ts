import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type BehaviourName } from '../emulator/behaviours.js';
import { type Emulator } from '../emulator/emulator.js';
import { post, start } from '../emulator/fixtures.js';
import { config, data, spyOnConsole, testData } from '../src/fixtures.js';
import createConnector from '../src/index.js';

// A wait moves the clock, and is over at once.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    vi.advanceTimersByTime(ms);
  },
}));

const { print } = spyOnConsole();

let emulator: Emulator;

beforeEach(async () => {
  print.mockClear();
  vi.useFakeTimers({ toFake: ['performance'] });
  emulator = await start({
    email: config.email,
    apiKey: config.apiKey,
    signs: [config.senderName],
    balance: Number.POSITIVE_INFINITY,
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const getRequests = () => emulator.arrivals.map(({ path }) => path.replace('/v2/', ''));

const count = (call: string) => getRequests().filter((request) => request === call).length;

const settle = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'sent',
    () => 'not sent'
  );

const sendCode = async (code: string, overrides: object = {}) => {
  const getConfig = async () => ({ ...config, gatewayUrl: emulator.url, ...overrides });
  const { sendMessage } = await createConnector({ getConfig });

  return settle(sendMessage({ ...data, payload: { ...data.payload, code } }));
};

const pressSend = async (overrides: object = {}) => {
  const { sendMessage } = await createConnector({ getConfig: vi.fn() });

  return settle(sendMessage(testData, { ...config, gatewayUrl: emulator.url, ...overrides }));
};

describe('a real send', () => {
  it.each<[BehaviourName | undefined, string]>([
    [undefined, 'sent'],
    ['held', 'sent'],
    ['rejected', 'not sent'],
    ['rejected-later', 'sent'],
    ['undelivered', 'sent'],
    ['account-refused', 'not sent'],
    ['refuse-with-200', 'not sent'],
    ['rate-limit', 'not sent'],
    ['maintenance', 'not sent'],
    ['reset', 'not sent'],
  ])('makes one request: %s', async (name, outcome) => {
    emulator.setBehaviour(name);

    await expect(sendCode('381945')).resolves.toBe(outcome);
    expect(getRequests()).toEqual(['sms/send']);
  });

  it.each<[BehaviourName | undefined, string, string[]]>([
    [undefined, 'sent', ['telegram/send']],
    ['held', 'sent', ['telegram/send']],
    ['telegram-refused', 'sent', ['telegram/send', 'sms/send']],
    ['telegram-other-code', 'not sent', ['telegram/send']],
    ['rejected', 'not sent', ['telegram/send']],
    ['account-refused', 'not sent', ['telegram/send', 'sms/send']],
    ['rate-limit', 'not sent', ['telegram/send', 'sms/send']],
    ['reset', 'not sent', ['telegram/send']],
  ])(
    'makes one with Telegram first, and one more after a sure refusal: %s',
    async (name, outcome, calls) => {
      emulator.setBehaviour(name);

      await expect(sendCode('381945', { telegram: true })).resolves.toBe(outcome);
      expect(getRequests()).toEqual(calls);
    }
  );

  it.each<[string, object, string[]]>([
    ['with a mark', {}, ['sms/send', 'balance']],
    ['in test mode', { lowBalance: '501', testMode: true }, ['sms/testsend']],
    ['with an empty mark', { lowBalance: '' }, ['sms/send']],
    ['with a mark that is no text', { lowBalance: {} }, ['sms/send']],
    ['with another key, which is refused', { lowBalance: '502', apiKey: 'wrong' }, ['sms/send']],
  ])('asks for the balance only once a message is accepted and paid: %s', async (_, set, calls) => {
    await sendCode('381945', { lowBalance: '500', ...set });
    await expect.poll(getRequests).toEqual(calls);
    // A request that was begun before would have arrived.
    await post(emulator, 'auth');
    expect(getRequests()).toEqual([...calls, 'auth']);
  });

  const code = fc.string({
    unit: fc.constantFrom(...'0123456789abZ０٣'),
    minLength: 1,
    maxLength: 10,
  });

  it.each<[BehaviourName | undefined]>([
    [undefined],
    ['no-telegram'],
    ['telegram-refused'],
    ['telegram-zero-lost'],
    ['numbers'],
    ['strings'],
  ])("brings the visitor's code to the handset, or nothing: %s", async (name) => {
    emulator.setBehaviour(name);

    await fc.assert(
      fc.asyncProperty(code, async (given) => {
        const { length } = emulator.deliveries;
        const outcome = await sendCode(given, { telegram: true });

        // In the emulator an SMS follows a failed Telegram message after some look-ups, and has the next id.
        const id = 999 + 2 * count('telegram/send') + count('sms/send');

        for (let look = 0; look < 3 && emulator.deliveries.length === length; look += 1) {
          await post(emulator, 'telegram/status', { json: { id } });
        }

        const delivered = emulator.deliveries.slice(length);

        expect(outcome).toBe('sent');
        expect(delivered).toHaveLength(1);
        expect(delivered[0]).toMatchObject(
          delivered[0]?.channel === 'telegram'
            ? { text: given }
            : { sign: config.senderName, text: `SignIn: ваш код ${given}` }
        );
      }),
      { numRuns: 100, examples: [['0123'], ['000000'], ['1234'], ['12345678'], ['٣٣٣٣']] }
    );
  });
});

describe('a console test', () => {
  it.each<[BehaviourName, string[]]>([
    ['held', ['sms/send']],
    ['rejected', ['sms/send']],
    ['delivered', ['sms/send', 'sms/status']],
    ['held-later', ['sms/send', 'sms/status']],
    ['rejected-later', ['sms/send', 'sms/status', 'sms/status']],
    ['undelivered', ['sms/send', 'sms/status', 'sms/status']],
  ])('asks no more once the status is final: %s', async (name, calls) => {
    emulator.setBehaviour(name);
    await pressSend();
    expect(getRequests()).toEqual(calls);
  });

  it('asks for no balance', async () => {
    emulator.setBehaviour('delivered');
    await pressSend({ lowBalance: '503' });
    await post(emulator, 'auth');
    expect(getRequests()).toEqual(['sms/send', 'sms/status', 'auth']);
    expect(print).not.toHaveBeenCalled();
  });
});
