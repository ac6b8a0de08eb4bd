import { isTimeout, toCause } from './codes.js';
import { type Fault } from './failure.js';
import { parseReply, type Reply } from './reply.js';
import { type Attempt, type Outcome, startPost } from './request.js';

/** The limits of a request; only tests pass others. */
export const defaultLimits = {
  /** SMSAero's hosts in the order of its SDKs; all serve the same accounts. */
  hosts: ['gate.smsaero.ru', 'gate.smsaero.org', 'gate.smsaero.net'],
  /** How long a host may take to be ready for the request before the next one is connected to as well, in ms. */
  headStart: 1000,
  /** How long a host is tried last after it failed, was late, or gave an answer that was not SMSAero's own, in ms. */
  avoidance: 10 * 60 * 1000,
  /** The longest answer, in bytes, before and after decompression. SMSAero's own are mostly shorter than 1 KiB. */
  answerSize: 64 * 1024,
};

/** See {@link defaultLimits}. */
export type Limits = typeof defaultLimits;

/** When each host last failed, in ms of `performance.now()`; minus infinity once it has worked again. */
const failedAt = new Map<string, number>();

/** None of these may be left out: one that a bug elsewhere put on `Object.prototype` would then get the API key. */
type Options = Limits & {
  /** A base URL that takes the place of SMSAero's hosts. */
  gatewayUrl: string | undefined;
  /** Only this one of SMSAero's hosts is asked. */
  host: string | undefined;
  /** When all of it must be over, in ms of `performance.now()`. */
  endsAt: number;
};

/** What a host said, or why none could be reached. `host` has the port unless it is the standard one. */
export type Result = Reply &
  ({ host: string; faults?: Fault[] } | { host: undefined; faults: Fault[]; kind: 'unreachable' });

/** The hosts and their base URLs in the order to try them: the one that failed last comes last. */
const toHosts = ({ gatewayUrl, host, hosts, avoidance }: Options) => {
  if (gatewayUrl) {
    return [{ host: new URL(gatewayUrl).host, baseUrl: gatewayUrl }];
  }

  const since = performance.now() - avoidance;
  const toFailureTime = (name: string) => Math.max(failedAt.get(name) ?? since, since);
  const inOrder = hosts.toSorted((one, other) => toFailureTime(one) - toFailureTime(other));

  return (host ? [host] : inOrder).map((name) => ({ host: name, baseUrl: `https://${name}/v2/` }));
};

/** What an outcome means once the request may have left. Some HTTP statuses say enough without the body. */
const readOutcome = ({ status, body, code }: Outcome): Reply & { faults?: Fault[] } => {
  const reply = parseReply({ status: status ?? 0, body });

  if (!code) {
    return reply;
  }

  if (reply.kind !== 'bad-reply') {
    // What did not come of the answer may have named a message.
    return { ...reply, hasId: true };
  }

  const { words, fault } = toCause(code);
  const kind = isTimeout(code) ? 'timeout' : 'bad-reply';

  return { ...reply, status, kind, reason: words, faults: [fault] };
};

/**
 * POSTs one request to one of SMSAero's hosts, once: no redirect, no retry, because a second SMS costs money and
 * confuses its reader. Only the connections race: a host that fails, or is not ready within its head start, is
 * joined by the next one. The first host to be ready gets the request, and the others are let go in the same tick.
 * A host that failed, was overtaken by a later one, or gave an answer that was not SMSAero's own, is tried last for
 * a while.
 *
 * @param selector What comes after the base URL, such as `sms/send`.
 * @returns What the answer means. Without a whole answer, the kind is `unreachable`, `timeout` or `bad-reply`.
 */
export const post = async (
  selector: string,
  request: { headers: Record<string, string>; body: string },
  options: Options
): Promise<Result> => {
  const { endsAt, headStart, answerSize } = options;
  const hosts = toHosts(options);
  const attempts: Array<Attempt & { host: string }> = [];
  // eslint-disable-next-line @silverhand/fp/no-let -- set once, by the first host that is ready
  let winner: number | undefined;

  /** Remembers whether a host works, unless there was no other to choose. */
  const note = (host: string, isWorking: boolean) => {
    if (hosts.length > 1) {
      failedAt.set(host, isWorking ? Number.NEGATIVE_INFINITY : performance.now());
    }
  };

  /** Gives the request to the first host that is ready, and lets all others go before anything can leave by them. */
  const giveTo = (place: number) => {
    if (winner !== undefined) {
      return;
    }

    // eslint-disable-next-line @silverhand/fp/no-mutation -- see above
    winner = place;

    for (const [index, { host, letGo }] of attempts.entries()) {
      if (index !== place) {
        letGo();
      }

      if (index < place) {
        note(host, false);
      }
    }
  };

  for (const [index, { host, baseUrl }] of hosts.entries()) {
    if (winner !== undefined || performance.now() >= endsAt) {
      break;
    }

    // Waits until a host is ready, this one has failed, or its head start is over.
    // eslint-disable-next-line no-await-in-loop -- one host is begun after another
    await new Promise<void>((resolve) => {
      const timer = index < hosts.length - 1 ? setTimeout(resolve, headStart) : undefined;
      const onReady = () => {
        giveTo(index);
        resolve();
      };
      const attempt = startPost(baseUrl + selector, request, { endsAt, answerSize, onReady });

      // eslint-disable-next-line @silverhand/fp/no-mutating-methods -- filled one by one
      attempts.push({ host, ...attempt });
      void attempt.outcome.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  const outcomes = await Promise.all(
    attempts.map(async ({ host, outcome }) => ({ host, ...(await outcome) }))
  );
  const answer = winner === undefined ? undefined : outcomes[winner];
  const failures = outcomes.filter((one) => one !== answer && one.code !== 'LET_GO');

  for (const { host } of failures) {
    note(host, false);
  }

  if (answer) {
    const reply = readOutcome(answer);

    note(answer.host, reply.isOwn);

    return { ...reply, host: answer.host };
  }

  const reasons = failures.map(({ host, code }) => `${host}: ${toCause(code).words}`);

  return {
    // Named, because what reads it would otherwise get a `host` that a bug elsewhere put on `Object.prototype`.
    host: undefined,
    kind: 'unreachable',
    reason: reasons.join(', ') || toCause('LATE').words,
    faults: [...new Set(failures.map(({ code }) => toCause(code).fault))],
    words: '',
    isOwn: false,
  };
};
