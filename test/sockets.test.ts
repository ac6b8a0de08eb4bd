import net from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { type Certificate } from '../emulator/certificates.js';
import { toAdminError } from '../src/admin.js';
import { configGuard } from '../src/config.js';
import { describeFailure } from '../src/failure.js';
import { config, data } from '../src/fixtures.js';
import createConnector from '../src/index.js';
import { send as sendMessage } from '../src/send.js';
import { getAgent } from '../src/smsaero/agent.js';
import { createClient } from '../src/smsaero/client.js';
import { SendFailure } from '../src/smsaero/failure.js';
import { account, code, endsIn, expectNoSecrets, sms } from '../src/smsaero/fixtures.js';
import { toVisitorError } from '../src/visitor.js';

import {
  createCertificates,
  faultsAfterRequest,
  oddAnswers,
  type RawServer,
  startRawServer,
} from './faults.js';

const servers = new Set<RawServer>();
let certificate: Certificate;
let expired: Certificate;
let misnamed: Certificate;
let untrusted: Certificate;

beforeAll(async () => {
  ({ certificate, expired, misnamed, untrusted } = await createCertificates());
});

afterAll(async () => {
  await Promise.all([...servers].map(async ({ close }) => close()));
});

const start = async (options: Parameters<typeof startRawServer>[0]) => {
  const server = await startRawServer(options);

  servers.add(server);

  return server;
};

const startGood = async () => start({ certificate, onRequest: oddAnswers.chunks });

const startClosed = async () => {
  const server = await start({ certificate });

  await server.close();

  return server;
};

/** What a send to these hosts comes to; whatever it throws is looked through for secrets. */
const send = async (
  servers: Array<{ host: string }>,
  { within = 20_000, headStart = 300, gatewayUrl, telegram = false }: Options = {}
) => {
  const hosts = servers.map(({ host }) => host);
  const { number, text } = sms;

  try {
    const { id } = await sendMessage(
      { number, code, text },
      configGuard.parse({ ...config, telegram }),
      createClient({ ...account, gatewayUrl }, { hosts, headStart, avoidance: 0 }),
      { endsAt: endsIn(within), isConsoleTest: false }
    );

    return { id };
  } catch (error: unknown) {
    const failure = describeFailure(error);

    expectNoSecrets(
      error,
      failure,
      toVisitorError(failure, data.payload),
      toAdminError(failure, data.type)
    );

    if (error instanceof SendFailure) {
      return { kind: error.kind, reason: error.details.reason };
    }

    throw error;
  }
};

type Options = {
  within?: number;
  headStart?: number;
  gatewayUrl?: string;
  telegram?: boolean;
};

/** Lateness is waited for, in ms; any other fault has the time that a busy machine takes. */
const getPatience = (reason: RegExp) => (reason.test('not in time') ? 1000 : 20_000);

/** Faults are the same for SMS and Telegram, and after none of them is the other channel tried. */
const onBothWays = <Value>(rows: Array<[string, Value]>) =>
  rows.flatMap(([name, value]) =>
    [false, true].map(
      (telegram) => [telegram ? `${name}, with Telegram first` : name, value, telegram] as const
    )
  );

describe('an odd answer', () => {
  it.each(onBothWays(Object.entries(oddAnswers)))(
    'says that the message was accepted: %s',
    async (_, answer, telegram) => {
      const server = await start({ certificate, onRequest: answer });

      expect(await send([server], { telegram })).toEqual({ id: '7' });
      expect(server.written()).toBe(1);
    }
  );
});

describe('after the request was written', () => {
  it.each(onBothWays(Object.entries(faultsAfterRequest)))(
    'no other host is tried, because the message may have been sent: %s',
    async (_, { answer, kind, reason }, telegram) => {
      const server = await start({ certificate, onRequest: answer });
      const next = await startGood();

      const within = getPatience(reason);

      expect(await send([server, next], { within, headStart: within, telegram })).toEqual({
        kind,
        reason: expect.stringMatching(reason) as unknown,
      });
      expect(server.written()).toBe(1);
      expect(next.written()).toBe(0);
      // No connection is left in use; one whose answer came whole may be kept.
      await expect.poll(() => Object.keys(getAgent().sockets)).toEqual([]);
    }
  );

  it.each([
    ['is cut off', '{"success":false,"data":{"id":5,'],
    ['is too large', `{"success":false,"data":{"id":5},"message":"${'x'.repeat(70_000)}"}`],
  ])('no SMS follows a refusal of Telegram that %s: it may name a message', async (_, body) => {
    const server = await start({
      certificate,
      onRequest: (socket) => {
        socket.end(`HTTP/1.1 429 No\r\ncontent-length: 80000\r\n\r\n${body}`);
      },
    });

    expect(await send([server], { telegram: true })).toMatchObject({ kind: 'rate-limit' });
    expect(server.written()).toBe(1);
  });

  it('no more is read than may be shown', async () => {
    const flood = faultsAfterRequest['a body without end']?.answer;
    const server = await start({ certificate, onRequest: flood });

    await send([server]);
    await expect.poll(server.open).toBe(0);

    // What the sockets on both sides had taken by then.
    expect(server.sent()).toBeLessThan(16 * 1024 * 1024);
  });

  it('it holds over plain http, too', async () => {
    const server = await start({ onRequest: faultsAfterRequest.reset?.answer });

    expect(await send([], { gatewayUrl: server.url })).toEqual({
      kind: 'timeout',
      reason: 'connection lost',
    });
    expect(server.written()).toBe(1);
  });
});

describe('before the request is written', () => {
  const hostsWithoutRequest: Array<
    [string, RegExp, () => Promise<{ host: string; written?: () => number }>]
  > = [
    ['name not found', /name not found$/, async () => ({ host: 'x'.repeat(70) })],
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
    ['a TCP connection, and then silence', /not in time$/, async () => start({})],
    [
      'plain text on the TLS port',
      /no TLS on this port$/,
      async () =>
        start({
          onConnection: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
        }),
    ],
    ['an expired certificate', /certificate expired$/, async () => start({ certificate: expired })],
    [
      'a certificate for another name',
      /certificate for another name$/,
      async () => start({ certificate: misnamed }),
    ],
    [
      'a certificate of an unknown authority',
      /certificate of an unknown authority$/,
      async () => start({ certificate: untrusted }),
    ],
  ];

  it.each(hostsWithoutRequest)('the next host is tried: %s', async (_, _reason, startHost) => {
    const server = await startHost();
    const next = await startGood();

    expect(await send([server, next])).toEqual({ id: '7' });
    expect(server.written?.() ?? 0).toBe(0);
    expect(next.written()).toBe(1);
  });

  it.each(hostsWithoutRequest)('the last host is named: %s', async (_, reason, startHost) => {
    const server = await startHost();

    expect(await send([server], { within: getPatience(reason) })).toEqual({
      kind: 'unreachable',
      reason: expect.stringMatching(reason) as unknown,
    });
  });

  it('one host after another is tried until one answers, once', async () => {
    const hosts = await Promise.all(hostsWithoutRequest.map(async (row) => row[2]()));
    const good = await startGood();
    const spare = await startGood();

    expect(await send([...hosts, good, spare])).toEqual({ id: '7' });
    expect(await send([...hosts, good, spare], { telegram: true })).toEqual({ id: '7' });
    expect([good.written(), spare.written()]).toEqual([2, 0]);
  });

  it('the deadline holds over all hosts together', async () => {
    const silent = await Promise.all([1, 2, 3, 4].map(async () => start({})));
    const good = await startGood();
    const { kind, reason } = await send([...silent, good], { within: 400, headStart: 150 });

    expect(kind).toBe('unreachable');
    expect(reason).not.toContain(good.host);
    expect(good.written()).toBe(0);
  });

  it('the last host gets all the time that is left', async () => {
    const good = await startGood();
    const slow = await start({
      onConnection: (socket) => {
        socket.pause();
        setTimeout(() => {
          socket.pipe(net.connect(Number(new URL(good.url).port), 'localhost')).pipe(socket);
        }, 150);
      },
    });

    expect(await send([slow], { headStart: 50 })).toEqual({ id: '7' });
    expect(await send([slow, good], { headStart: 50 })).toEqual({ id: '7' });
    expect(good.written()).toBe(2);
  });
});

describe('a gateway address', () => {
  it.each(['//', '/\\', '\\/', '///', '/.//', '/%2e//', '/x/..//', '/\n/', '//\t'])(
    'never stands for a host in its path: %j',
    async (slashes) => {
      const meant = await start({ onRequest: oddAnswers.chunks });
      const other = await start({ onRequest: oddAnswers.chunks });
      const stored = {
        ...config,
        gatewayUrl: `http://${meant.host}${slashes}${other.host}/v2/`,
      };
      const { sendMessage } = await createConnector({ getConfig: async () => stored });

      await sendMessage(data);

      expect([meant.written(), other.written()]).toEqual([1, 0]);
    }
  );
});

describe('a connection that fails as soon as it is begun', () => {
  it('is unreachable: nothing was sent', async () => {
    // The broadcast address of this machine's network refuses TCP at once, within `connect`.
    expect(await send([], { gatewayUrl: 'http://127.255.255.255:1/v2/' })).toEqual({
      kind: 'unreachable',
      reason: expect.stringMatching(/^127\.255\.255\.255:1: /) as unknown,
    });
  });
});

describe('a property that a bug elsewhere put on Object.prototype', () => {
  it('sends the API key to no other host', async () => {
    const meant = await startGood();
    const other = await start({ onRequest: oddAnswers.chunks });
    const client = createClient(account, { hosts: [meant.host] });
    const polluted = { host: other.host, gatewayUrl: other.url };

    for (const [key, value] of Object.entries(polluted)) {
      Reflect.defineProperty(Object.prototype, key, { value, configurable: true, writable: true });
    }

    try {
      await expect(client.sendSms(sms, { endsAt: endsIn(20_000) })).resolves.toMatchObject({
        id: '7',
      });
    } finally {
      for (const key of Object.keys(polluted)) {
        Reflect.deleteProperty(Object.prototype, key);
      }
    }

    expect([meant.written(), other.written()]).toEqual([1, 0]);
  });
});

describe('a host that takes requests and never answers', () => {
  it('costs one message, not all of them', async () => {
    const silent = await start({ certificate });
    const good = await startGood();
    const client = createClient(account, { hosts: [silent.host, good.host] });

    await expect(client.sendSms(sms, { endsAt: endsIn(1000) })).rejects.toMatchObject({
      kind: 'timeout',
    });

    for (let index = 0; index < 3; index += 1) {
      await expect(client.sendSms(sms, { endsAt: endsIn(20_000) })).resolves.toMatchObject({
        host: good.host,
      });
    }

    expect([silent.written(), good.written()]).toEqual([1, 3]);
  });
});

/** Waits while the clock is held; `vi.waitUntil` would move it. */
const until = async (isTrue: () => boolean) => {
  while (!isTrue()) {
    await setImmediate();
  }
};

describe('the limits that the README promises', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are kept: a host has a head start of 1 s, and all have 8 s together', async () => {
    const connected: number[] = [];
    const [one, two] = await Promise.all(
      [1, 2].map(async (number) => start({ onConnection: () => connected.push(number) }))
    );

    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

    const settle = vi.fn<(failure: unknown) => void>();
    const sent = createClient(account, { hosts: [one?.host ?? '', two?.host ?? ''] })
      .sendSms(sms, { endsAt: endsIn(8000) })
      .then(() => {
        throw new Error('Called a success');
      }, settle);

    await until(() => connected.length === 1);
    await vi.advanceTimersByTimeAsync(999);
    expect(connected).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => connected.length === 2);
    await vi.advanceTimersByTimeAsync(6999);
    expect(settle).not.toHaveBeenCalled();
    expect([one?.open(), two?.open()]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(1);
    await sent;
    expect(settle).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ kind: 'unreachable' })
    );
  });

  it('are kept: a send ends after 8 s', async () => {
    const silent = await start({ certificate });
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const stored = { ...config, gatewayUrl: silent.url };
    const { sendMessage } = await createConnector({ getConfig: async () => stored });

    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

    const settle = vi.fn<(failure: unknown) => void>();
    const sent = sendMessage(data).then(() => {
      throw new Error('Called a success');
    }, settle);

    await until(() => silent.written() === 1);
    await vi.advanceTimersByTimeAsync(7999);
    expect(settle).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sent;
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('kind=timeout') as unknown
    );
    warn.mockRestore();
  });

  it('are kept: an answer of 64 KiB is read, a byte more is not', async () => {
    const answerOf = async (size: number) => {
      const json = '{"success":true,"data":{"id":7}}';

      return start({
        certificate,
        onRequest: (socket) => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n${json.padEnd(size)}`);
        },
      });
    };

    expect(await send([await answerOf(65_536)])).toEqual({ id: '7' });
    expect(await send([await answerOf(65_537)])).toEqual({
      kind: 'bad-reply',
      reason: 'too large',
    });
  });
});
