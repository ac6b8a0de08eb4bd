import { got, type OptionsOfTextResponseBody, RequestError } from 'got';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type BehaviourName } from './behaviours.js';
import { type Emulator, startEmulator } from './emulator.js';

const sends = { sms: 'sms/send', test: 'sms/testsend' };
const lookUps = { sms: 'sms/status', test: 'sms/teststatus' };

type Kind = keyof typeof sends;

describe('emulator', () => {
  let emulator: Emulator;
  const others: Emulator[] = [];
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
    await Promise.all([...others, emulator].map(async ({ close }) => close()));
  });

  const start = async (options?: Parameters<typeof startEmulator>[0]) => {
    const other = await startEmulator(options);

    others.push(other);

    return other;
  };

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

  it('takes several numbers, and answers with a list', async () => {
    const other = await start();
    const numbers = ['79164058273', '79164058274'];
    const { sign, text } = message;
    const list = numbers.map((number) => ({ id: expect.any(Number) as unknown, number }));

    for (const options of [
      { json: { numbers, sign, text } },
      { form: { 'numbers[0]': numbers[0], 'numbers[1]': numbers[1], sign, text } },
      {
        searchParams: new URLSearchParams([
          ...numbers.map((number) => ['numbers[]', number]),
          ['sign', sign],
          ['text', text],
        ]),
      },
    ]) {
      expect(await post('sms/send', options, other)).toMatchObject({ data: list });
    }

    expect(other.deliveries).toHaveLength(6);
    expect(await post('balance', {}, other)).toMatchObject({ data: { balance: 967.06 } });
    expect(
      await post('sms/send', { json: { numbers: [...numbers, '7'], sign, text } }, other)
    ).toMatchObject({ data: { numbers: ['incorrect'] } });
  });

  it('charges and delivers until the money runs out, but not in test mode', async () => {
    const { length } = emulator.deliveries;

    expect(await post('balance')).toMatchObject({ data: { balance: 3.53 } });
    expect(await post('sms/send', { json: message })).toMatchObject({
      status: 402,
      data: null,
      message: 'Not enough money',
    });
    expect(await post('sms/testsend', { json: message })).toMatchObject({
      data: { number: '79164058273', status: 1, cost: 5.49 },
    });
    expect(await post('balance')).toMatchObject({ data: { balance: 3.53 } });
    expect(emulator.deliveries).toHaveLength(length);
  });

  describe('the status of a message', () => {
    /** That of the reply, and of four look-ups. */
    const follow = async (other: Emulator, kind: Kind = 'sms', fields: object = message) => {
      const { data } = await post(sends[kind], { json: fields }, other);
      const { id } = data as { id: number };
      const answers = [data];

      for (let look = 0; look < 4; look += 1) {
        const { data } = await post(lookUps[kind], { json: { id } }, other);

        answers.push(data);
      }

      return answers.map((data) => data as { status: number; extendStatus: string });
    };

    it('is told with the number and the cost in other types than by the reply', async () => {
      const [reply, look] = await follow(await start());

      expect(reply).toMatchObject({ number: '79164058273', cost: 5.49, extendStatus: 'queue' });
      expect(look).toMatchObject({ number: 79_164_058_273, cost: '5.49', extendStatus: 'sent' });
    });

    it.each<[statuses: number[] | undefined, followed: number[]]>([
      [undefined, [0, 3, 4, 1, 1]],
      [[8], [8, 8, 8, 8, 8]],
      [
        [0, 3, 2],
        [0, 3, 2, 2, 2],
      ],
    ])('is what the option says: %j', async (statuses, followed) => {
      const answers = await follow(await start({ statuses }));

      expect(answers.map(({ status }) => status)).toEqual(followed);
    });

    it.each<[BehaviourName, number[], isDelivered: boolean]>([
      ['delivered', [0, 1, 1, 1, 1], true],
      ['undelivered', [0, 3, 2, 2, 2], false],
      ['rejected', [6, 6, 6, 6, 6], false],
      ['rejected-later', [0, 3, 6, 6, 6], false],
      ['held', [8, 8, 8, 8, 8], true],
      ['held-later', [0, 8, 8, 8, 8], true],
      ['held-then-delivered', [8, 8, 1, 1, 1], true],
    ])('is what the behaviour says: %s', async (name, followed, isDelivered) => {
      const other = await start({ behave: () => name });

      for (const kind of ['sms', 'test'] as const) {
        const answers = await follow(other, kind);

        expect(answers.map(({ status }) => status)).toEqual(followed);
      }

      expect(other.deliveries).toEqual(
        isDelivered ? [{ number: '79164058273', sign: 'sms aero', text: 'Hi' }] : []
      );
      expect(await post('balance', {}, other)).toMatchObject({ data: { balance: 994.51 } });
    });

    it('is 1 at once in test mode, whatever the option says', async () => {
      const answers = await follow(await start({ statuses: [0, 2] }), 'test');

      expect(answers.map(({ status }) => status)).toEqual([1, 1, 1, 1, 1]);
    });

    it('is told by the right call only, and to those who know the id', async () => {
      const other = await start();

      await post('sms/send', { json: message }, other);
      await post('sms/testsend', { json: message }, other);

      for (const [selector, id, status] of [
        ['sms/status', 1001, 200],
        ['sms/status', '1001', 200],
        ['sms/status', 1002, 404],
        ['sms/teststatus', 1001, 404],
        ['sms/teststatus', 1002, 200],
        ['sms/status', undefined, 404],
      ] as const) {
        expect(await post(selector, { json: { id } }, other)).toMatchObject({ status });
      }
    });
  });

  describe('the list of sender names', () => {
    it('says which are approved, by which operators', async () => {
      const other = await start({
        signs: ['Shop'],
        pendingSigns: ['New Shop'],
        refusedSigns: ['Bank'],
      });
      const list = await post('sign/list', {}, other);

      expect(list).toMatchObject({
        data: {
          totalCount: '3',
          0: {
            id: 1,
            name: 'Shop',
            status: 1,
            extendStatus: 'approve',
            statusOperators: {
              1: { operator: 1, extendOperator: 'MEGAFON', status: 1, extendStatus: 'approve' },
            },
          },
          1: { name: 'New Shop', status: 0, statusOperators: { 4: { status: 0 } } },
          2: { name: 'Bank', status: 2, statusOperators: { 5: { status: 2 } } },
        },
      });

      for (const [sign, status] of [
        ['shop', 200],
        ['New Shop', 400],
        ['Bank', 400],
        ['SMSAero', 400],
      ] as const) {
        expect(await post('sms/send', { json: { ...message, sign } }, other)).toMatchObject({
          status,
          data: status === 200 ? { from: sign } : { sign: ['incorrect'] },
        });
      }
    });

    it.each<[BehaviourName, unknown]>([
      ['no-signs', { totalCount: '0' }],
      [
        'signs-as-array',
        [
          expect.objectContaining({ name: 'SMSAero' }),
          expect.objectContaining({ name: 'SMS Aero' }),
        ],
      ],
    ])('can have another shape: %s', async (name, data) => {
      const other = await start({ behave: () => name });

      expect(await post('sign/list', {}, other)).toMatchObject({ success: true, data });
      expect(await post('balance', {}, other)).toMatchObject({ data: { balance: 1000 } });
    });
  });

  it('can leave out the balance', async () => {
    emulator.setBehaviour('no-balance');

    const { data } = await post('balance');

    expect(data).toEqual({});
    emulator.setBehaviour();
  });

  it.each<[BehaviourName, selector: string, data: unknown]>([
    ['strings', 'balance', { balance: '1000' }],
    ['strings', 'sms/send', { id: '1001', number: '79164058273', status: '8', cost: '5.49' }],
    ['strings', 'sms/status', { id: '1001', number: '79164058273', status: '8', cost: '5.49' }],
    ['strings', 'sign/list', { totalCount: '2', 0: { status: '1' } }],
    ['numbers', 'sms/send', { id: 1001, number: 79_164_058_273, text: '1234', cost: 5.49 }],
    ['numbers', 'sms/status', { id: 1001, number: 79_164_058_273, text: '1234', cost: 5.49 }],
    ['numbers', 'sign/list', { totalCount: 2 }],
  ])('tells the values in other types: %s, %s', async (name, selector, data) => {
    const other = await start({ statuses: [8] });
    const fields = { ...message, text: '1234' };

    if (selector === 'sms/status') {
      await post('sms/send', { json: fields }, other);
    }

    other.setBehaviour(name);

    const answer = await post(selector, { json: { ...fields, id: 1001 } }, other);

    expect(answer.data).toMatchObject(data as object);
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
      const other = await start({
        behave: (selector) => {
          asked.push(selector);

          return selector === 'balance' ? 'rate-limit' : undefined;
        },
      });

      expect(await post('auth/', {}, other)).toMatchObject({ status: 200 });
      expect(await post('balance', {}, other)).toMatchObject({ status: 429 });
      expect(asked).toEqual(['auth', 'balance']);
    });
  });
});
