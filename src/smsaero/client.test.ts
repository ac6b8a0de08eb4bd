import nock from 'nock';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createClient } from './client.js';
import { accepted, account, authorization, endsIn, settle, sms } from './fixtures.js';

const host = 'https://gate.smsaero.ru';
const code = '4823';

/** What an SMS comes to. */
const send = async ({
  channel,
  ...address
}: { channel?: 'sms' | 'testSms'; gatewayUrl?: string } = {}) =>
  settle(
    createClient({ ...account, ...address, secrets: [sms.text] }).sendSms(sms, {
      channel,
      endsAt: endsIn(20_000),
    })
  );

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  const pending = nock.pendingMocks();

  nock.cleanAll();
  expect(pending).toEqual([]);
});

describe('an SMS', () => {
  it('is one POST of JSON with Basic auth', async () => {
    const takes = vi.fn(() => true);

    nock(host, {
      reqheaders: {
        authorization,
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'logto-connector-smsaero',
      },
    })
      .post('/v2/sms/send', takes)
      .reply(200, accepted);

    await expect(send()).resolves.toEqual({
      channel: 'sms',
      host: 'gate.smsaero.ru',
      id: '1001',
      deliveryStatus: 0,
    });
    expect(takes.mock.calls).toEqual([[sms]]);
  });

  it('goes to sms/testsend in test mode', async () => {
    nock(host).post('/v2/sms/testsend').reply(200, accepted);

    await expect(send({ channel: 'testSms' })).resolves.toMatchObject({
      channel: 'testSms',
    });
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

    await expect(send()).resolves.toEqual({
      kind: 'bad-reply',
      channel: 'sms',
      host: 'gate.smsaero.ru',
      status,
      reason: `HTTP ${status}, a redirect`,
    });
  });

  it('that the gateway address does not know is a matter of the address', async () => {
    const refusal = { success: false, data: null, message: 'Not found' };

    nock('https://sms.example').post('/v2/sms/send').reply(404, refusal);
    await expect(settle(send({ gatewayUrl: 'https://sms.example/v2/' }))).resolves.toMatchObject({
      kind: 'refused',
      reason: 'HTTP 404 at the gateway address',
    });

    nock(host).post('/v2/sms/send').reply(404, refusal);
    await expect(settle(send())).resolves.toMatchObject({ kind: 'refused', reason: undefined });

    nock('https://sms.example').post('/v2/sms/send').reply(400, refusal);
    await expect(settle(send({ gatewayUrl: 'https://sms.example/v2/' }))).resolves.toMatchObject({
      kind: 'refused',
      reason: undefined,
    });
  });

  it.each([408, 413, 429, 500, 502, 503, 504, 521])(
    'is not repeated after a %i',
    async (status) => {
      nock(host).post('/v2/sms/send').reply(status, '', { 'retry-after': '0' });

      await expect(send()).resolves.toMatchObject({
        kind: status === 429 ? 'rate-limit' : 'bad-reply',
        status,
      });
    }
  );

  it('that is not answered in time has no HTTP status', async () => {
    const client = createClient(account);

    nock(host).post('/v2/sms/send').delayBody(60_000).reply(200, accepted);

    await expect(settle(client.sendSms(sms, { endsAt: endsIn(100) }))).resolves.toEqual({
      kind: 'timeout',
      channel: 'sms',
      host: 'gate.smsaero.ru',
      reason: 'not in time',
      faults: ['network'],
    });
    nock.abortPendingRequests();
  });

  it("is refused with SMSAero's words, masked", async () => {
    nock(host)
      .post('/v2/sms/send')
      .reply(400, { success: false, message: `Not allowed: ${authorization} 4823` });

    await expect(send()).resolves.toMatchObject({
      kind: 'refused',
      vendorMessage: 'Not allowed: Basic *** ***',
    });
  });
});

describe("a message's id", () => {
  it.each([
    [1001, '1001'],
    ['1001', '1001'],
    // Part of the number, as which it may not be shown.
    [4_058_273, undefined],
    ['x', undefined],
  ])('is told of a failure unless it could be a secret: %j', async (id, shown) => {
    const client = createClient({ ...account, secrets: [sms.number] });

    nock(host)
      .post('/v2/sms/send')
      .reply(200, { success: true, data: { id, status: 6 } });

    await expect(settle(client.sendSms(sms, { endsAt: endsIn(20_000) }))).resolves.toEqual({
      kind: 'rejected',
      channel: 'sms',
      host: 'gate.smsaero.ru',
      status: 200,
      deliveryStatus: 6,
      id: shown,
      hasId: true,
    });
  });

  it('may be shown unless it could be a secret, the account among them', () => {
    const client = createClient({ ...account, apiKey: '1234567', secrets: [sms.number] });

    expect(['1001', '4058273', '34567', undefined].map((id) => client.toShownId(id))).toEqual([
      '1001',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("SMSAero's words", () => {
  it.each([account.email, account.apiKey, sms.text, sms.number, 'AB12CD'])(
    'are not told of a refusal where they repeat a secret: %s',
    async (secret) => {
      const client = createClient({ ...account, secrets: [sms.text, 'AB12CD', sms.number] });

      nock(host)
        .post('/v2/telegram/send')
        .reply(400, { success: false, message: `No ${secret.toUpperCase()}` });

      await expect(
        settle(client.sendTelegram({ ...sms, code }, { endsAt: endsIn(20_000) }))
      ).resolves.toEqual({
        kind: 'refused',
        channel: 'telegram',
        host: 'gate.smsaero.ru',
        status: 400,
      });
    }
  );
});

describe('an address that a bug has put into the prototype of all objects', () => {
  afterEach(() => {
    for (const field of ['gatewayUrl', 'host']) {
      Reflect.deleteProperty(Object.prototype, field);
    }
  });

  it('is not sent the key where it is a gateway address', async () => {
    nock(host).post('/v2/sms/send').reply(200, accepted);
    Reflect.set(Object.prototype, 'gatewayUrl', 'https://elsewhere.example/v2/');

    await expect(send()).resolves.toHaveProperty('host', 'gate.smsaero.ru');
  });

  it('is not connected to where it is a host', async () => {
    Reflect.set(Object.prototype, 'host', 'elsewhere.example');

    // The reason names the hosts that were tried. Nothing gets through, because nock reads the prototype.
    await expect(send()).resolves.toMatchObject({
      kind: 'unreachable',
      host: undefined,
      reason: expect.not.stringContaining('elsewhere') as unknown,
    });
  });
});

const answer = (selector: string, data: unknown, body?: nock.RequestBodyMatcher) =>
  nock('https://gate.smsaero.org')
    .post(`/v2/${selector}`, body)
    .reply(200, { success: true, data, message: null });

const ask = () => ({ host: 'gate.smsaero.org', endsAt: endsIn(20_000) });

describe('a question', () => {
  const client = createClient({ ...account, secrets: [code, sms.number] });
  it.each([
    ['sms', 'sms/status'],
    ['testSms', 'sms/teststatus'],
    ['telegram', 'telegram/status'],
  ] as const)(
    'about a message goes to the host that took it: %s, %s',
    async (channel, selector) => {
      const id = '9'.repeat(19);

      answer(selector, [{ id, status: '2', idSms: 77 }], { id });

      await expect(client.getStatus(channel, id, ask())).resolves.toMatchObject({
        deliveryStatus: 2,
        idSms: '77',
      });
    }
  );

  it('about sender names is answered with the first five, without any that repeats a secret', async () => {
    answer('sign/list', ['two\nlines', '2026', account.email.toUpperCase(), sms.number, 'E', 'F']);

    await expect(client.listSenders('F', ask())).resolves.toEqual({
      approvedNames: ['two lines', '2026', 'E'],
      isApproved: true,
    });
  });

  it.each([
    ['surely none', [], []],
    ['names that repeat secrets', [account.email, code], undefined],
    ['another shape', { names: ['Shop'] }, undefined],
  ])('about sender names tells no names of %s', async (_, data, approvedNames) => {
    answer('sign/list', data);

    await expect(client.listSenders('Shop', ask())).resolves.toEqual({
      approvedNames,
      isApproved: false,
    });
  });

  it('about money is answered in roubles', async () => {
    answer('balance', { balance: '3.53' });

    await expect(client.getBalance(ask())).resolves.toBe(3.53);
  });

  it("fails without SMSAero's words, which nobody reads", async () => {
    nock('https://gate.smsaero.org')
      .post('/v2/balance')
      .reply(400, { success: false, data: { id: 1001 }, message: 'No' });

    await expect(settle(client.getBalance(ask()))).resolves.toEqual({
      kind: 'refused',
      host: 'gate.smsaero.org',
      status: 400,
    });
  });
});
