import { type Flaw, parseReply, type Reply } from './reply.js';
import { postOnce } from './request.js';

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

/** Where to send, and until when. */
export type Target = {
  /** A base URL that takes the place of SMSAero's hosts. */
  gatewayUrl?: string;
  /** Only this one of SMSAero's hosts is asked. */
  host?: string;
  /** When all of it must be over, in ms of `performance.now()`. */
  endsAt: number;
};

/** What came of a request, and at which host, with the port unless it is the standard one. */
type Result =
  (Reply & { host: string }) | (Flaw & { status?: number; host?: string; words?: string });

/** Base URLs in the order of trying, by the host that they are told as. */
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
 * @returns What the answer means. Without one the kind is `unreachable` or `timeout`, or `bad-reply` where it
 *   can't be read.
 */
export const post = async (
  selector: string,
  request: { headers: Record<string, string>; body: string },
  target: Target,
  limits: Limits
): Promise<Result> => {
  const { endsAt } = target;
  const note = (target.gatewayUrl ?? target.host) ? undefined : noteAnswer;
  const baseUrls = toBaseUrls(target, limits);
  const failures = new Map<string, string>();

  for (const [host, baseUrl] of baseUrls) {
    const now = performance.now();
    const isLast = failures.size === baseUrls.size - 1;

    if (now >= endsAt) {
      break;
    }

    // eslint-disable-next-line no-await-in-loop -- one host after another, never two at a time
    const outcome = await postOnce(baseUrl + selector, request, {
      readyBy: isLast ? endsAt : Math.min(now + limits.connectTimeout, endsAt),
      endsAt,
      answerSize: limits.answerSize,
    });

    if ('body' in outcome) {
      const reply = parseReply(outcome);

      note?.(host, reply.isOwn);

      return { ...reply, host };
    }

    const { code, mayHaveLeft, status } = outcome;
    const reason = phrases[code] ?? code;

    note?.(host, false);

    if (mayHaveLeft) {
      const kind = isTimeout(code) ? 'timeout' : 'bad-reply';

      return { kind, reason, status, host };
    }

    failures.set(host, reason);
  }

  return {
    kind: 'unreachable',
    reason: [...failures].map((failure) => failure.join(': ')).join(', '),
  };
};
