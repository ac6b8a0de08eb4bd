import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createClient } from './client.js';
import { type SendFailure } from './failure.js';
import { accepted, account, authorization, endsIn, sms } from './fixtures.js';

const host = 'https://gate.smsaero.ru';
const send = async (options: { isTest?: boolean; gatewayUrl?: string } = {}) =>
  createClient({ ...account, gatewayUrl: options.gatewayUrl }).sendSms(sms, {
    isTest: options.isTest,
    endsAt: endsIn(2000),
  });

const getFailure = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'sent',
    ({ name, kind, details }: SendFailure) => ({ name, kind, ...details })
  );

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});

describe('an SMS', () => {
  it('is one POST of JSON with Basic auth', async () => {
    const requests: unknown[] = [];

    nock(host, {
      reqheaders: { authorization, accept: 'application/json', 'content-type': 'application/json' },
    })
      .post('/v2/sms/send', (body) => {
        requests.push(body);
        return true;
      })
      .reply(200, accepted);

    await expect(send()).resolves.toEqual({
      channel: 'sms',
      host: 'gate.smsaero.ru',
      id: '1001',
      deliveryStatus: 0,
    });
    expect(requests).toEqual([sms]);
  });

  it('goes to sms/testsend in test mode', async () => {
    nock(host).post('/v2/sms/testsend').reply(200, accepted);

    await expect(send({ isTest: true })).resolves.toBeDefined();
  });

  it('goes to the gateway address instead, with its port and path', async () => {
    nock('https://sms.example:8443').post('/smsaero/v2/sms/send').reply(200, accepted);

    await expect(
      send({ gatewayUrl: 'https://sms.example:8443/smsaero/v2/' })
    ).resolves.toMatchObject({ host: 'sms.example:8443' });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    nock(host)
      .post('/v2/sms/send')
      .reply(status, '', { location: 'https://gate.smsaero.org/v2/sms/send' });

    await expect(getFailure(send())).resolves.toEqual({
      name: 'SendFailure',
      kind: 'bad-reply',
      host: 'gate.smsaero.ru',
      status,
      reason: `HTTP ${status}, a redirect`,
    });
  });

  it.each([408, 413, 429, 500, 502, 503, 504, 521])(
    'is not repeated after a %i',
    async (status) => {
      nock(host).post('/v2/sms/send').reply(status, '', { 'retry-after': '0' });

      await expect(getFailure(send())).resolves.toMatchObject({
        kind: status === 429 ? 'rate-limit' : 'bad-reply',
        status,
      });
    }
  );

  it("is refused with SMSAero's words, secrets masked", async () => {
    const { email, apiKey } = account;

    nock(host)
      .post('/v2/sms/send')
      .reply(400, { success: false, message: `${apiKey} of ${email} for "${sms.text}"` });

    await expect(getFailure(send())).resolves.toMatchObject({
      kind: 'refused',
      vendorMessage: '*** of *** for "***"',
    });
  });
});

describe('a code for Telegram', () => {
  it("is masked in SMSAero's words, as are the text and the account", async () => {
    const message = { number: sms.number, sign: sms.sign, text: 'Welcome', code: '4823' };

    nock(host)
      .post('/v2/telegram/send')
      .reply(400, {
        success: false,
        message: `No 4823 for ${account.email}: WELCOME`,
      });

    await expect(
      getFailure(createClient(account).sendTelegram(message, { endsAt: endsIn(2000) }))
    ).resolves.toMatchObject({ kind: 'refused', vendorMessage: 'No *** for ***: ***' });
  });
});
