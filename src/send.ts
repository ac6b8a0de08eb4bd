import { type SmsAeroConfig } from './config.js';
import { type Message } from './message.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { type FailureDetails, SendFailure } from './smsaero/failure.js';

/**
 * The code that goes to Telegram, if any can: 4 to 8 ASCII digits. A leading zero may get lost on the way, because
 * SMSAero's SDKs send integers. In place of a console test's 000000 goes one that nobody enters.
 */
const toTelegramCode = (code: string, isConsoleTest: boolean) => {
  if (/^[1-9]\d{3,7}$/.test(code)) {
    return code;
  }

  return isConsoleTest && code !== '' ? '123456' : undefined;
};

/** Time that must be left for an SMS instead of the Telegram message, in ms. */
const timeForSms = 1000;

/** A receipt; `refusal` is why the message went by SMS and not to Telegram. */
export type Sent = Receipt & { refusal?: SendFailure };

/** The kinds of Telegram's refusals after which the message may still go by SMS. */
const refusalKinds = new Set<string>(['refused', 'number', 'sender', 'account', 'rate-limit']);

/**
 * Whether an HTTP status leaves it open that the message is on its way: a timeout, a conflict, too early, given up,
 * or a success other than the 200 with which SMSAero may refuse.
 */
const isUnsure = (status = 0) =>
  (status > 200 && status < 300) || [408, 409, 425, 499].includes(status);

/** Whether SMSAero surely refused to send to Telegram, and so took no message: an SMS may follow. */
export const isTelegramRefused = ({
  kind,
  channel,
  status,
  hasId,
}: FailureDetails & { kind: string }): boolean =>
  channel === 'telegram' && refusalKinds.has(kind) && !isUnsure(status) && !hasId;

/** Sends the SMS that follows a refusal. Whatever becomes of the SMS, the log is to tell of the refusal, too. */
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
 * Sends a message to Telegram first, if the config says so and Telegram can take its code, or else by SMS.
 * After a sure refusal of Telegram a visitor gets an SMS; a console test tells of the refusal.
 *
 * @param endsAt When all of it must be over, in ms of `performance.now()`.
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
      isTelegramRefused({ ...error.details, kind: error.kind }) &&
      !isConsoleTest &&
      endsAt - performance.now() >= timeForSms;

    if (!isSmsDue) {
      throw error;
    }

    return sendAfter(error, sendSms);
  }
};
