import { type SmsAeroConfig } from './config.js';
import { logLowBalance } from './log.js';
import { type Client, type Receipt } from './smsaero/client.js';

/** How long an account is not asked about again, in ms. */
const interval = 60 * 60 * 1000;

/** For one question, in ms. */
const questionLimit = 8000;

/** When an account was last asked about, by its e-mail address and mark, in ms of `performance.now()`. */
const askedAt = new Map<string, number>();

/**
 * Asks for the balance in the background after a visitor's accepted message, once an hour at most, and leaves a line
 * in the log if it is below the config's mark. Throws nothing, and sets no timer but that of its request.
 */
export const checkBalance = async (
  { channel, host }: Receipt,
  client: Pick<Client, 'getBalance'>,
  { email, lowBalance }: SmsAeroConfig
): Promise<void> => {
  const now = performance.now();
  const account = JSON.stringify([email, lowBalance]);

  // Whose hour is over may never send again.
  for (const [key, time] of askedAt) {
    if (now - time >= interval) {
      askedAt.delete(key);
    }
  }

  // Test mode costs nothing.
  if (lowBalance === undefined || channel === 'testSms' || askedAt.has(account)) {
    return;
  }

  // Before the question, so that one that fails is not repeated within the hour either.
  askedAt.set(account, now);

  try {
    const balance = await client.getBalance({ host, endsAt: now + questionLimit });

    if (balance !== undefined && balance < lowBalance) {
      logLowBalance(lowBalance, host);
    }
  } catch {
    // Runs in the background: nobody is there to be told.
  }
};
