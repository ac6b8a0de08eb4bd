import { RequestError } from 'got';

import { describe, expect, it } from 'vitest';

import { type BehaviourName } from './behaviours.js';
import { message, post, start } from './fixtures.js';

const telegram = { number: '79164058273', code: '012345' };

describe('the emulator', () => {
  it.each([
    [
      'sms/send',
      { number: '0791', sign: 'Nobody' },
      { number: ['incorrect'], sign: ['incorrect'], text: ['required'] },
    ],
    [
      'telegram/send',
      { number: '8', code: '12a4' },
      { number: ['incorrect'], code: ['incorrect'] },
    ],
    ['telegram/send', { ...telegram, sign: 'Nobody' }, { sign: ['incorrect'] }],
  ])('names all bad fields at once: %s, %j', async (selector, json, data) => {
    const emulator = await start();

    expect(await post(emulator, selector, { json })).toEqual({
      status: 400,
      success: false,
      data,
      message: 'Validation error.',
    });
    expect(emulator.deliveries).toEqual([]);
  });

  it.each([
    ['sms/send', 994.51, 1],
    ['sms/testsend', 1000, 0],
    ['telegram/send', 999, 1],
  ])(
    'charges and delivers what it is sent, but not in test mode: %s',
    async (selector, ...left) => {
      const emulator = await start();
      const { data } = await post(emulator, selector, { json: { ...message, code: '012345' } });

      expect(data).toMatchObject({ id: 1001, number: '79164058273' });
      expect(await post(emulator, 'balance')).toMatchObject({ data: { balance: left[0] } });
      expect(emulator.deliveries).toHaveLength(left[1]);
    }
  );

  it.each(['constructor', 'toString', '__proto__', 'sms/sent'])(
    'knows no call of the name %s',
    async (selector) => {
      expect(await post(await start(), selector)).toMatchObject({ status: 404, success: false });
    }
  );

  it('tells a status by the call for the channel, and only if it knows the id', async () => {
    const emulator = await start();

    await post(emulator, 'sms/send', { json: message });
    await post(emulator, 'sms/testsend', { json: message });
    await post(emulator, 'telegram/send', { json: telegram });

    for (const [selector, known] of [
      ['sms/status', 1001],
      ['sms/teststatus', 1002],
      ['telegram/status', 1003],
      ['viber/status', undefined],
    ] as const) {
      for (const id of [1001, 1002, 1003, undefined]) {
        expect(await post(emulator, selector, { json: { id } })).toMatchObject({
          status: id && id === known ? 200 : 404,
        });
      }
    }
  });
});

describe('a behaviour', () => {
  it.each<[BehaviourName, answer: object | string, isTaken: boolean]>([
    ['refuse-with-200', { status: 200, success: false, message: 'Not enough money' }, false],
    ['rate-limit', { status: 429, success: false }, false],
    ['account-refused', { status: 403, success: false }, false],
    ['ip-refused', { status: 404, success: false, message: 'Invalid ip-address' }, false],
    ['maintenance', 'not JSON', false],
    ['redirect', 'not JSON', false],
    ['array', { status: 200, data: [expect.anything()] }, true],
    ['no-data', { status: 200, success: true, data: null }, true],
    ['huge', { status: 200, message: expect.stringMatching(/^x{1048576}$/) as unknown }, true],
    ['slow', { status: 200, success: true }, true],
    ['silence', 'ETIMEDOUT', true],
    ['drip', 'ETIMEDOUT', true],
    ['reset', 'ECONNRESET', true],
    ['cut-off', 'ECONNRESET', true],
  ])('refuses a message, or answers badly once it is taken: %s', async (name, answer, isTaken) => {
    const emulator = await start({ behave: () => name });
    const request = answer === 'ETIMEDOUT' ? 1000 : 30_000;
    const promise = post(emulator, 'sms/send', { json: message, timeout: { request } });

    expect(
      await promise.catch((error: unknown) =>
        error instanceof RequestError ? error.code : 'not JSON'
      )
    ).toEqual(typeof answer === 'string' ? answer : expect.objectContaining(answer));
    expect(emulator.deliveries).toHaveLength(isTaken ? 1 : 0);
  });

  it.each<[BehaviourName, followed: number[], isDelivered: boolean]>([
    ['delivered', [0, 1, 1], true],
    ['undelivered', [0, 3, 2], false],
    ['rejected', [6, 6, 6], false],
    ['rejected-later', [0, 3, 6], false],
    ['held', [8, 8, 8], false],
    ['held-later', [0, 8, 8], false],
    ['held-then-delivered', [8, 8, 1], true],
  ])('decides the delivery: %s', async (name, followed, isDelivered) => {
    const emulator = await start({ behave: () => name });
    const answers = [
      await post(emulator, 'sms/send', { json: message }),
      await post(emulator, 'sms/status', { json: { id: 1001 } }),
      await post(emulator, 'sms/status', { json: { id: 1001 } }),
    ];

    expect(answers).toMatchObject(followed.map((status) => ({ data: { status } })));
    expect(emulator.deliveries).toHaveLength(isDelivered ? 1 : 0);
  });

  it.each<[BehaviourName, selector: string, data: object]>([
    ['strings', 'sms/send', { id: '1001', number: '79164058273', status: '0', cost: '5.49' }],
    ['numbers', 'telegram/send', { number: 79_164_058_273, telegramCode: 12_345, cost: 1 }],
    ['no-signs', 'sign/list', { totalCount: '0' }],
    ['telegram-other-code', 'telegram/send', { telegramCode: '123456' }],
    ['telegram-zero-lost', 'telegram/send', { telegramCode: '12345' }],
  ])('changes what an answer says: %s', async (name, selector, data) => {
    const emulator = await start({ behave: () => name });
    const answer = await post(emulator, selector, { json: { ...message, ...telegram } });

    expect(answer).toMatchObject({ status: 200, data });
  });
});
