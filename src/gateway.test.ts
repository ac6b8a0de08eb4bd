import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { authorization, config, message } from '../test/fixtures.js';

import { type SendFailure } from './failure.js';

const { email, apiKey } = config;
const account = { email, apiKey };
const reply = { success: true, data: { id: 1001, status: 0 }, message: null };
const hosts = ['ru', 'org', 'net', 'uz'].map((zone) => `https://gate.smsaero.${zone}`);
const [first = '', second = '', third = ''] = hosts;

/** A fresh module has no memory of hosts that could not be reached. */
const load = async () => {
  vi.resetModules();

  const { postMessage } = await import('./gateway.js');

  return postMessage;
};

const getFailure = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'sent',
    ({ name, kind, details }: SendFailure) => ({ name, kind, ...details })
  );

const fail = (origin: string, code: string) =>
  nock(origin)
    .post('/v2/sms/send')
    .replyWithError(Object.assign(new Error(code), { code }));

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  vi.useRealTimers();
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});

describe('a message', () => {
  it('is one POST of JSON with Basic auth', async () => {
    const postMessage = await load();
    const requests: unknown[] = [];

    nock(first, {
      reqheaders: { authorization, accept: 'application/json', 'content-type': 'application/json' },
    })
      .post('/v2/sms/send', (body) => {
        requests.push(body);
        return true;
      })
      .reply(200, reply);

    await expect(postMessage(message, account)).resolves.toEqual({
      id: 1001,
      status: 0,
      host: 'gate.smsaero.ru',
    });
    expect(requests).toEqual([message]);
  });

  it('goes to sms/testsend in test mode', async () => {
    const postMessage = await load();

    nock(first).post('/v2/sms/testsend').reply(200, reply);

    await expect(postMessage(message, { ...account, testMode: true })).resolves.toBeDefined();
  });

  it('goes to the gateway address instead, with its port and path', async () => {
    const postMessage = await load();

    nock('http://sms.example:8080').post('/smsaero/v2/sms/send').reply(200, reply);

    await expect(
      postMessage(message, { ...account, gatewayUrl: 'http://sms.example:8080/smsaero/v2/' })
    ).resolves.toEqual({ id: 1001, status: 0, host: 'sms.example:8080' });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const postMessage = await load();

    nock(first)
      .post('/v2/sms/send')
      .reply(status, '', { location: `${second}/v2/sms/send` });

    await expect(getFailure(postMessage(message, account))).resolves.toEqual({
      name: 'Error',
      kind: 'broken',
      host: 'gate.smsaero.ru',
      status,
      words: '',
      reason: `HTTP ${status}, a redirect`,
    });
  });

  it.each([408, 413, 429, 500, 502, 503, 504, 521])(
    'is not repeated after a %i',
    async (status) => {
      const postMessage = await load();

      nock(first).post('/v2/sms/send').reply(status, '', { 'retry-after': '0' });

      await expect(getFailure(postMessage(message, account))).resolves.toMatchObject({
        kind: status === 429 ? 'rate' : 'broken',
        status,
      });
    }
  );

  it('is refused with what SMSAero says, secrets masked', async () => {
    const postMessage = await load();

    nock(first)
      .post('/v2/sms/send')
      .reply(400, { success: false, data: null, message: `Bad key ${apiKey}` });

    await expect(getFailure(postMessage(message, account))).resolves.toMatchObject({
      kind: 'refused',
      words: 'Bad key ***',
    });
  });
});

describe('a host that cannot be reached', () => {
  it.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'CERT_HAS_EXPIRED',
  ])('makes way for the next: %s', async (code) => {
    const postMessage = await load();

    fail(first, code);
    nock(second).post('/v2/sms/send').reply(200, reply);

    await expect(postMessage(message, account)).resolves.toMatchObject({
      host: 'gate.smsaero.org',
    });
  });

  it('is tried last for a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });

    const postMessage = await load();

    fail(first, 'ECONNREFUSED');
    nock(second).post('/v2/sms/send').times(2).reply(200, reply);
    await postMessage(message, account);
    vi.advanceTimersByTime(59_999);
    await postMessage(message, account);

    vi.advanceTimersByTime(1);
    nock(first).post('/v2/sms/send').reply(200, reply);

    await expect(postMessage(message, account)).resolves.toMatchObject({ host: 'gate.smsaero.ru' });
  });

  it('is tried after the others, and no longer avoided once it answers', async () => {
    const postMessage = await load();

    fail(first, 'ENOTFOUND');
    fail(second, 'ENOTFOUND');
    nock(third).post('/v2/sms/send').reply(200, reply);
    await expect(postMessage(message, account)).resolves.toMatchObject({
      host: 'gate.smsaero.net',
    });

    for (const host of hosts.slice(2)) {
      fail(host, 'ENOTFOUND');
    }

    nock(first).post('/v2/sms/send').times(2).reply(200, reply);
    await expect(postMessage(message, account)).resolves.toMatchObject({ host: 'gate.smsaero.ru' });
    await expect(postMessage(message, account)).resolves.toMatchObject({ host: 'gate.smsaero.ru' });
  });

  it('is named with the others where none can be reached', async () => {
    const postMessage = await load();

    for (const [index, code] of ['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'EPROTO'].entries()) {
      fail(hosts[index] ?? '', code);
    }

    await expect(getFailure(postMessage(message, account))).resolves.toEqual({
      name: 'Error',
      kind: 'unreachable',
      reason:
        'gate.smsaero.ru: name not found, gate.smsaero.org: connection refused, gate.smsaero.net: host unreachable, gate.smsaero.uz: EPROTO',
    });
  });

  it.each([
    ['ENOTFOUND', 'name not found'],
    ['EAI_AGAIN', 'name not found'],
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection lost'],
    ['EPIPE', 'connection lost'],
    ['EHOSTUNREACH', 'host unreachable'],
    ['ENETUNREACH', 'network unreachable'],
    ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED'],
  ])('makes way for none where a gateway address is set: %s, %s', async (code, reason) => {
    const postMessage = await load();

    fail('https://sms.example', code);

    await expect(
      getFailure(postMessage(message, { ...account, gatewayUrl: 'https://sms.example/v2/' }))
    ).resolves.toEqual({
      name: 'Error',
      kind: 'unreachable',
      reason: `sms.example: ${reason}`,
    });
  });
});
