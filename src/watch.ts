import { follow, isSettled, type Progress } from './delivery.js';
import { logUndelivered } from './log.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { deliveryStatuses } from './smsaero/reply.js';

/** When the delivery is looked up, in ms after acceptance. */
const delays = [15_000, 60_000, 180_000, 600_000];

/** How many messages are followed at a time, lest a wave of them fills the memory. */
const limit = 1000;

/** The messages that are followed. */
const followed = new Set<Receipt>();

/** The account's limit is for sending: no look-up may use up more of it. */
const isFinal = (progress: Progress) => isSettled(progress) || progress.isLimited === true;

/**
 * Follows a visitor's accepted message in the background, for ten minutes at most, and leaves a line in the log
 * unless it is delivered. Throws nothing, and keeps no process alive between look-ups. One without an id can't be
 * followed, one in test mode goes nowhere, and of more than a thousand at a time the rest are let go.
 *
 * @param client Of the config at the time of sending; kept until the message is no longer followed.
 */
export const watch = async (
  receipt: Receipt,
  client: Pick<Client, 'getStatus' | 'toShownId'>,
  usageType: string
): Promise<void> => {
  const isToBeFollowed = receipt.id && receipt.channel !== 'testSms' && !isSettled(receipt);

  if (!isToBeFollowed || followed.size >= limit) {
    return;
  }

  followed.add(receipt);

  try {
    // Only what a look-up tells counts, so that a line without a status says that none told any.
    const unknown = { ...receipt, deliveryStatus: undefined };
    const progress = await follow(unknown, client, { delays, isFinal, keepsAlive: false });

    if (progress.deliveryStatus !== deliveryStatuses.delivered) {
      logUndelivered({ ...progress, id: client.toShownId(progress.id) }, usageType);
    }
  } catch {
    // Nobody waits who could be told.
  } finally {
    followed.delete(receipt);
  }
};
