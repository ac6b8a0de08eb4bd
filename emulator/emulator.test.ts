import { describe, expect, it } from 'vitest';

import { type BehaviourName } from './behaviours.js';
import { follow, message, post, start } from './fixtures.js';

const calls = {
  sms: ['sms/send', 'sms/status'],
  test: ['sms/testsend', 'sms/teststatus'],
} as const;

describe('emulator', () => {
  it('names all bad fields at once', async () => {
    const emulator = await start();

    expect(await post(emulator, 'sms/send', { json: { number: '0791', sign: 'Nobody' } })).toEqual({
      status: 400,
      success: false,
      data: { number: ['incorrect'], sign: ['incorrect'], text: ['required'] },
      message: 'Validation error.',
    });
  });

  it.each([
    ['JSON', { json: message }],
    ['a form', { form: message }],
  ])('takes %s', async (_, options) => {
    const emulator = await start();

    expect(await post(emulator, 'sms/send', options)).toMatchObject({
      status: 200,
      success: true,
      data: { number: '79164058273', status: 0, cost: 5.49 },
    });
  });

  it('charges and delivers until the money runs out, but not in test mode', async () => {
    const emulator = await start({ balance: 9 });

    expect(await post(emulator, 'sms/testsend', { json: message })).toMatchObject({
      data: { number: '79164058273', status: 1, cost: 5.49 },
    });
    expect(emulator.deliveries).toEqual([]);
    expect(await post(emulator, 'balance')).toMatchObject({ data: { balance: 9 } });

    await post(emulator, 'sms/send', { json: message });
    expect(await post(emulator, 'sms/send', { json: message })).toMatchObject({
      status: 402,
      data: null,
      message: 'Not enough money',
    });
    expect(emulator.deliveries).toEqual([{ channel: 'sms', ...message }]);
    expect(await post(emulator, 'balance')).toMatchObject({ data: { balance: 3.51 } });

    emulator.setBalance(6);
    expect(await post(emulator, 'sms/send', { json: message })).toMatchObject({ status: 200 });
  });

  it('has no other calls', async () => {
    const emulator = await start();

    expect(await post(emulator, 'viber/send')).toMatchObject({ status: 404, success: false });
  });

  describe('the status of a message', () => {
    it('is what the option says', async () => {
      const answers = await follow(await start({ statuses: [0, 3, 2] }), calls.sms, message);

      expect(answers.map(({ status }) => status)).toEqual([0, 3, 2, 2, 2]);
    });

    it.each<[BehaviourName, number[], isDelivered: boolean]>([
      ['undelivered', [0, 3, 2, 2, 2], false],
      ['rejected', [6, 6, 6, 6, 6], false],
      ['held', [8, 8, 8, 8, 8], true],
      ['held-then-delivered', [8, 8, 1, 1, 1], true],
    ])('is what the behaviour says: %s', async (name, followed, isDelivered) => {
      const emulator = await start({ behave: () => name });

      for (const kind of ['sms', 'test'] as const) {
        const answers = await follow(emulator, calls[kind], message);

        expect(answers.map(({ status }) => status)).toEqual(followed);
      }

      expect(emulator.deliveries).toEqual(
        isDelivered ? [{ channel: 'sms', number: '79164058273', sign: 'sms aero', text: 'Hi' }] : []
      );
      expect(await post(emulator, 'balance')).toMatchObject({ data: { balance: 994.51 } });
    });

    it('is 1 at once in test mode, whatever the option says', async () => {
      const answers = await follow(await start({ statuses: [0, 2] }), calls.test, message);

      expect(answers.map(({ status }) => status)).toEqual([1, 1, 1, 1, 1]);
    });

    it('is told by the right call only, and to those who know the id', async () => {
      const emulator = await start();

      await post(emulator, 'sms/send', { json: message });
      await post(emulator, 'sms/testsend', { json: message });

      for (const [selector, id, status] of [
        ['sms/status', 1001, 200],
        ['sms/status', '1001', 200],
        ['sms/status', 1002, 404],
        ['sms/teststatus', 1001, 404],
        ['sms/teststatus', 1002, 200],
        ['sms/status', undefined, 404],
      ] as const) {
        expect(await post(emulator, selector, { json: { id } })).toMatchObject({ status });
      }
    });
  });

  it.each<[BehaviourName, selector: string, data: unknown]>([
    ['strings', 'balance', { balance: '1000' }],
    ['strings', 'sms/send', { id: '1001', number: '79164058273', status: '8', cost: '5.49' }],
    ['strings', 'sms/status', { id: '1001', number: '79164058273', status: '8', cost: '5.49' }],
    ['strings', 'sign/list', { totalCount: '2', 0: { status: '1' } }],
    ['numbers', 'sms/send', { id: 1001, number: 79_164_058_273, text: '1234', cost: 5.49 }],
    ['numbers', 'sms/status', { id: 1001, number: 79_164_058_273, text: '1234', cost: 5.49 }],
    ['numbers', 'sign/list', { totalCount: 2 }],
    ['no-signs', 'sign/list', { totalCount: '0' }],
    ['no-signs', 'balance', { balance: 1000 }],
  ])('answers in another way: %s, %s', async (name, selector, data) => {
    const emulator = await start({ statuses: [8] });
    const fields = { ...message, text: '1234' };

    if (selector === 'sms/status') {
      await post(emulator, 'sms/send', { json: fields });
    }

    emulator.setBehaviour(name);

    const answer = await post(emulator, selector, { json: { ...fields, id: 1001 } });

    expect(answer.data).toMatchObject(data as object);
  });
});
