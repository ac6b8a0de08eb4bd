import http from 'node:http';
import https from 'node:https';

import { SmsAero, SmsAeroHTTPError } from 'smsaero';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { createAuthority, createCertificate } from './certificates.js';
import { type Emulator, startEmulator } from './emulator.js';

// It has no call for Telegram.
type CreateConnection = (
  this: http.Agent,
  options: { host?: string },
  ...rest: unknown[]
) => unknown;

/** What @types/node 22.14 does not know of an agent. */
const agentOf = ({ prototype }: { prototype: unknown }) =>
  prototype as { createConnection: CreateConnection };

describe("SMSAero's own SDK", () => {
  let emulator: Emulator;
  let sdk: SmsAero;
  const hosts: unknown[] = [];
  const print = vi.spyOn(console, 'log').mockReturnValue();

  beforeAll(async () => {
    const authority = await createAuthority();

    emulator = await startEmulator({
      certificate: await createCertificate(authority, { name: 'gate.smsaero.ru' }),
    });
    sdk = new SmsAero(emulator.email, emulator.apiKey);

    const port = Number(new URL(emulator.url).port);
    const { createConnection } = agentOf(https.Agent);

    // Whatever host is meant, the connection goes to the emulator; only the certificate tells.
    vi.spyOn(agentOf(https.Agent), 'createConnection').mockImplementation(function (
      this: https.Agent,
      options,
      ...rest
    ) {
      hosts.push(options.host);

      return createConnection.call(
        this,
        { ...options, host: '127.0.0.1', port, ca: authority.cert },
        ...rest
      );
    });
    // After a TLS error the SDK would go on without TLS.
    vi.spyOn(agentOf(http.Agent), 'createConnection').mockImplementation(() => {
      throw new Error('No connection but to the emulator');
    });
    // Where a proxy is set for this process, it is none of the emulator's.
    vi.stubEnv('no_proxy', '*');
  });

  afterEach(() => {
    expect(new Set(hosts)).toEqual(new Set(['gate.smsaero.ru']));
    emulator.setBalance(1000);
    print.mockClear();
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await emulator.close();
  });

  it('signs in and reads the balance', async () => {
    await expect(sdk.auth()).resolves.toEqual({
      success: true,
      data: null,
      message: 'Successful authorization.',
    });
    await expect(sdk.balance()).resolves.toMatchObject({ success: true, data: { balance: 1000 } });
  });

  it('sends a message and follows it', async () => {
    const { data } = await sdk.send('79164058273', 'Your code is 381945');

    expect(data).toMatchObject({
      from: 'Sms Aero',
      number: '79164058273',
      text: 'Your code is 381945',
      status: 0,
      extendStatus: 'queue',
      cost: 5.49,
    });
    expect(emulator.deliveries.at(-1)).toEqual({
      channel: 'sms',
      number: '79164058273',
      sign: 'Sms Aero',
      text: 'Your code is 381945',
    });

    const { id } = data as { id: number };

    for (const status of [3, 4, 1, 1]) {
      await expect(sdk.smsStatus(id)).resolves.toMatchObject({
        success: true,
        data: { id, number: 79_164_058_273, status, cost: '5.49' },
      });
    }
  });

  it('lists the sender names', async () => {
    await expect(sdk.signList()).resolves.toMatchObject({
      success: true,
      data: { totalCount: '2', 0: { name: 'SMSAero', status: 1 }, 1: { name: 'SMS Aero' } },
    });
  });

  it.each<[what: string, status: number, answer: object, prepare: () => SmsAero]>([
    [
      'a wrong API key',
      401,
      { message: 'Your request was made with invalid credentials.' },
      () => new SmsAero(emulator.email, 'wrong'),
    ],
    [
      'an unknown sender name',
      400,
      { data: { sign: ['incorrect'] } },
      () => new SmsAero(emulator.email, emulator.apiKey, 'Nobody'),
    ],
    [
      'no money',
      402,
      { message: 'Not enough money' },
      () => {
        emulator.setBalance(5);

        return sdk;
      },
    ],
  ])('is refused for %s', async (_, status, answer, prepare) => {
    const { length } = emulator.deliveries;
    const promise = prepare().send('79164058273', 'Hi');

    await expect(promise).rejects.toBeInstanceOf(SmsAeroHTTPError);
    await expect(promise).rejects.toThrow(`AxiosError: Request failed with status code ${status}`);
    // The SDK prints the whole response instead of handing it on.
    expect(print.mock.calls).toMatchObject([[{ status, data: { success: false, ...answer } }]]);
    expect(emulator.deliveries).toHaveLength(length);
  });
});
