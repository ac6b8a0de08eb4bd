import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';

import { got } from 'got';

import { getAgent, noteKeepAlive, settleConnections } from './agent.js';
import { type Answer, judge, type Receipt } from './answer.js';
import { SendFailure } from './failure.js';
import { type Message } from './message.js';
import { redact } from './redact.js';

/** The limits of a send; only tests pass others. */
const defaultLimits = {
  /** SMSAero's hosts in the order of its own SDKs; all serve the same accounts. */
  gatewayUrls: ['ru', 'org', 'net', 'uz'].map((zone) => `https://gate.smsaero.${zone}/v2/`),
  /** For everything, from the first lookup to the answer's last byte, in ms. Logto's page waits 10 s. */
  deadline: 8000,
  /** For one host to get ready for the request where another is left to try, in ms. */
  connectTimeout: 2000,
  /** How long a host that could not be reached is tried after the others, in ms. */
  avoidance: 60_000,
  /** The longest answer, in bytes after decompression. SMSAero's own are shorter than 1 KiB. */
  answerSize: 64 * 1024,
};

type Account = { email: string; apiKey: string; testMode?: boolean; gatewayUrl?: string };

const client = got.extend({
  method: 'POST',
  followRedirect: false,
  retry: { limit: 0 },
  throwHttpErrors: false,
  request: (url, { method, headers }, callback) =>
    url.protocol === 'https:'
      ? https.request(url, { method, headers, agent: getAgent() }, callback)
      : http.request(url, { method, headers }, callback),
  handlers: [
    // For each request got makes an object of three dozen options for Node, of which we need the two above:
    // a sixth of the CPU of a send, see `npm run bench`.
    (options, next) => {
      // eslint-disable-next-line @silverhand/fp/no-mutating-assign
      Object.assign(options, {
        createNativeRequestOptions: () => ({ method: options.method, headers: options.headers }),
      });

      return next(options);
    },
  ],
});

/** Thrown by {@link exchange} when it got no whole answer. */
class NoAnswer extends Error {
  constructor(
    /** An error code of Node's, or one of our own. */
    readonly code: string,
    /** Whether the request may have left. If not, another host can be tried without sending twice. */
    readonly isSent: boolean,
    /** The status of the answer that began to come. */
    readonly status?: number
  ) {
    super(code);
  }
}

const ownCodes = { late: 'LATE', tooLarge: 'TOO_LARGE', upgrade: 'UPGRADE' };

/** UTF-8, without a byte order mark. */
const decoder = new TextDecoder();

type ExchangeLimits = { readyWithin: number; within: number; answerSize: number };

/**
 * Sends one request and reads its answer, within limits in ms and bytes.
 *
 * A request is taken for sent from the moment its connection is ready: Node writes nothing before.
 */
const exchange = async (
  url: string,
  request: { headers: Record<string, string>; body: string },
  { readyWithin, within, answerSize }: ExchangeLimits
) =>
  new Promise<Answer>((resolve, reject) => {
    const stream = client.stream(url, request);
    /* eslint-disable @silverhand/fp/no-let, @silverhand/fp/no-mutation, @silverhand/fp/no-mutating-methods -- events fill these */
    const chunks: Uint8Array[] = [];
    let size = 0;
    let isReady = false;
    let status: number | undefined;

    const finish = () => {
      clearTimeout(readyTimer);
      clearTimeout(deadlineTimer);
      stream.destroy();
    };
    const fail = (code = 'UNKNOWN') => {
      finish();
      reject(new NoAnswer(code, isReady, status));
    };
    const setReady = () => {
      isReady = true;
      clearTimeout(readyTimer);
    };
    const readyTimer = setTimeout(fail, readyWithin, ownCodes.late);
    const deadlineTimer = setTimeout(fail, within, ownCodes.late);

    stream
      .once('socket', (socket: Socket) => {
        if (socket.connecting || ('secureConnecting' in socket && socket.secureConnecting)) {
          socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', setReady);
        } else {
          setReady();
        }
      })
      .once('upgrade', (_: IncomingMessage, socket: Socket) => {
        // Node lets go of such a connection.
        socket.destroy();
        fail(ownCodes.upgrade);
      })
      .once('response', ({ statusCode, socket, headers }: IncomingMessage) => {
        status = statusCode;
        noteKeepAlive(socket, headers);
      })
      .on('data', (chunk: Uint8Array) => {
        chunks.push(chunk);
        size += chunk.length;

        if (size > answerSize) {
          fail(ownCodes.tooLarge);
        }
      })
      .on('error', (error) => {
        fail('code' in error ? String(error.code) : undefined);
      })
      .once('end', () => {
        finish();
        resolve({
          status: status ?? 0,
          body: decoder.decode(Buffer.concat(chunks)),
        });
      });
    /* eslint-enable @silverhand/fp/no-let, @silverhand/fp/no-mutation, @silverhand/fp/no-mutating-methods */
  });

const phrases: Record<string, string> = {
  [ownCodes.late]: 'not in time',
  [ownCodes.tooLarge]: 'too large',
  [ownCodes.upgrade]: 'a change of protocol',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name not found',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  HPE_HEADER_OVERFLOW: 'headers too large',
  ERR_PROXY_TUNNEL: 'refused by the proxy',
};

const toPhrase = (code: string) => phrases[code] ?? code;

/** Time was up, or the connection was lost: errors of the system have codes such as ECONNRESET. */
const isLost = (code: string) => code === ownCodes.late || /^E[A-Z]+$/.test(code);

/** Whether an id is really the number or the code, which the gateway knows, too. */
const isEcho = (id: number | undefined, { number, text }: Message) =>
  id !== undefined && id > 9999 && `${number} ${text}`.includes(String(id));

const avoidedUntil = new Map<string, number>();

const isAvoided = (url: string) => (avoidedUntil.get(url) ?? 0) > Date.now();

/**
 * POSTs one message to `sms/send` with Basic auth, once: no redirect, no retry. The next host is tried
 * only where the request surely did not leave, for a second SMS costs money and confuses its reader.
 *
 * @param account The account, and where to send: `testMode` takes `sms/testsend`, `gatewayUrl` (a base
 *   URL that ends in a slash) takes the place of all of SMSAero's hosts.
 * @throws SendFailure when the message was not accepted, or when nobody can tell.
 */
export const postMessage = async (
  message: Message,
  { email, apiKey, testMode, gatewayUrl }: Account,
  overrides: Partial<typeof defaultLimits> = {}
): Promise<Receipt & { host: string }> => {
  const { gatewayUrls, deadline, connectTimeout, avoidance, answerSize } = {
    ...defaultLimits,
    ...overrides,
  };
  const endsAt = performance.now() + deadline;
  const secrets = { email, apiKey, number: message.number, text: message.text };
  const request = {
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`,
    },
    body: JSON.stringify(message),
  };
  const selector = testMode ? 'sms/testsend' : 'sms/send';
  const urls = gatewayUrl
    ? [gatewayUrl]
    : [
        ...gatewayUrls.filter((url) => !isAvoided(url)),
        ...gatewayUrls.filter((url) => isAvoided(url)),
      ];
  const failures = new Map<string, string>();

  await settleConnections();

  for (const [index, baseUrl] of urls.entries()) {
    const { host } = new URL(baseUrl);
    const within = endsAt - performance.now();

    if (within <= 0) {
      break;
    }

    try {
      // One host after another, never two at a time.
      // eslint-disable-next-line no-await-in-loop
      const answer = await exchange(baseUrl + selector, request, {
        readyWithin: index === urls.length - 1 ? within : Math.min(connectTimeout, within),
        within,
        answerSize,
      });

      avoidedUntil.delete(baseUrl);

      const { id, status } = judge(answer, host, (words) => redact(words, secrets));

      return { id: isEcho(id, message) ? undefined : id, status, host };
    } catch (error: unknown) {
      if (!(error instanceof NoAnswer)) {
        throw error;
      }

      const { code, isSent, status } = error;

      if (isSent) {
        throw new SendFailure(isLost(code) ? 'timeout' : 'broken', {
          host,
          status,
          reason: toPhrase(code),
        });
      }

      avoidedUntil.set(baseUrl, Date.now() + avoidance);
      failures.set(host, toPhrase(code));
    }
  }

  throw new SendFailure('unreachable', {
    reason: [...failures].map((failure) => failure.join(': ')).join(', '),
  });
};
