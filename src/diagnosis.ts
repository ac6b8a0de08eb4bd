import { follow, isSettled, type Progress } from './delivery.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

const { held } = deliveryStatuses;

/** When the delivery is looked up, in ms after acceptance. */
const delays = [1000, 3000, 6000, 10_000, 13_000];

/** A held message is on its way, but comes too late for a code. */
const isFinal = (progress: Progress) => progress.deliveryStatus === held || isSettled(progress);

const toRoubles = (balance: number | undefined) =>
  // A longer number may be anything, a phone number for one.
  balance !== undefined && Math.abs(balance) < 10_000 ? Math.trunc(balance) : undefined;

/** Adds to a failure what SMSAero says when asked: the approved sender names, or the balance. */
const explain = async (error: unknown, client: Client, endsAt: number): Promise<unknown> => {
  if (!(error instanceof SendFailure) || !error.details.host) {
    return error;
  }

  const { kind, details } = error;
  const question = { host: details.host ?? '', endsAt };

  try {
    if (kind === 'sender') {
      const approvedNames = await client.listSenders(question);

      return new SendFailure(kind, { ...details, approvedNames });
    }

    if (kind === 'funds') {
      const balance = toRoubles(await client.getBalance(question));

      return new SendFailure(kind, { ...details, balance });
    }
  } catch {}

  return error;
};

/**
 * Tells the admin who tests all that SMSAero knows: after an accepted message whether it is delivered, after
 * a refused one what is missing. It only reads, and asks the host that answered. Whatever goes wrong with a
 * question changes nothing of what is told without it.
 *
 * @param sending The message on its way.
 * @param endsAt When the test must be over, in ms of `performance.now()`.
 * @throws What `sending` throws, or SendFailure `rejected` or `held`.
 */
export const diagnose = async (
  sending: Promise<Receipt>,
  client: Client,
  endsAt: number
): Promise<void> => {
  const receipt = await sending.catch(async (error: unknown) => {
    throw await explain(error, client, endsAt);
  });
  const progress = await follow(receipt, client, { delays, endsAt, isFinal });
  const { channel, deliveryStatus } = progress;
  const details = { host: receipt.host, channel, id: client.toShownId(progress.id) };

  if (deliveryStatus === held) {
    throw new SendFailure('held', details);
  }

  if (isFailedDelivery(deliveryStatus)) {
    throw new SendFailure('rejected', { ...details, deliveryStatus });
  }
};
