import { defaultLimits, type Limits, post } from './gateway.js';
import { redact } from './redact.js';
import { isRecord, parseAccepted, parseMessage, parseReply, toId, toInteger } from './reply.js';

/** Who sends, and where to. */
export type Account = {
  email: string;
  apiKey: string;
  /** A base URL that ends in a slash, in place of SMSAero's hosts. */
  gatewayUrl?: string;
};

/** One SMS in SMSAero's words. */
export type Sms = {
  /** Country code and number, digits only. */
  number: string;
  /** The sender name. */
  sign: string;
  text: string;
};

/** One code for Telegram, and the SMS that SMSAero sends where Telegram can't deliver it. */
export type TelegramCode = Sms & {
  /** 4 to 8 digits. */
  code: string;
};

/** The channels of a message, and the call that looks up its delivery status in each. */
const statusSelectors = {
  sms: 'sms/status',
  testSms: 'sms/teststatus',
  telegram: 'telegram/status',
};

export type Channel = keyof typeof statusSelectors;

/** What SMSAero said of a message that it accepted. */
export type Receipt = {
  channel: Channel;
  /** The host that accepted it, with the port unless it is the standard one. */
  host: string;
  /** The message's id, for a look-up. */
  id?: string;
  deliveryStatus?: number;
};

/** Where to ask about a message, until when, and what must not be shown of the answer. */
export type Question = { host: string; endsAt: number; secrets: string[] };

/** The status of an approved entry in `sign/list`. */
const approved = 1;

type Body = { type: string; body: string };

const toJson = (fields: Record<string, string>): Body => ({
  type: 'application/json',
  body: JSON.stringify(fields),
});

const toForm = (fields: Record<string, string>): Body => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

/**
 * A client of SMSAero's HTTP API, version 2. Every call is one POST with Basic auth, and throws a
 * {@link SendFailure} unless SMSAero grants it.
 *
 * `endsAt` is when a call must be over, in ms of `performance.now()`.
 */
export const createClient = (
  { email, apiKey, gatewayUrl }: Account,
  overrides: Partial<Limits> = {}
) => {
  const limits = { ...defaultLimits, ...overrides };
  const credentials = [email, apiKey];
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;

  const call = async (
    selector: string,
    { type, body }: Body,
    { endsAt, host: onlyHost, secrets }: { endsAt: number; host?: string; secrets: string[] }
  ) => {
    const headers = { accept: 'application/json', 'content-type': type, authorization };
    const target = { gatewayUrl, host: onlyHost, endsAt };
    const { answer, host } = await post(selector, { headers, body }, target, limits);
    const reply = parseReply(answer, host, (words) => redact(words, [...credentials, ...secrets]));

    return { reply, host };
  };

  return {
    /**
     * Sends an SMS (`sms/send`).
     *
     * @param isTest `sms/testsend`: SMSAero checks the message, but delivers and charges nothing.
     */
    sendSms: async (
      sms: Sms,
      { isTest, endsAt }: { isTest?: boolean; endsAt: number }
    ): Promise<Receipt> => {
      const { reply, host } = await call(isTest ? 'sms/testsend' : 'sms/send', toJson(sms), {
        endsAt,
        secrets: [sms.text],
      });
      const { id, deliveryStatus } = parseAccepted(reply);

      return { channel: isTest ? 'testSms' : 'sms', host, id, deliveryStatus };
    },

    /**
     * Sends a code to Telegram (`telegram/send`); where Telegram can't deliver it, SMSAero sends the SMS. Sent as a
     * form, so that the code stays a string: a number would lose a leading zero.
     *
     * @throws SendFailure also `bad-reply` when the reply names another code.
     */
    sendTelegram: async (
      message: TelegramCode,
      { endsAt }: { endsAt: number }
    ): Promise<Receipt> => {
      const { code, text } = message;
      const { reply, host } = await call('telegram/send', toForm(message), {
        endsAt,
        secrets: [text, code],
      });
      const { id, deliveryStatus, message: accepted } = parseAccepted(reply);

      if (String(accepted.telegramCode ?? code) !== code) {
        throw reply.toFailure('bad-reply', { reason: 'Telegram got another code' });
      }

      return { channel: 'telegram', host, id, deliveryStatus };
    },

    /**
     * The delivery status of a message (`sms/status`, `sms/teststatus`, `telegram/status`), as far as the reply
     * tells it. `idSms` is the id of the SMS that SMSAero sent instead of a Telegram message.
     */
    getStatus: async (channel: Channel, id: string, question: Question) => {
      const { reply } = await call(statusSelectors[channel], toJson({ id }), question);
      const { deliveryStatus, message } = parseMessage(reply);

      return { deliveryStatus, idSms: toId(message.idSms) };
    },

    /** The first five approved sender names (`sign/list`), without any that may not be shown. */
    listSenders: async (question: Question): Promise<string[]> => {
      const { reply } = await call('sign/list', toJson({}), question);
      const { data } = reply;

      // An array, or an object that has `totalCount` among its numbered entries.
      return Object.values(data ?? {})
        .filter((entry: unknown) => isRecord(entry))
        .filter(({ status }) => toInteger(status) === approved)
        .map(({ name }) => (typeof name === 'string' ? name : ''))
        .filter((name) => name && redact(name, [...credentials, ...question.secrets]) === name)
        .slice(0, 5);
    },

    /** Money on the account, in roubles (`balance`). */
    getBalance: async (question: Question): Promise<number | undefined> => {
      const { reply } = await call('balance', toJson({}), question);
      const balance = isRecord(reply.data) ? reply.data.balance : undefined;

      const isNumber = typeof balance === 'string' || typeof balance === 'number';

      return isNumber && /^-?\d+(?:\.\d+)?$/.test(String(balance)) ? Number(balance) : undefined;
    },
  };
};

export type Client = ReturnType<typeof createClient>;
