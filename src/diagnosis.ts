import { setTimeout as sleep } from 'node:timers/promises';

import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { deliveryStatuses } from './smsaero/reply.js';

const { delivered, notDelivered, rejected, held } = deliveryStatuses;

/** A held message is on its way, but comes too late for a code. */
const finalStatuses = new Set<unknown>([delivered, notDelivered, rejected, held]);

type Limits = {
  /** When the whole test must be over, in ms of `performance.now()`. */
  endsAt: number;
  /** When to look up the delivery, in ms after acceptance. */
  lookUps: number[];
  /** Whether the message is one of SMSAero's test mode. */
  isTest?: boolean;
  /** What must not be shown of SMSAero's answers, beside the account. */
  secrets: string[];
};

type GetStatus = (endsAt: number) => Promise<number | undefined>;

/**
 * Asks for the delivery status at the given times until it is final.
 *
 * @param times In ms of `performance.now()`. Each question may take until the next one's time, so that one
 *   that hangs leaves the others their turn.
 */
const waitForStatus = async (
  getStatus: GetStatus,
  [time, ...later]: number[],
  endsAt: number
): Promise<number | undefined> => {
  if (time === undefined || time >= endsAt) {
    return undefined;
  }

  await sleep(time - performance.now());

  // eslint-disable-next-line unicorn/no-useless-undefined -- else it would be void
  const status = await getStatus(Math.min(later[0] ?? endsAt, endsAt)).catch(() => undefined);

  return finalStatuses.has(status) ? status : waitForStatus(getStatus, later, endsAt);
};

/** Follows an accepted message until SMSAero knows what became of it. */
const confirmDelivery = async (
  { host, id, deliveryStatus }: Receipt,
  client: Client,
  { lookUps, isTest, endsAt, secrets }: Limits
) => {
  const acceptedAt = performance.now();
  const status =
    id === undefined || finalStatuses.has(deliveryStatus)
      ? deliveryStatus
      : await waitForStatus(
          async (until) => client.getStatus(id, { host, isTest, endsAt: until, secrets }),
          lookUps.map((time) => acceptedAt + time),
          endsAt
        );

  if (status === held) {
    throw new SendFailure('held', { host });
  }

  if (status === notDelivered || status === rejected) {
    throw new SendFailure('rejected', { host, deliveryStatus: status });
  }
};

const toRoubles = (balance: number | undefined) =>
  // A longer number may be anything, a phone number for one.
  balance !== undefined && Math.abs(balance) < 10_000 ? Math.floor(balance) : undefined;

/** Adds to a failure what SMSAero says when asked: the approved sender names, or the balance. */
const explain = async (
  error: unknown,
  client: Client,
  { endsAt, secrets }: Limits
): Promise<unknown> => {
  if (!(error instanceof SendFailure) || !error.details.host) {
    return error;
  }

  const { kind, details } = error;
  const question = { host: error.details.host, endsAt, secrets };

  try {
    if (kind === 'sender') {
      return new SendFailure(kind, {
        ...details,
        approvedNames: await client.listSenders(question),
      });
    }

    if (kind === 'funds') {
      return new SendFailure(kind, {
        ...details,
        balance: toRoubles(await client.getBalance(question)),
      });
    }
  } catch {}

  return error;
};

/**
 * Sends as a console test does, and tells the admin all that SMSAero knows: after an accepted message whether
 * it is delivered, after a refused one what is missing. It only reads, and asks the host that answered.
 * Whatever goes wrong with a question changes nothing of what is told without it.
 *
 * @throws What `send` throws, or SendFailure `rejected` or `held`.
 */
export const diagnose = async (send: () => Promise<Receipt>, client: Client, limits: Limits) => {
  const receipt = await send().catch(async (error: unknown) => {
    throw await explain(error, client, limits);
  });

  await confirmDelivery(receipt, client, limits);
};
