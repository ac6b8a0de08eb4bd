import { SmsAero, SmsAeroHTTPError } from 'smsaero';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Emulator } from './emulator.js';
import { start } from './fixtures.js';

// It has no call for Telegram.
describe("SMSAero's own SDK", () => {
  const print = vi.spyOn(console, 'log').mockReturnValue();
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await start();
    // Requests to the emulator must not go through a proxy that is set for this process.
    vi.stubEnv('no_proxy', '*');
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    print.mockClear();
  });

  const connect = (apiKey = emulator.apiKey, sign?: string) => {
    const sdk = new SmsAero(emulator.email, apiKey, sign, [emulator.url.replace('http://', '@')]);

    sdk.proto = 'http';

    return sdk;
  };

  it('signs in, reads the balance and lists the sender names', async () => {
    await expect(connect().auth()).resolves.toEqual({
      success: true,
      data: null,
      message: 'Successful authorization.',
    });
    await expect(connect().balance()).resolves.toMatchObject({ data: { balance: 1000 } });
    await expect(connect().signList()).resolves.toMatchObject({
      data: { totalCount: '2', 0: { name: 'SMSAero', status: 1 }, 1: { name: 'SMS Aero' } },
    });
  });

  it('sends a message and follows it', async () => {
    const { data } = await connect().send('79164058273', 'Your code is 381945');
    const { id, ...sent } = data as { id: number };

    expect(sent).toMatchObject({
      from: 'Sms Aero',
      number: '79164058273',
      text: 'Your code is 381945',
      status: 0,
      extendStatus: 'queue',
      cost: 5.49,
    });
    expect(emulator.deliveries).toMatchObject([{ sign: 'Sms Aero', text: 'Your code is 381945' }]);

    for (const status of [3, 4, 1, 1]) {
      await expect(connect().smsStatus(id)).resolves.toMatchObject({
        success: true,
        data: { id, number: 79_164_058_273, status, cost: '5.49' },
      });
    }
  });

  it.each<[what: string, status: number, answer: object, connectAs: () => SmsAero]>([
    [
      'a wrong API key',
      401,
      { message: 'Your request was made with invalid credentials.' },
      () => connect('wrong'),
    ],
    [
      'an unknown sender name',
      400,
      { data: { sign: ['incorrect'] } },
      () => connect(undefined, 'Nobody'),
    ],
    [
      'no money',
      402,
      { message: 'Not enough money' },
      () => {
        emulator.setBalance(5);

        return connect();
      },
    ],
  ])('is refused for %s', async (_, status, answer, connectAs) => {
    await expect(connectAs().send('79164058273', 'Hi')).rejects.toThrow(SmsAeroHTTPError);
    // The SDK prints the whole response instead of handing it on.
    expect(print.mock.calls).toMatchObject([[{ status, data: { success: false, ...answer } }]]);
    expect(emulator.deliveries).toEqual([]);
  });
});
