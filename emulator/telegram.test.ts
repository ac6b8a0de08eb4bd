import { describe, expect, it } from 'vitest';

import { type BehaviourName } from './behaviours.js';
import { follow, message, post, start } from './fixtures.js';

const calls = ['telegram/send', 'telegram/status'] as const;

describe('a code by Telegram', () => {
  const telegram = { number: '79164058273', code: '012345' };
  const fallback = { sign: 'SMSAero', text: 'Code 012345' };
  const byTelegram = { channel: 'telegram', number: '79164058273', text: '012345' };
  const bySms = { channel: 'sms', number: '79164058273', ...fallback };

  it.each([
    ['JSON', { json: telegram }],
    ['a form', { form: telegram }],
    ['an integer', { json: { ...telegram, code: 912_345 } }],
  ])('is taken as %s', async (name, options) => {
    const emulator = await start();
    const telegramCode = name === 'an integer' ? '912345' : '012345';

    expect(await post(emulator, 'telegram/send', options)).toEqual({
      status: 200,
      success: true,
      data: {
        id: 1001,
        number: '79164058273',
        telegramCode,
        smsText: null,
        smsFrom: null,
        idSms: null,
        status: 0,
        extendStatus: 'queue',
        cost: '1.00',
        dateCreate: expect.any(Number) as unknown,
      },
      message: null,
    });
    expect(emulator.deliveries).toEqual([{ ...byTelegram, text: telegramCode }]);
    expect(await post(emulator, 'balance')).toMatchObject({ data: { balance: 999 } });
  });

  it.each([
    [{}, { number: ['required'], code: ['required'] }],
    [
      { number: '8', code: '123' },
      { number: ['incorrect'], code: ['incorrect'] },
    ],
    [{ ...telegram, code: '123456789' }, { code: ['incorrect'] }],
    [{ ...telegram, code: '12a4' }, { code: ['incorrect'] }],
    [{ ...telegram, ...fallback, sign: 'Nobody' }, { sign: ['incorrect'] }],
  ])('is refused where a field is wrong: %j', async (json, data) => {
    const emulator = await start();

    expect(await post(emulator, 'telegram/send', { json })).toMatchObject({ status: 400, data });
    expect(emulator.deliveries).toEqual([]);
  });

  it('costs money, but less than an SMS', async () => {
    const emulator = await start({ balance: 1.5 });
    const answers = [
      await post(emulator, 'telegram/send', { json: telegram }),
      await post(emulator, 'telegram/send', { json: telegram }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 402]);
  });

  it('has its statuses and its own look-up', async () => {
    const emulator = await start();
    const answers = await follow(emulator, calls, { ...telegram, ...fallback });

    expect(answers.map(({ status }) => status)).toEqual([0, 3, 4, 1, 1]);
    expect(answers).toEqual(
      answers.map(() => expect.objectContaining({ id: 1001, idSms: null, smsFrom: 'SMSAero' }))
    );
    expect(emulator.deliveries).toEqual([byTelegram]);
    expect(await post(emulator, 'sms/status', { json: { id: 1001 } })).toMatchObject({
      status: 404,
    });
  });

  it.each([
    { how: 'by SMS, where the recipient has no Telegram', fields: fallback, idSms: 1002 },
    { how: 'not at all, without sender name and text', fields: {}, idSms: null },
    { how: 'not at all, without the money for an SMS', fields: fallback, idSms: null, balance: 6 },
  ])('goes $how', async ({ fields, idSms, balance = 1000 }) => {
    const emulator = await start({ balance, behave: () => 'no-telegram' });
    const answers = await follow(emulator, calls, { ...telegram, ...fields });

    expect(answers).toMatchObject([
      { status: 0, idSms: null },
      { status: 0, idSms: null },
      ...[2, 2, 2].map((status) => ({ status, idSms })),
    ]);
    expect(emulator.deliveries).toEqual(idSms ? [bySms] : []);
    expect(await post(emulator, 'balance')).toMatchObject({
      data: { balance: balance - (idSms ? 6.49 : 1) },
    });
  });

  it('sent by SMS has the statuses of an SMS', async () => {
    const emulator = await start({ behave: () => 'no-telegram' });

    await follow(emulator, calls, { ...telegram, ...fallback });

    const statuses = [];

    for (let look = 0; look < 5; look += 1) {
      const { data } = await post(emulator, 'sms/status', { json: { id: 1002 } });

      statuses.push((data as { status: number }).status);
    }

    expect(statuses).toEqual([0, 3, 4, 1, 1]);
  });

  it.each<[BehaviourName, telegramCode: unknown, text: string]>([
    ['telegram-other-code', '123456', '123456'],
    ['telegram-zero-lost', '12345', '12345'],
    ['numbers', 12_345, '012345'],
    ['strings', '012345', '012345'],
  ])('may come back otherwise: %s', async (name, telegramCode, text) => {
    const emulator = await start({ behave: () => name });
    const [reply, look] = await follow(emulator, calls, telegram);

    expect([reply, look]).toMatchObject([{ telegramCode }, { telegramCode }]);
    expect(emulator.deliveries).toEqual([{ ...byTelegram, text }]);
  });

  it('can be refused while an SMS is taken', async () => {
    const emulator = await start({ behave: () => 'telegram-refused' });

    expect(await post(emulator, 'telegram/send', { json: telegram })).toEqual({
      status: 400,
      success: false,
      data: null,
      message: 'Telegram is not available',
    });
    expect(await post(emulator, 'sms/send', { json: message })).toMatchObject({ status: 200 });
    expect(emulator.deliveries).toMatchObject([{ channel: 'sms' }]);
  });
});
