import { type SmsAeroConfig } from './config.js';
import { isTelegramRefused } from './connector-error.js';
import { type Message } from './message.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';

/** 4 to 8 ASCII digits. A leading zero may get lost on the way, because SMSAero's SDKs send integers. */
const telegramCode = /^[1-9]\d{3,7}$/;

/** Sent to Telegram instead of a console test's 000000; nobody enters it. */
const testCode = '123456';

/** Time that must be left for an SMS instead of the Telegram message, in ms. */
const timeForSms = 1000;

/** A receipt; `refusal` is why the message went by SMS and not to Telegram. */
type Sent = Receipt & { refusal?: SendFailure };

const addChannel = (error: unknown) =>
  error instanceof SendFailure
    ? new SendFailure(error.kind, { ...error.details, channel: 'telegram' })
    : error;

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
  { endsAt, isTest }: { endsAt: number; isTest: boolean }
): Promise<Sent> => {
  const sms = { number, sign: senderName, text };
  const sendSms = async () => client.sendSms(sms, { isTest: testMode, endsAt });
  const codeToSend = isTest && !telegramCode.test(code) ? testCode : code;

  if (!telegram || testMode || !telegramCode.test(codeToSend)) {
    return sendSms();
  }

  try {
    return await client.sendTelegram({ ...sms, code: codeToSend }, { endsAt });
  } catch (error: unknown) {
    const refusal = addChannel(error);

    if (isTest || !isTelegramRefused(refusal) || endsAt - performance.now() < timeForSms) {
      throw refusal;
    }

    return { ...(await sendSms()), refusal };
  }
};
