import nock from 'nock';
import { once } from 'node:events';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type SendFailure } from './failure.js';
import { accepted, account, endsIn, sms, SystemError } from './fixtures.js';

vi.mock('node:zlib', { spy: true });

const zones = ['ru', 'org', 'net'];
const hosts = zones.map((zone) => `https://gate.smsaero.${zone}`);
const [first = '', second = '', third = ''] = hosts;
const all = ['gate.smsaero.ru', 'gate.smsaero.org', 'gate.smsaero.net'];

/** A fresh module has no memory of hosts. */
const load = async () => {
  vi.resetModules();

  const { createClient } = await import('./client.js');

  /** The host that took the message, or how it failed. */
  return async (gatewayUrl?: string) => {
    const client = createClient({ ...account, gatewayUrl });

    try {
      const { host } = await client.sendSms(sms, { endsAt: endsIn(20_000) });

      return host;
    } catch (error: unknown) {
      // Of a class of the fresh module's.
      const { kind, details } = error as SendFailure;

      return [kind, details.reason].join(': ');
    }
  };
};

const answer = (origin: string, status = 200, body: nock.Body = accepted) =>
  nock(origin).post('/v2/sms/send').reply(status, body);

const fail = (origin: string, code: string) =>
  nock(origin).post('/v2/sms/send').replyWithError(new SystemError(code));

/** Which host a message goes to where all of them would take it. */
const findFirst = async (send: () => Promise<string>) => {
  for (const origin of hosts) {
    nock(origin).post('/v2/sms/send').optionally().reply(200, accepted);
  }

  const host = await send();

  nock.cleanAll();

  return host;
};

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  const pending = nock.pendingMocks();

  vi.useRealTimers();
  nock.cleanAll();
  expect(pending).toEqual([]);
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
    const send = await load();

    fail(first, code);
    answer(second);

    await expect(send()).resolves.toBe(all[1]);
  });

  it('is named with the others where none can be reached', async () => {
    const send = await load();

    fail(first, 'ENOTFOUND');
    fail(second, 'ECONNREFUSED');
    fail(third, 'EPROTO');

    await expect(send()).resolves.toBe(
      'unreachable: gate.smsaero.ru: name not found, gate.smsaero.org: connection refused, gate.smsaero.net: TLS failed with EPROTO'
    );
  });

  it.each([
    ['ENOTFOUND', 'name not found'],
    ['EAI_AGAIN', 'no answer from DNS'],
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection lost'],
    ['EPIPE', 'connection lost'],
    ['EHOSTUNREACH', 'host unreachable'],
    ['ENETUNREACH', 'network unreachable'],
    ['ETIMEDOUT', 'not in time'],
    ['CERT_HAS_EXPIRED', 'certificate expired'],
    ['CERT_NOT_YET_VALID', 'certificate not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate for another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate of an unknown authority'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate of an unknown authority'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate of an unknown authority'],
    ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', 'TLS failed with UNABLE_TO_DECRYPT_CERT_SIGNATURE'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS failed with ERR_SSL_WRONG_VERSION_NUMBER'],
    ['EPROTO', 'TLS failed with EPROTO'],
    ['EMFILE', 'too many open files'],
    ['ENFILE', 'too many open files'],
    ['EBUSY', 'too many open files'],
    ['ESOMETHING', 'ESOMETHING'],
  ])('makes way for none where a gateway address is set: %s, %s', async (code, reason) => {
    const send = await load();

    fail('https://sms.example', code);

    await expect(send('https://sms.example/v2/')).resolves.toBe(
      `unreachable: sms.example: ${reason}`
    );
  });
});

describe('hosts that cannot be reached', () => {
  it.each([
    [
      ['ENOTFOUND', 'CERT_HAS_EXPIRED', 'ECONNREFUSED'],
      ['network', 'certificate-date'],
    ],
    [
      ['EPROTO', 'ERR_SSL_NO_CIPHER_MATCH', 'UNABLE_TO_GET_ISSUER_CERT'],
      ['tls', 'certificate-authority'],
    ],
    [
      ['ETIMEDOUT', 'EAI_AGAIN', 'ERR_PROXY_TUNNEL'],
      ['network', 'proxy'],
    ],
    [
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_NOT_YET_VALID', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      ['certificate-name', 'certificate-date', 'certificate-authority'],
    ],
    [
      ['EMFILE', 'EBUSY', 'PROXY_ECONNREFUSED'],
      ['open-files', 'proxy'],
    ],
  ])('say in what they failed: %j', async (codes, faults) => {
    vi.resetModules();

    const { createClient } = await import('./client.js');

    for (const [index, code] of codes.entries()) {
      fail(hosts[index] ?? '', code);
    }

    await expect(
      createClient(account).sendSms(sms, { endsAt: endsIn(20_000) })
    ).rejects.toMatchObject({ kind: 'unreachable', details: { faults } });
  });
});

describe("a host that gave no answer of SMSAero's own", () => {
  const failures: Array<[string, (origin: string) => unknown, string]> = [
    ['unreachable', (origin) => fail(origin, 'ECONNREFUSED'), 'gate.smsaero.org'],
    ['a server error', (origin) => answer(origin, 503), 'bad-reply: HTTP 503, a server error'],
    ['a page', (origin) => answer(origin, 200, '<html>'), 'bad-reply: HTTP 200, no reply in JSON'],
    ['a redirect', (origin) => answer(origin, 302), 'bad-reply: HTTP 302, a redirect'],
    [
      'a 403 in HTML',
      (origin) => answer(origin, 403, '-'),
      'bad-reply: HTTP 403, no reply in JSON',
    ],
  ];

  it.each(failures)('is tried last for ten minutes: %s', async (name, failFirst, outcome) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    // The process has run for an hour.
    vi.advanceTimersByTime(60 * 60 * 1000);

    const send = await load();

    failFirst(first);

    if (name === 'unreachable') {
      answer(second);
    }

    await expect(send()).resolves.toBe(outcome);

    vi.advanceTimersByTime(10 * 60 * 1000 - 1);
    await expect(findFirst(send)).resolves.toBe(all[1]);

    vi.advanceTimersByTime(1);
    await expect(findFirst(send)).resolves.toBe(all[0]);
  });

  it.each<[string, number, nock.Body]>([
    ['a refusal', 400, { success: false, message: 'No' }],
    ['wrong credentials', 401, ''],
    ['no money', 402, '<html>'],
    ['a limit', 429, ''],
  ])("is not one that gave SMSAero's: %s", async (_, status, body) => {
    const send = await load();

    answer(first, status, body);
    await send();

    await expect(findFirst(send)).resolves.toBe(all[0]);
  });

  it('is tried in the order of failure, the longest ago first', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });

    const send = await load();

    for (const origin of [first, second, third]) {
      vi.advanceTimersByTime(1000);
      answer(origin, 500);
      // eslint-disable-next-line no-await-in-loop -- one message after another
      await send();
    }

    // All have failed now, the first one the longest ago.
    for (const origin of [first, second]) {
      vi.advanceTimersByTime(1000);
      answer(origin, 500);
      // eslint-disable-next-line no-await-in-loop -- one message after another
      await send();
    }

    await expect(findFirst(send)).resolves.toBe(all[2]);
  });

  it('is where it was after ten minutes, wherever the others are', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });

    const send = await load();

    for (const origin of hosts) {
      vi.advanceTimersByTime(1000);
      answer(origin, 500);
      // eslint-disable-next-line no-await-in-loop -- one message after another
      await send();
    }

    answer(first);
    await send();
    vi.advanceTimersByTime(10 * 60 * 1000);
    await expect(findFirst(send)).resolves.toBe(all[0]);
  });

  it('is trusted again once it gave one', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });

    const send = await load();

    answer(first, 500);
    await send();
    vi.advanceTimersByTime(1000);
    fail(second, 'ENOTFOUND');
    fail(third, 'ENOTFOUND');
    answer(first);
    await expect(send()).resolves.toBe(all[0]);
    await expect(findFirst(send)).resolves.toBe(all[0]);
  });

  it('is trusted again by the answer to an earlier message', async () => {
    const send = await load();
    const hold = new AbortController();
    const slow = nock(first)
      .post('/v2/sms/send')
      .reply(200, async () => {
        await once(hold.signal, 'abort');

        return accepted;
      });
    const sent = send();

    await vi.waitFor(() => {
      expect(slow.isDone()).toBe(true);
    }, 10_000);
    answer(first, 500);
    await send();
    hold.abort();
    await expect(sent).resolves.toBe(all[0]);
    await expect(findFirst(send)).resolves.toBe(all[0]);
  });

  it('is not noted by a look-up', async () => {
    const send = await load();
    const { createClient } = await import('./client.js');
    const question = { host: all[0] ?? '', endsAt: endsIn(20_000) };

    nock(first).post('/v2/balance').reply(500);
    await expect(createClient(account).getBalance(question)).rejects.toThrow('bad-reply');
    await expect(findFirst(send)).resolves.toBe(all[0]);
  });

  it('is neither cleared nor noted by what a gateway address does', async () => {
    const send = await load();

    answer(first, 500);
    await send();
    answer(first);
    await send(`${first}/v2/`);
    await expect(findFirst(send)).resolves.toBe(all[1]);

    answer(second, 500);
    await send(`${second}/v2/`);
    await expect(findFirst(send)).resolves.toBe(all[1]);
  });
});

describe('an answer in brotli', () => {
  it('is opened with the smallest window that holds all that may be read, whatever it asks for', async () => {
    const send = await load();
    const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    const body = brotliCompressSync(JSON.stringify(accepted), { params });

    nock(first).post('/v2/sms/send').reply(200, body, { 'content-encoding': 'br' });
    await expect(send()).resolves.toBe(all[0]);

    const [[opened = []] = []] = vi.mocked(brotliDecompressSync).mock.calls as Uint8Array[][];

    // The last four bits say how large the window is: 1111 for 16 MiB, 0011 for 256 KiB.
    expect([body[0], opened[0]].map((byte = 0) => byte % 16)).toEqual([0b1111, 0b0011]);
  });
});

describe('the limits', () => {
  it('are three hosts, a head start of 1 s, 10 minutes and 64 KiB', async () => {
    const { defaultLimits } = await import('./gateway.js');

    expect(defaultLimits).toEqual({
      hosts: all,
      headStart: 1000,
      avoidance: 600_000,
      answerSize: 65_536,
    });
  });
});
