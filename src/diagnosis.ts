import { follow, isSettled, type Progress } from './delivery.js';
import { describeLetters } from './letters.js';
import { hintAtPrefix } from './message.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { type FailureKind, SendFailure } from './smsaero/failure.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

const { held } = deliveryStatuses;

/** When the delivery is looked up, in ms after acceptance. */
const delays = [1000, 3000, 6000, 10_000, 13_000];

/** A held message will still arrive, but too late for a code. */
const isFinal = (progress: Progress) => progress.deliveryStatus === held || isSettled(progress);

/** The number and the sender name that were tried. */
type Tried = { number: string; senderName: string };

/** What may be wrong with a number or a sender name that SMSAero refused. */
const guessReason = (kind: FailureKind, { number, senderName }: Tried) => {
  if (kind === 'number') {
    return hintAtPrefix(number);
  }

  return (kind === 'sender' && describeLetters(senderName)) || undefined;
};

/** Adds the likely reason to a failure, and what SMSAero says when asked: its sender names or the balance. */
const explain = async (
  error: unknown,
  client: Client,
  { endsAt, ...tried }: Tried & { endsAt: number }
): Promise<unknown> => {
  if (!(error instanceof SendFailure) || !error.details.host) {
    return error;
  }

  const { kind } = error;
  const details = { ...error.details, reason: error.details.reason ?? guessReason(kind, tried) };
  const question = { host: error.details.host, endsAt };

  try {
    if (kind === 'sender') {
      const senders = await client.listSenders(tried.senderName, question);

      return new SendFailure(kind, { ...details, ...senders });
    }

    if (kind === 'funds') {
      const balance = await client.getBalance(question);

      // A longer number is not shown: it may be something else, such as a phone number.
      return balance !== undefined && Math.abs(balance) < 10_000
        ? new SendFailure(kind, { ...details, balance: Math.trunc(balance) })
        : error;
    }
  } catch {}

  return new SendFailure(kind, details);
};

/**
 * Finds out for the admin what SMSAero knows of a test message: whether an accepted one is delivered, and what is
 * missing where one was refused. It sends nothing, and asks only the host that answered. A question that fails is
 * ignored.
 *
 * @param test What was tried, and when the test must be over, in ms of `performance.now()`.
 * @throws What `sending` throws, or SendFailure `rejected` or `held`.
 */
export const diagnose = async (
  sending: Promise<Receipt>,
  client: Client,
  test: Tried & { endsAt: number }
): Promise<void> => {
  const { endsAt } = test;
  const receipt = await sending.catch(async (error: unknown) => {
    throw await explain(error, client, test);
  });
  const plan = { delays, endsAt, isFinal };
  const { channel, host, id, deliveryStatus } = await follow(receipt, client, plan);
  const details = { channel, host, id: client.toShownId(id) };

  if (deliveryStatus === held) {
    throw new SendFailure('held', details);
  }

  if (isFailedDelivery(deliveryStatus)) {
    throw new SendFailure('rejected', { ...details, deliveryStatus });
  }
};
