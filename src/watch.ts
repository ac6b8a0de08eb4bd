import { follow, isSettled, type Progress } from './delivery.js';
import { logUndelivered } from './log.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { deliveryStatuses } from './smsaero/reply.js';

/** When a message is looked up, in ms after SMSAero accepted it. */
const delays = [15_000, 60_000, 180_000, 600_000];

/** How many messages are followed at a time, so that a wave of them does not fill the memory. */
const limit = 1000;

/** The messages that are followed. */
const followed = new Set<Receipt>();

/** Also ends once SMSAero limits the rate: look-ups must not use up what sending needs. */
const isFinal = (progress: Progress) => isSettled(progress) || progress.isLimited === true;

/**
 * Follows a visitor's accepted message in the background for up to ten minutes, and leaves a line in the log unless
 * the message is delivered. Throws nothing, and does not keep the process alive between look-ups. Does nothing for a
 * message without an id, for one in test mode, or while a thousand others are followed.
 *
 * @param client The client that sent the message. It is kept until the message is no longer followed.
 */
export const watch = async (
  receipt: Receipt,
  client: Pick<Client, 'getStatus' | 'toShownId'>,
  usageType: string
): Promise<void> => {
  const { id, channel } = receipt;

  if (!id || channel === 'testSms' || isSettled(receipt) || followed.size >= limit) {
    return;
  }

  followed.add(receipt);

  try {
    // Forgets the status at acceptance: a line without a status then means that no look-up told one.
    const unknown = { ...receipt, deliveryStatus: undefined };
    const progress = await follow(unknown, client, { delays, isFinal, keepsAlive: false });

    if (progress.deliveryStatus !== deliveryStatuses.delivered) {
      logUndelivered({ ...progress, id: client.toShownId(progress.id) }, usageType);
    }
  } catch {
    // Runs in the background: there is nobody to tell.
  } finally {
    followed.delete(receipt);
  }
};
