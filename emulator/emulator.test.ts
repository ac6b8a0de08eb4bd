import { got, type OptionsOfTextResponseBody } from 'got';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Emulator, startEmulator } from './emulator.js';

describe('emulator', () => {
  let emulator: Emulator;
  const message = { number: '79164058273', sign: 'sms aero', text: 'Hi' };

  const post = async (selector: string, options: OptionsOfTextResponseBody) => {
    const { statusCode, body } = await got.post(`${emulator.url}${selector}`, {
      username: emulator.email,
      password: emulator.apiKey,
      throwHttpErrors: false,
      retry: { limit: 0 },
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
    expect(await post('auth', {})).toMatchObject({
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

    expect(await post('balance', {})).toMatchObject({ data: { balance: 3.53 } });
    expect(await post('sms/send', { json: message })).toMatchObject({ status: 402 });
    expect(await post('sms/testsend', { json: message })).toMatchObject({ data: { status: 1 } });
    expect(await post('balance', {})).toMatchObject({ data: { balance: 3.53 } });
    expect(emulator.deliveries).toHaveLength(length);
  });

  it('lists sender names', async () => {
    expect(await post('sign/list', {})).toMatchObject({
      data: { totalCount: '2', 0: { name: 'SMSAero', status: 1 } },
    });
  });

  it('has no other calls', async () => {
    expect(await post('viber/send', {})).toMatchObject({ status: 404, success: false });
  });
});
