import { got, type OptionsOfTextResponseBody, RequestError } from 'got';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type BehaviourName } from './behaviours.js';
import { type Emulator, startEmulator } from './emulator.js';

describe('emulator', () => {
  let emulator: Emulator;
  const message = { number: '79164058273', sign: 'sms aero', text: 'Hi' };

  const post = async (
    selector: string,
    options: OptionsOfTextResponseBody = {},
    { url, email, apiKey } = emulator
  ) => {
    const { statusCode, body } = await got.post(`${url}${selector}`, {
      username: email,
      password: apiKey,
      throwHttpErrors: false,
      retry: { limit: 0 },
      followRedirect: false,
      ...options,
    });

    return { status: statusCode, ...(JSON.parse(body) as { data?: unknown }) };
  };

  beforeAll(async () => {
    emulator = await startEmulator({ balance: 20 });
  });

  afterAll(async () => {
    await emulator.close();
  });

  it('checks the credentials', async () => {
    expect(await post('auth')).toMatchObject({
      status: 200,
      message: 'Successful authorization.',
    });
    expect(await post('auth', { password: 'wrong' })).toEqual({
      status: 401,
      success: false,
      data: null,
      message: 'Your request was made with invalid credentials.',
    });
  });

  it('names all bad fields at once', async () => {
    expect(await post('sms/send', { json: { number: '0791', sign: 'Nobody' } })).toEqual({
      status: 400,
      success: false,
      data: { number: ['incorrect'], sign: ['incorrect'], text: ['required'] },
      message: 'Validation error.',
    });
  });

  it.each([
    ['JSON', 'sms/send', { json: message }],
    ['a form', 'sms/send/', { form: message }],
    ['a query', 'sms/send', { searchParams: message }],
  ])('takes %s', async (_, selector, options) => {
    expect(await post(selector, options)).toMatchObject({
      status: 200,
      success: true,
      data: { number: '79164058273', status: 0, cost: 5.49 },
    });
  });

  it('follows a message until it is delivered', async () => {
    const statuses = [];

    for (let look = 0; look < 5; look += 1) {
      const { data } = await post('sms/status', { json: { id: 1001 } });

      expect(data).toMatchObject({ number: 79_164_058_273, cost: '5.49' });
      statuses.push((data as { status: number }).status);
    }

    expect(statuses).toEqual([0, 3, 4, 1, 1]);
    expect(await post('sms/status', { json: { id: 1 } })).toMatchObject({ status: 404 });
  });

  it('charges and delivers until the money runs out, but not in test mode', async () => {
    const { length } = emulator.deliveries;

    expect(await post('balance')).toMatchObject({ data: { balance: 3.53 } });
    expect(await post('sms/send', { json: message })).toMatchObject({ status: 402 });
    expect(await post('sms/testsend', { json: message })).toMatchObject({ data: { status: 1 } });
    expect(await post('balance')).toMatchObject({ data: { balance: 3.53 } });
    expect(emulator.deliveries).toHaveLength(length);
  });

  it('lists sender names', async () => {
    expect(await post('sign/list')).toMatchObject({
      data: { totalCount: '2', 0: { name: 'SMSAero', status: 1 } },
    });
  });

  it('has no other calls', async () => {
    expect(await post('viber/send')).toMatchObject({ status: 404, success: false });
  });

  describe('told to behave otherwise', () => {
    /** What a client with little patience makes of it. */
    const outcomeOf = async (selector: string, options: OptionsOfTextResponseBody) => {
      try {
        const answer = await post(selector, { timeout: { request: 300 }, ...options });

        return { ...answer, length: JSON.stringify(answer).length };
      } catch (error: unknown) {
        return error instanceof RequestError ? error.code : 'not JSON';
      }
    };

    beforeAll(() => {
      emulator.setBalance(1000);
    });

    afterEach(() => {
      emulator.setBehaviour();
    });

    it.each<[BehaviourName, unknown]>([
      ['refuse-with-200', { status: 200, success: false, message: 'Not enough money' }],
      ['rate-limit', { status: 429, success: false }],
      ['account-refused', { status: 403, success: false, data: null }],
      ['ip-refused', { status: 404, success: false, message: 'Invalid ip-address' }],
      ['echo', { status: 400, message: expect.stringContaining('79164058273') as unknown }],
      ['maintenance', 'not JSON'],
      ['redirect', 'not JSON'],
    ])('refuses whatever is asked: %s', async (name, outcome) => {
      const { length } = emulator.deliveries;

      emulator.setBehaviour(name);

      for (const selector of ['sms/send', 'sms/status', 'balance']) {
        const actual = await outcomeOf(selector, { json: { ...message, id: 1001 } });

        if (typeof outcome === 'string') {
          expect(actual).toBe(outcome);
        } else {
          expect(actual).toMatchObject(outcome as object);
        }
      }

      expect(emulator.deliveries).toHaveLength(length);
    });

    it.each<[BehaviourName, unknown]>([
      ['array', { status: 200, data: [expect.anything()] }],
      ['no-data', { status: 200, success: true, data: null }],
      ['huge', { status: 200, length: expect.closeTo(1024 * 1024, -4) as unknown }],
      ['slow', { status: 200, success: true }],
      ['silence', 'ETIMEDOUT'],
      ['drip', 'ETIMEDOUT'],
      ['reset', 'ECONNRESET'],
      ['cut-off', 'ECONNRESET'],
    ])('answers badly once it has done what was asked: %s', async (name, outcome) => {
      const { length } = emulator.deliveries;

      emulator.setBehaviour(name);

      for (const selector of ['sms/send', 'sms/status', 'balance']) {
        const actual = await outcomeOf(selector, { json: { ...message, id: 1001 } });

        if (typeof outcome === 'string') {
          expect(actual).toBe(outcome);
        } else {
          expect(actual).toMatchObject(outcome as object);
        }
      }

      expect(emulator.deliveries).toHaveLength(length + 1);
    });

    it('does so for one call alone, and then for another, too', async () => {
      const look = async () => [
        await outcomeOf('sms/status', { json: { id: 1001 } }),
        await outcomeOf('balance', {}),
      ];
      const good = expect.objectContaining({ success: true }) as unknown;

      emulator.setBehaviour('reset', 'sms/status');
      expect(await look()).toEqual(['ECONNRESET', good]);
      emulator.setBehaviour('silence', 'balance');
      expect(await look()).toEqual(['ECONNRESET', 'ETIMEDOUT']);
      emulator.setBehaviour(undefined, 'sms/status');
      expect(await look()).toEqual([good, 'ETIMEDOUT']);
      emulator.setBehaviour();
      expect(await look()).toEqual([good, good]);
    });

    it('is asked for each call what to do', async () => {
      const asked: string[] = [];
      const other = await startEmulator({
        behave: (selector) => {
          asked.push(selector);

          return selector === 'balance' ? 'rate-limit' : undefined;
        },
      });

      expect(await post('auth/', {}, other)).toMatchObject({ status: 200 });
      expect(await post('balance', {}, other)).toMatchObject({ status: 429 });
      expect(asked).toEqual(['auth', 'balance']);
      await other.close();
    });
  });
});
