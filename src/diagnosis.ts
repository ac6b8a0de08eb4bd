import { setTimeout as sleep } from 'node:timers/promises';

import { type Channel, type Client, type Question, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { deliveryStatuses } from './smsaero/reply.js';

const { delivered, notDelivered, rejected, held } = deliveryStatuses;

type Limits = {
  /** When the whole test must be over, in ms of `performance.now()`. */
  endsAt: number;
  /** When to look up the delivery, in ms after acceptance. */
  lookUps: number[];
  /** What must not be shown of SMSAero's answers, beside the account. */
  secrets: string[];
};

/** How far a message has got, according to SMSAero. */
type Progress = { channel: Channel; status?: number };

const isFailed = (status?: number) => status === notDelivered || status === rejected;

/** A held message is on its way, but comes too late for a code. What Telegram can't deliver goes on as an SMS. */
const isFinal = ({ channel, status }: Progress) =>
  status === delivered || status === held || (isFailed(status) && channel !== 'telegram');

const ask = async (
  client: Client,
  channel: Channel,
  id: string,
  question: Question
): Promise<Progress> => {
  const { deliveryStatus: status, idSms } = await client.getStatus(channel, id, question);

  if (channel === 'telegram' && isFailed(status) && idSms) {
    try {
      return await ask(client, 'sms', idSms, question);
    } catch {}
  }

  return { channel, status };
};

/**
 * Asks at the given times until the answer is final.
 *
 * @param known What is told if SMSAero says nothing more.
 * @param times In ms of `performance.now()`. Each question may take until the next one's time, so that one
 *   that hangs leaves the others their turn.
 */
const follow = async (
  askUntil: (endsAt: number) => Promise<Progress>,
  known: Progress,
  [time, ...later]: number[],
  endsAt: number
): Promise<Progress> => {
  if (isFinal(known) || time === undefined || time >= endsAt) {
    return known;
  }

  await sleep(time - performance.now());

  const found = await askUntil(Math.min(later[0] ?? endsAt, endsAt)).catch(() => known);

  return follow(askUntil, found.status === undefined ? known : found, later, endsAt);
};

/** Follows an accepted message until its delivery status is final or time is up. */
const confirmDelivery = async (
  { channel: sentTo, host, id, deliveryStatus }: Receipt,
  client: Client,
  { lookUps, endsAt, secrets }: Limits
) => {
  const acceptedAt = performance.now();
  const { channel, status } = await follow(
    async (until) => ask(client, sentTo, id ?? '', { host, endsAt: until, secrets }),
    { channel: sentTo, status: deliveryStatus },
    id === undefined ? [] : lookUps.map((time) => acceptedAt + time),
    endsAt
  );

  if (status === held) {
    throw new SendFailure('held', { host });
  }

  if (isFailed(status)) {
    throw new SendFailure('rejected', {
      host,
      deliveryStatus: status,
      ...(channel === 'telegram' && { channel }),
    });
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
