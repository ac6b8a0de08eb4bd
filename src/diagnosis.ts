import { follow, isSettled, type Progress } from './delivery.js';
import { describeLetters } from './letters.js';
import { hintAtPrefix } from './message.js';
import { type Client, type Question, type Receipt } from './smsaero/client.js';
import { type FailureDetails, type FailureKind, SendFailure } from './smsaero/failure.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

const { held } = deliveryStatuses;

/** When the delivery is looked up, in ms after acceptance. */
const delays = [1000, 3000, 6000, 10_000, 13_000];

/** A held message will still arrive, but too late for a code. */
const isFinal = (progress: Progress) => progress.deliveryStatus === held || isSettled(progress);

/** The number and the sender name that were tried. */
type Tried = { number: string; senderName: string };

/**
 * What more can be told of a failure: the likely reason, and what SMSAero says when asked. A question that fails tells
 * nothing.
 */
const findMore = async (
  kind: FailureKind,
  client: Client,
  { number, senderName, ...question }: Tried & Question
): Promise<FailureDetails> => {
  if (kind === 'number') {
    return { reason: hintAtPrefix(number) };
  }

  if (kind === 'sender') {
    const senders = await client.listSenders(senderName, question).catch(() => ({}));

    return { reason: describeLetters(senderName) || undefined, ...senders };
  }

  if (kind === 'funds') {
    const balance = await client.getBalance(question).catch(() => Number.NaN);

    // A longer number is not shown: it may be something else, such as a phone number.
    if (balance !== undefined && Math.abs(balance) < 10_000) {
      return { balance: Math.trunc(balance) };
    }
  }

  return {};
};

/**
 * Finds out for the admin what SMSAero knows of a test message: whether an accepted one is delivered, and what is
 * missing where one was refused. It sends nothing, and asks only the host that answered. A question that fails
 * changes nothing.
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
    if (!(error instanceof SendFailure) || !error.details.host) {
      throw error;
    }

    const more = await findMore(error.kind, client, { ...test, host: error.details.host });

    throw new SendFailure(error.kind, { ...error.details, ...more });
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
