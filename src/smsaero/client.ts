import { type Channel, type FailureDetails, type FailureKind, SendFailure } from './failure.js';
import { defaultLimits, type Limits, post, type Result } from './gateway.js';
import { isShowable, redact } from './redact.js';
import {
  hasId,
  type MessageState,
  parseAccepted,
  parseBalance,
  parseMessage,
  parseSenderNames,
} from './reply.js';

/** Who sends, and where to. */
export type Account = {
  email: string;
  apiKey: string;
  /** A base URL that ends in a slash, in place of SMSAero's hosts. */
  gatewayUrl?: string;
  /** What must not be shown of SMSAero's words, beside the account: the text, the code and the number. */
  secrets?: string[];
};

/** One SMS in SMSAero's words. */
export type Sms = {
  /** Country code and number, digits only. */
  number: string;
  /** The sender name. */
  sign: string;
  text: string;
};

/** What SMSAero said of a message that it accepted. */
export type Receipt = {
  channel: Channel;
  /** The host that accepted it, with the port unless it is the standard one. */
  host: string;
  /** The message's id, for a look-up. Only what `toShownId` makes of it may be shown. */
  id?: string;
  deliveryStatus?: number;
};

/** When a question must be answered, in ms of `performance.now()`, and by which host. */
export type Question = { endsAt: number; host: string };

type Fields = Record<string, string>;

const toJson = (fields: Fields) => ({ type: 'application/json', body: JSON.stringify(fields) });

/** Keeps a code a string, which a number would lose a leading zero of. */
const toForm = (fields: Fields) => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

/** The calls of each channel: one takes a message, the other tells its delivery status. */
const calls: Record<Channel, { send: string; status: string }> = {
  sms: { send: 'sms/send', status: 'sms/status' },
  testSms: { send: 'sms/testsend', status: 'sms/teststatus' },
  telegram: { send: 'telegram/send', status: 'telegram/status' },
};

/**
 * A client of SMSAero's HTTP API, version 2. Every call is one POST with Basic auth, and throws a
 * {@link SendFailure} unless SMSAero grants it. `endsAt` is when a call must be over, in ms of
 * `performance.now()`.
 *
 * @example
 * const client = createClient({ email, apiKey, secrets: [text] });
 * const { id } = await client.sendSms(
 *   { number: '79031234567', sign: 'Acme', text },
 *   { endsAt: performance.now() + 8000 }
 * );
 */
export const createClient = (
  { email, apiKey, gatewayUrl, secrets = [] }: Account,
  overrides: Partial<Limits> = {}
) => {
  const limits = { ...defaultLimits, ...overrides };
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;
  const allSecrets = [email, apiKey, ...secrets];
  const mask = (words: string) => redact(words, allSecrets);
  const toShownId = (id?: string) =>
    id !== undefined && isShowable(id, allSecrets) ? id : undefined;

  // Field by field: a reply's data are SMSAero's words, too, and stay here.
  const toFailure = (
    kind: FailureKind,
    { host, status, faults, data, words }: Result,
    details: FailureDetails
  ) =>
    new SendFailure(kind, {
      host,
      status,
      id: toShownId(parseMessage(data).id),
      ...(hasId(data) && { hasId: true }),
      vendorMessage: mask(words) || undefined,
      faults,
      ...details,
    });

  const ask = async (
    selector: string,
    { type, body }: ReturnType<typeof toJson>,
    target: { endsAt: number; host?: string },
    channel?: Channel
  ) => {
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': type,
      authorization,
    };
    const reply = await post(selector, { headers, body }, { ...limits, gatewayUrl, ...target });
    const { kind, status } = reply;

    if (kind) {
      const isAddressInDoubt = gatewayUrl && kind === 'refused' && status === 404;
      const reason = isAddressInDoubt ? 'HTTP 404 at the gateway address' : reply.reason;

      throw toFailure(kind, reply, { channel, reason });
    }

    return reply;
  };

  const send = async (
    channel: Channel,
    body: ReturnType<typeof toJson>,
    endsAt: number,
    code?: string
  ): Promise<Receipt> => {
    const reply = await ask(calls[channel].send, body, { endsAt }, channel);
    const { kind, reason, id, deliveryStatus } = parseAccepted(reply.data, code);

    if (kind) {
      throw toFailure(kind, reply, { channel, reason, deliveryStatus });
    }

    return { channel, host: reply.host, id, deliveryStatus };
  };

  return {
    /** A message's id, unless it could be taken for the number, the code or another secret. */
    toShownId,

    /** Sends an SMS (`sms/send`), or only has it checked (`sms/testsend`): nothing is delivered or charged. */
    sendSms: async (
      sms: Sms,
      { channel = 'sms', endsAt }: { channel?: 'sms' | 'testSms'; endsAt: number }
    ): Promise<Receipt> => send(channel, toJson(sms), endsAt),

    /**
     * Sends a code of 4 to 8 digits to Telegram (`telegram/send`); where that can't deliver it, SMSAero sends the SMS.
     *
     * @throws SendFailure also `bad-reply` when the reply names another code.
     */
    sendTelegram: async (
      message: Sms & { code: string },
      { endsAt }: { endsAt: number }
    ): Promise<Receipt> => send('telegram', toForm(message), endsAt, message.code),

    /** What becomes of a message (`sms/status`, `sms/teststatus`, `telegram/status`), as far as the reply tells. */
    getStatus: async (channel: Channel, id: string, question: Question): Promise<MessageState> => {
      const { data } = await ask(calls[channel].status, toJson({ id }), question);

      return parseMessage(data);
    },

    /** The first five approved sender names (`sign/list`), without any that may not be shown. */
    listSenders: async (question: Question): Promise<string[]> => {
      const { data } = await ask('sign/list', toJson({}), question);

      return parseSenderNames(data)
        .filter((name) => mask(name) === name)
        .slice(0, 5);
    },

    /** Money on the account, in roubles (`balance`). */
    getBalance: async (question: Question): Promise<number | undefined> => {
      const { data } = await ask('balance', toJson({}), question);

      return parseBalance(data);
    },
  };
};

/** What {@link createClient} makes. */
export type Client = ReturnType<typeof createClient>;
