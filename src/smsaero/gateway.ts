import { SendFailure } from './failure.js';
import { type Answer, isOwnAnswer } from './reply.js';
import { NoAnswer, postOnce } from './request.js';

/** The limits of a request; only tests pass others. */
export const defaultLimits = {
  /** SMSAero's hosts in the order of its SDKs; all serve the same accounts. */
  hosts: ['gate.smsaero.ru', 'gate.smsaero.org', 'gate.smsaero.net'],
  /** For one host to be ready for the request where another is left to try, in ms. */
  connectTimeout: 2000,
  /** How long a host that gave no answer of SMSAero's is tried after the others, in ms. */
  avoidance: 10 * 60 * 1000,
  /** The longest answer, in bytes after decompression. SMSAero's own are mostly shorter than 1 KiB. */
  answerSize: 64 * 1024,
};

export type Limits = typeof defaultLimits;

/** Our words for what went wrong with a connection; other codes speak for themselves. */
const phrases: Record<string, string> = {
  LATE: 'not in time',
  TOO_LARGE: 'too large',
  PROTOCOL: 'HTTP 101, a change of protocol',
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

/** Time was up or the connection was lost: the system's errors have codes such as ECONNRESET. */
const isTimeout = (code: string) => code === 'LATE' || /^E[A-Z]+$/.test(code);

/** When a host last gave no answer of SMSAero's, in ms of `performance.now()`. */
const failedAt = new Map<string, number>();

const orderHosts = ({ hosts, avoidance }: Limits) => {
  const now = performance.now();
  const toFailureTime = (host: string) => {
    const time = failedAt.get(host);

    return time !== undefined && now - time < avoidance ? time : -1;
  };

  return hosts.toSorted((one, other) => toFailureTime(one) - toFailureTime(other));
};

const noteAnswer = (host: string, isOwn: boolean) => {
  if (isOwn) {
    failedAt.delete(host);
  } else {
    failedAt.set(host, performance.now());
  }
};

type Target = {
  /** A base URL that takes the place of SMSAero's hosts. */
  gatewayUrl?: string;
  /** Only this one of SMSAero's hosts is asked. */
  host?: string;
};

/** Where to send: base URLs in order, by the host that they are told as. */
const toBaseUrls = ({ gatewayUrl, host }: Target, limits: Limits) =>
  new Map(
    gatewayUrl
      ? [[new URL(gatewayUrl).host, gatewayUrl]]
      : (host ? [host] : orderHosts(limits)).map((name) => [name, `https://${name}/v2/`])
  );

/**
 * POSTs one request to the first of SMSAero's hosts that takes it, once: no redirect, no retry. The next
 * host is tried only where the request surely did not leave, because a second SMS costs money and confuses its
 * reader. A host that gave no answer of SMSAero's own, for whatever reason, is tried last for a while.
 *
 * @param selector What comes after the base URL, such as `sms/send`.
 * @param endsAt When all of it must be over, in ms of `performance.now()`.
 * @throws SendFailure `unreachable`, `timeout`, or `bad-reply` for an answer that can't be read.
 */
export const post = async (
  selector: string,
  request: { headers: Record<string, string>; body: string },
  { endsAt, ...target }: Target & { endsAt: number },
  limits: Limits
): Promise<{ answer: Answer; host: string }> => {
  const note = (target.gatewayUrl ?? target.host) ? undefined : noteAnswer;
  const baseUrls = toBaseUrls(target, limits);
  const failures = new Map<string, string>();

  for (const [host, baseUrl] of baseUrls) {
    const now = performance.now();
    const isLast = failures.size === baseUrls.size - 1;

    if (now >= endsAt) {
      break;
    }

    try {
      // One host after another, never two at a time.
      // eslint-disable-next-line no-await-in-loop
      const answer = await postOnce(baseUrl + selector, request, {
        readyBy: isLast ? endsAt : Math.min(now + limits.connectTimeout, endsAt),
        endsAt,
        answerSize: limits.answerSize,
      });

      note?.(host, isOwnAnswer(answer));

      return { answer, host };
    } catch (error: unknown) {
      if (!(error instanceof NoAnswer)) {
        throw error;
      }

      const { code, mayHaveLeft, status } = error;
      const reason = phrases[code] ?? code;

      note?.(host, false);

      if (mayHaveLeft) {
        throw new SendFailure(isTimeout(code) ? 'timeout' : 'bad-reply', { host, status, reason });
      }

      failures.set(host, reason);
    }
  }

  throw new SendFailure('unreachable', {
    reason: [...failures].map((failure) => failure.join(': ')).join(', '),
  });
};
