import { type SmsAeroConfig } from './config.js';
import { type Message } from './message.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { type FailureDetails, SendFailure } from './smsaero/failure.js';

/**
 * The code to send to Telegram, if Telegram can take one: 4 to 8 ASCII digits. A code with a leading zero goes by SMS,
 * because SMSAero's SDKs send codes as integers and the zero may get lost. Nobody enters the code of a console test,
 * 000000, so another one replaces it.
 */
const toTelegramCode = (code: string, isConsoleTest: boolean) => {
  if (/^[1-9]\d{3,7}$/.test(code)) {
    return code;
  }

  return isConsoleTest && code !== '' ? '123456' : undefined;
};

/** A receipt. `refusal` says why the message went by SMS and not to Telegram. */
export type Sent = Receipt & { refusal?: SendFailure };

/** The kinds of Telegram's refusals after which the message may still go by SMS. */
const refusalKinds = new Set<string>(['refused', 'number', 'sender', 'account', 'rate-limit']);

/**
 * Whether an HTTP status leaves it open that the message is on its way: a timeout, a conflict, too early, given up,
 * or a success other than the 200 with which SMSAero may refuse.
 */
const isUnsure = (status = 0) =>
  (status > 200 && status < 300) || [408, 409, 425, 499].includes(status);

/** Whether SMSAero surely refused to send to Telegram, so that no message is on its way and an SMS may follow. */
export const isTelegramRefused = (
  kind: string,
  { channel, status, hasId }: FailureDetails
): boolean => channel === 'telegram' && refusalKinds.has(kind) && !isUnsure(status) && !hasId;

/** Sends the SMS that follows a refusal of Telegram. Its receipt or failure names the refusal, for the log. */
const sendAfter = async (refusal: SendFailure, sendSms: () => Promise<Receipt>): Promise<Sent> => {
  try {
    return { ...(await sendSms()), refusal };
  } catch (error: unknown) {
    throw error instanceof SendFailure
      ? new SendFailure(error.kind, { ...error.details, afterTelegram: refusal.kind })
      : error;
  }
};

/**
 * Sends a message to Telegram if the config asks for it and Telegram can take the code, and otherwise by SMS. After a
 * sure refusal to send to Telegram, a visitor gets an SMS; a console test fails with the refusal.
 *
 * @param endsAt When the send must be over, the SMS included, in ms of `performance.now()`.
 * @throws SendFailure
 */
export const send = async (
  { number, code, text }: Message,
  { senderName, telegram, testMode }: SmsAeroConfig,
  client: Client,
  { endsAt, isConsoleTest }: { endsAt: number; isConsoleTest: boolean }
): Promise<Sent> => {
  const sms = { number, sign: senderName, text };
  const sendSms = async () =>
    client.sendSms(sms, { channel: testMode ? 'testSms' : 'sms', endsAt });
  const telegramCode = telegram && !testMode ? toTelegramCode(code, isConsoleTest) : undefined;

  if (telegramCode === undefined) {
    return sendSms();
  }

  try {
    return await client.sendTelegram({ ...sms, code: telegramCode }, { endsAt });
  } catch (error: unknown) {
    const isSmsDue =
      error instanceof SendFailure &&
      isTelegramRefused(error.kind, error.details) &&
      !isConsoleTest &&
      // An SMS needs a second.
      endsAt - performance.now() >= 1000;

    if (!isSmsDue) {
      throw error;
    }

    return sendAfter(error, sendSms);
  }
};
