import { type Fault } from './failure.js';
import { parseReply, type Reply } from './reply.js';
import { type Outcome, postOnce } from './request.js';

/** The limits of a request; only tests pass others. */
export const defaultLimits = {
  /** SMSAero's hosts in the order of its SDKs; all serve the same accounts. */
  hosts: ['gate.smsaero.ru', 'gate.smsaero.org', 'gate.smsaero.net'],
  /** For a host to be ready for the request before the next one is connected to as well, in ms. */
  headStart: 1000,
  /** How long a host that gave no answer of SMSAero's own, or was late, is begun after the others, in ms. */
  avoidance: 10 * 60 * 1000,
  /** The longest answer, in bytes after decompression. SMSAero's own are mostly shorter than 1 KiB. */
  answerSize: 64 * 1024,
};

/** See {@link defaultLimits}. */
export type Limits = typeof defaultLimits;

const unknownAuthority = 'certificate of an unknown authority';

/** Our words for what went wrong with a connection; other codes speak for themselves. */
const phrases: Record<string, string> = {
  LATE: 'not in time',
  TOO_LARGE: 'too large',
  PROTOCOL: 'HTTP 101, a change of protocol',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'no answer from DNS',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  ETIMEDOUT: 'not in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  HPE_HEADER_OVERFLOW: 'headers too large',
  ERR_PROXY_TUNNEL: 'refused by the proxy',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};

/** What OpenSSL and Node call the faults of certificates and of TLS. */
const isTlsFault = (code: string) => /CERT|^UNABLE_TO_|^ERR_(?:SSL|TLS)_|^EPROTO$/.test(code);

const tell = (code: string) =>
  phrases[code] ?? (isTlsFault(code) ? `TLS failed with ${code}` : code);

/** Time was up or the connection was lost: the system's errors have codes such as ECONNRESET. */
const isTimeout = (code: string) => code === 'LATE' || /^E[A-Z]+$/.test(code);

/** When a host last failed, in ms of `performance.now()`. */
const failedAt = new Map<string, number>();

/** Remembers of a host whether it does its work. */
const remember = (host: string, isWorking: boolean) => {
  if (isWorking) {
    failedAt.delete(host);
  } else {
    failedAt.set(host, performance.now());
  }
};

type Options = Limits & {
  /** A base URL that takes the place of SMSAero's hosts. */
  gatewayUrl?: string;
  /** Only this one of SMSAero's hosts is asked. */
  host?: string;
  /** When all of it must be over, in ms of `performance.now()`. */
  endsAt: number;
};

/** What a host said, or why none could be reached. `host` has the port unless it is the standard one. */
export type Result = Reply &
  (
    | { host: string; faults?: undefined }
    | { host?: undefined; faults: Fault[]; kind: 'unreachable' }
  );

/** The hosts as they are told, with their base URLs, in the order of trying: the latest to fail comes last. */
const toHosts = ({ gatewayUrl, host, hosts, avoidance }: Options) => {
  if (gatewayUrl) {
    return [{ host: new URL(gatewayUrl).host, baseUrl: gatewayUrl }];
  }

  const since = performance.now() - avoidance;
  const toFailureTime = (name: string) => Math.max(failedAt.get(name) ?? since, since);
  const inOrder = hosts.toSorted((one, other) => toFailureTime(one) - toFailureTime(other));

  return (host ? [host] : inOrder).map((name) => ({ host: name, baseUrl: `https://${name}/v2/` }));
};

/** Reads what came of the request where it was taken. Some statuses say enough without the body. */
const readOutcome = ({ status, body, code }: Outcome): Reply => {
  const reply = parseReply({ status: status ?? 0, body });

  return code && reply.kind === 'bad-reply'
    ? { ...reply, status, kind: isTimeout(code) ? 'timeout' : 'bad-reply', reason: tell(code) }
    : reply;
};

/**
 * POSTs one request to one of SMSAero's hosts, once: no redirect, no retry, because a second SMS costs money and
 * confuses its reader. Connections race, the request does not: a host that is not ready within its head start, or
 * fails, is joined by the next one; the first that is ready gets the request, and the others are let go in the
 * same tick. A host that failed, was overtaken by one begun after it, or gave no answer of SMSAero's own, is begun
 * after the others for a while.
 *
 * @param selector What comes after the base URL, such as `sms/send`.
 * @returns What the answer means. Where none came whole, the kind is `unreachable`, `timeout` or `bad-reply`.
 */
export const post = async (
  selector: string,
  request: { headers: Record<string, string>; body: string },
  options: Options
): Promise<Result> => {
  const { gatewayUrl, host: onlyHost, endsAt, headStart, answerSize } = options;
  const note = (gatewayUrl ?? onlyHost) ? undefined : remember;
  // An AbortController would do the same, and cost a fifth more CPU a message.
  const race = new Set<() => void>();
  // eslint-disable-next-line @silverhand/fp/no-let -- an event sets it
  let isOver = false;

  const begin = async (
    [next, ...others]: ReturnType<typeof toHosts>,
    earlier: string[] = []
  ): Promise<Array<Outcome & { host: string }>> => {
    if (!next || isOver || performance.now() >= endsAt) {
      return [];
    }

    const { host, baseUrl } = next;
    const onReady = () => {
      // eslint-disable-next-line @silverhand/fp/no-mutation -- see above
      isOver = true;

      for (const tellEnd of race) {
        tellEnd();
      }

      for (const overtaken of earlier) {
        note?.(overtaken, false);
      }
    };
    const limits = { endsAt, answerSize, race, onReady };
    const attempt = postOnce(baseUrl + selector, request, limits);

    if (others.length > 0) {
      await new Promise<void>((resolve) => {
        const goOn = () => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(goOn, headStart);

        race.add(goOn);
        void attempt.then(goOn, goOn);
      });
    }

    const later = await begin(others, [...earlier, host]);

    return [{ host, ...(await attempt) }, ...later];
  };

  const outcomes = await begin(toHosts(options));
  const taken = outcomes.find(({ mayHaveLeft }) => mayHaveLeft);
  const failures = outcomes.filter((outcome) => outcome !== taken && outcome.code !== 'LET_GO');

  for (const { host } of failures) {
    note?.(host, false);
  }

  if (taken) {
    const { host } = taken;
    const reply = readOutcome(taken);

    note?.(host, reply.isOwn);

    return { ...reply, host };
  }

  const faults = failures.map(({ code }) => (isTlsFault(code) ? 'tls' : 'network'));

  return {
    kind: 'unreachable',
    reason: failures.map(({ host, code }) => `${host}: ${tell(code)}`).join(', ') || tell('LATE'),
    faults: [...new Set(faults)],
    words: '',
    isOwn: false,
  };
};
