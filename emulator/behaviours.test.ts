import { type OptionsOfTextResponseBody, RequestError } from 'got';

import { describe, expect, it } from 'vitest';

import { type BehaviourName } from './behaviours.js';
import { type Emulator } from './emulator.js';
import { message, post, start } from './fixtures.js';

/** What a client makes of an answer. */
const ask = async (emulator: Emulator, selector: string, options?: OptionsOfTextResponseBody) => {
  try {
    const answer = await post(emulator, selector, options);

    return { ...answer, length: JSON.stringify(answer).length };
  } catch (error: unknown) {
    return { error: error instanceof RequestError ? error.code : 'not JSON' };
  }
};

const endless = new Set<BehaviourName>(['silence', 'drip']);

/** The same for every call, with an SMS (1001) and a code by Telegram (1002) to look up. */
const askAll = async (name: BehaviourName) => {
  const emulator = await start();
  const fields = { ...message, code: '0123' };
  const timeout = { request: endless.has(name) ? 1000 : 30_000 };

  await post(emulator, 'sms/send', { json: fields });
  await post(emulator, 'telegram/send', { json: fields });
  emulator.setBehaviour(name);

  const answers = await Promise.all([
    ask(emulator, 'sms/send', { json: fields, timeout }),
    ask(emulator, 'sms/status', { json: { id: 1001 }, timeout }),
    ask(emulator, 'telegram/send', { json: fields, timeout }),
    ask(emulator, 'telegram/status', { json: { id: 1002 }, timeout }),
    ask(emulator, 'balance', { timeout }),
    ask(emulator, 'sign/list', { timeout }),
  ]);

  emulator.setBehaviour();

  const { data } = await post(emulator, 'balance');

  return { answers, data, deliveries: emulator.deliveries.length };
};

describe('a behaviour', () => {
  it.each<[BehaviourName, object]>([
    ['refuse-with-200', { status: 200, success: false, message: 'Not enough money' }],
    ['rate-limit', { status: 429, success: false, message: 'Too many requests' }],
    ['account-refused', { status: 403, success: false, data: null, message: 'Access denied' }],
    ['ip-refused', { status: 404, success: false, message: 'Invalid ip-address' }],
    ['maintenance', { error: 'not JSON' }],
    ['redirect', { error: 'not JSON' }],
  ])('refuses whatever is asked: %s', async (name, outcome) => {
    const { answers, data, deliveries } = await askAll(name);

    expect(answers).toMatchObject(answers.map(() => outcome));
    expect(data).toEqual({ balance: 993.51 });
    expect(deliveries).toBe(2);
  });

  it.each<[BehaviourName, object]>([
    ['array', { status: 200, data: [expect.anything()] }],
    ['no-data', { status: 200, success: true, data: null }],
    ['huge', { status: 200, length: expect.closeTo(1024 * 1024, -4) as unknown }],
    ['slow', { status: 200, success: true }],
    ['silence', { error: 'ETIMEDOUT' }],
    ['drip', { error: 'ETIMEDOUT' }],
    ['reset', { error: 'ECONNRESET' }],
    ['cut-off', { error: 'ECONNRESET' }],
  ])('answers badly once it has done what was asked: %s', async (name, outcome) => {
    const { answers, data, deliveries } = await askAll(name);

    expect(answers).toMatchObject(answers.map(() => outcome));
    expect(data).toEqual({ balance: 987.02 });
    expect(deliveries).toBe(4);
  });

  it('can be set for one call alone, and then for another, too', async () => {
    const emulator = await start();
    const askBoth = async () => [await ask(emulator, 'auth'), await ask(emulator, 'balance')];
    const good = { success: true };
    const reset = { error: 'ECONNRESET' };
    const limited = { status: 429 };

    emulator.setBehaviour('reset', 'auth');
    expect(await askBoth()).toMatchObject([reset, good]);
    emulator.setBehaviour('rate-limit', 'balance');
    expect(await askBoth()).toMatchObject([reset, limited]);
    emulator.setBehaviour(undefined, 'auth');
    expect(await askBoth()).toMatchObject([good, limited]);
    emulator.setBehaviour();
    expect(await askBoth()).toMatchObject([good, good]);
  });

  it('can be chosen anew for each request', async () => {
    const asked: string[] = [];
    const emulator = await start({
      behave: (selector) => {
        asked.push(selector);

        return selector === 'balance' ? 'rate-limit' : undefined;
      },
    });

    expect(await post(emulator, 'auth')).toMatchObject({ status: 200 });
    expect(await post(emulator, 'balance')).toMatchObject({ status: 429 });
    expect(asked).toEqual(['auth', 'balance']);
  });
});
