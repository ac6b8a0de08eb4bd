import { type SmsAeroConfig } from './config.js';
import { logLowBalance } from './log.js';
import { type Client, type Receipt } from './smsaero/client.js';

/** How long to wait before asking about the same account and mark again, in ms. */
const interval = 60 * 60 * 1000;

/** How long a question may take, in ms. */
const questionLimit = 8000;

/** When each account and mark was last asked about, in ms of `performance.now()`. */
const askedAt = new Map<string, number>();

/**
 * Asks for the balance in the background after a visitor's message was accepted, at most once an hour, and leaves a
 * line in the log if the balance is below the config's mark. Throws nothing, and sets no timer beyond its request's.
 */
export const checkBalance = async (
  { channel, host }: Receipt,
  client: Pick<Client, 'getBalance'>,
  { email, lowBalance }: SmsAeroConfig
): Promise<void> => {
  const now = performance.now();
  const accountAndMark = JSON.stringify([email, lowBalance]);

  // An account or mark that is no longer in use must not stay in memory.
  for (const [key, time] of askedAt) {
    if (now - time >= interval) {
      askedAt.delete(key);
    }
  }

  // A message in test mode costs nothing.
  if (lowBalance === undefined || channel === 'testSms' || askedAt.has(accountAndMark)) {
    return;
  }

  // Set before the question, so that a question that fails is not repeated within the hour.
  askedAt.set(accountAndMark, now);

  try {
    const balance = await client.getBalance({ host, endsAt: now + questionLimit });

    if (balance !== undefined && balance < lowBalance) {
      logLowBalance(lowBalance, host);
    }
  } catch {
    // Runs in the background: there is nobody to tell.
  }
};
