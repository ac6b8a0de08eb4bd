import https from 'node:https';
import net from 'node:net';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { getAgent } from '../src/agent.js';
import { toConnectorError, toLogLine } from '../src/errors.js';
import { SendFailure } from '../src/failure.js';
import { postMessage } from '../src/gateway.js';

import { faultsAfterRequest, oddAnswers, type RawServer, startRawServer } from './faults.js';
import { config, data, expectNoSecrets, message } from './fixtures.js';

const { email, apiKey } = config;
const account = { email, apiKey };
const servers = new Set<RawServer>();
const print = vi.spyOn(console, 'warn');
let certificate: Certificate;
let expired: Certificate;
let misnamed: Certificate;
let untrusted: Certificate;

beforeAll(async () => {
  const authority = await createAuthority();

  certificate = await createCertificate(authority);
  expired = await createCertificate(authority, { isExpired: true });
  misnamed = await createCertificate(authority, { name: 'gate.example' });
  untrusted = await createCertificate(await createAuthority());
  https.globalAgent.options.ca = authority.cert;
});

afterAll(async () => {
  await Promise.all([...servers].map(async ({ close }) => close()));
  expect(print).not.toHaveBeenCalled();
});

const start = async (options: Parameters<typeof startRawServer>[0]) => {
  const server = await startRawServer(options);

  servers.add(server);

  return server;
};

/** A server that knows no TLS behind an address that promises it. */
const startWithoutTls = async (options: Parameters<typeof startRawServer>[0]) => {
  const server = await start(options);

  return { ...server, url: server.url.replace('http:', 'https:') };
};

const startGood = async () => start({ certificate, onRequest: oddAnswers.chunks });

const startClosed = async () => {
  const server = await start({ certificate });

  await server.close();

  return server;
};

/** What a send to these hosts comes to; whatever it throws is looked through for secrets. */
const send = async (
  gatewayUrls: string[],
  limits: Partial<Parameters<typeof postMessage>[2]> = {}
) => {
  try {
    const { id } = await postMessage(message, account, {
      gatewayUrls,
      deadline: 2000,
      connectTimeout: 300,
      ...limits,
    });

    return { id };
  } catch (error: unknown) {
    expectNoSecrets(
      error,
      toLogLine(error, data),
      toConnectorError(error, data, false),
      toConnectorError(error, data, true)
    );

    if (error instanceof SendFailure) {
      return { kind: error.kind, reason: error.details.reason };
    }

    throw error;
  }
};

describe('an odd answer', () => {
  it.each(Object.entries(oddAnswers))(
    'says that the message was accepted: %s',
    async (_, answer) => {
      const server = await start({ certificate, onRequest: answer });

      expect(await send([server.url])).toEqual({ id: 7 });
      expect(server.written()).toBe(1);
    }
  );
});

describe('after the request was written', () => {
  it.each(Object.entries(faultsAfterRequest))(
    'no other host is tried, for it may have been sent: %s',
    async (_, { answer, kind, reason }) => {
      const server = await start({ certificate, onRequest: answer });
      const next = await startGood();

      expect(await send([server.url, next.url], { deadline: 600, connectTimeout: 500 })).toEqual({
        kind,
        reason: expect.stringMatching(reason) as unknown,
      });
      expect(server.written()).toBe(1);
      expect(next.written()).toBe(0);
      // No connection is left in use; one whose answer came whole may be kept.
      await expect.poll(() => Object.keys(getAgent().sockets)).toEqual([]);
    }
  );

  it('no more is read than may be shown', async () => {
    const flood = faultsAfterRequest['a body without end']?.answer;
    const server = await start({ certificate, onRequest: flood });

    await send([server.url]);
    await expect.poll(server.open).toBe(0);

    // What the sockets on both sides had taken by then.
    expect(server.sent()).toBeLessThan(16 * 1024 * 1024);
  });

  it('it holds over plain http, too', async () => {
    const server = await start({ onRequest: faultsAfterRequest.reset?.answer });

    expect(await send([server.url])).toEqual({ kind: 'timeout', reason: 'connection lost' });
    expect(server.written()).toBe(1);
  });
});

describe('before the request is written', () => {
  const hostsWithoutRequest: Array<
    [string, RegExp, () => Promise<{ url: string; written?: () => number }>]
  > = [
    ['name not found', /name not found$/, async () => ({ url: `https://${'x'.repeat(70)}/v2/` })],
    ['connection refused', /connection refused$/, startClosed],
    [
      'reset',
      /connection lost$/,
      async () => start({ certificate, onConnection: (socket) => socket.resetAndDestroy() }),
    ],
    [
      'the end',
      /connection lost$/,
      async () => start({ certificate, onConnection: (socket) => socket.end() }),
    ],
    ['a TCP connection, and then silence', /not in time$/, async () => startWithoutTls({})],
    [
      'plain text on the TLS port',
      /(?:EPROTO|WRONG_VERSION_NUMBER)$/,
      async () =>
        startWithoutTls({
          onConnection: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
        }),
    ],
    ['an expired certificate', /CERT_HAS_EXPIRED$/, async () => start({ certificate: expired })],
    [
      'a certificate for another name',
      /ERR_TLS_CERT_ALTNAME_INVALID$/,
      async () => start({ certificate: misnamed }),
    ],
    [
      'a certificate of an unknown authority',
      /CERT_SIGNATURE_FAILURE$/,
      async () => start({ certificate: untrusted }),
    ],
  ];

  it.each(hostsWithoutRequest)('the next host is tried: %s', async (_, _reason, startHost) => {
    const server = await startHost();
    const next = await startGood();

    expect(await send([server.url, next.url])).toEqual({ id: 7 });
    expect(server.written?.() ?? 0).toBe(0);
    expect(next.written()).toBe(1);
  });

  it.each(hostsWithoutRequest)('the last host is named: %s', async (_, reason, startHost) => {
    const { url } = await startHost();

    expect(await send([url], { deadline: 1000 })).toEqual({
      kind: 'unreachable',
      reason: expect.stringMatching(reason) as unknown,
    });
  });

  it('one host after another is tried until one answers, once', async () => {
    const hosts = await Promise.all(hostsWithoutRequest.map(async (row) => row[2]()));
    const good = await startGood();
    const spare = await startGood();

    expect(await send([...hosts, good, spare].map(({ url }) => url))).toEqual({ id: 7 });
    expect([good.written(), spare.written()]).toEqual([1, 0]);
  });

  it('the deadline holds over all hosts together', async () => {
    const silent = await Promise.all([1, 2, 3, 4].map(async () => startWithoutTls({})));
    const good = await startGood();
    const urls = silent.map(({ url }) => url);
    const { kind, reason } = await send([...urls, good.url], { deadline: 120, connectTimeout: 50 });

    expect(kind).toBe('unreachable');
    expect(reason).not.toContain(new URL(good.url).host);
    expect(good.written()).toBe(0);
  });

  it('the last host gets all the time that is left', async () => {
    const good = await startGood();
    const { url } = await startWithoutTls({
      onConnection: (socket) => {
        socket.pause();
        setTimeout(() => {
          socket.pipe(net.connect(Number(new URL(good.url).port), 'localhost')).pipe(socket);
        }, 150);
      },
    });

    expect(await send([url], { connectTimeout: 50 })).toEqual({ id: 7 });
    expect(await send([url, good.url], { connectTimeout: 50 })).toEqual({ id: 7 });
    expect(good.written()).toBe(2);
  });

  it('a host that could not be reached is tried last', async () => {
    const closed = await startClosed();
    const [one, two] = [await startGood(), await startGood()];

    await send([closed.url, one.url]);
    await send([closed.url, two.url, one.url]);

    expect([one.written(), two.written()]).toEqual([1, 1]);
  });
});
