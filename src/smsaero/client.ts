import { type Channel, type FailureDetails, type FailureKind, SendFailure } from './failure.js';
import { defaultLimits, type Limits, post, type Result } from './gateway.js';
import { isShowable, redact, toSafeLine } from './redact.js';
import {
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
  /** What SMSAero's words must not reveal, beside e-mail address and key: the text, the code and the number. */
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

/** What SMSAero says of an account's sender names. */
export type Senders = Pick<FailureDetails, 'isApproved' | 'approvedNames'>;

/** A call that sends has no host: the hosts' connections race for it. */
type Target = { endsAt: number; host: string | undefined };

type Fields = Record<string, string>;

const toJson = (fields: Fields) => ({ type: 'application/json', body: JSON.stringify(fields) });

type Body = ReturnType<typeof toJson>;

/** For Telegram: all values of a form are strings, so a code of digits stays one. */
const toForm = (fields: Fields) => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

/** What a channel's two calls begin with: `send` takes a message, `status` tells its delivery status. */
const paths: Record<Channel, string> = { sms: 'sms/', testSms: 'sms/test', telegram: 'telegram/' };

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
export const createClient = (account: Account, overrides: Partial<Limits> = {}) => {
  // Own fields only: a gateway address that a bug has put into `Object.prototype` would get the key.
  const own = { __proto__: null, ...account };
  const { email, apiKey, gatewayUrl, secrets = [] } = own;
  const limits = { ...defaultLimits, ...overrides };
  const allSecrets = [email, apiKey, ...secrets];
  const toShownId = (id?: string) =>
    id !== undefined && isShowable(id, allSecrets) ? id : undefined;

  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    // Firewalls have blocked got's own.
    'user-agent': 'logto-connector-smsaero',
    authorization: `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`,
  };

  const request = async (selector: string, { type, body }: Body, target: Target) =>
    post(
      selector,
      { headers: { ...headers, 'content-type': type }, body },
      { ...limits, gatewayUrl, ...target }
    );

  /** Returns the data of the answer to a question. Nobody reads why one is refused, so its words stay here. */
  const ask = async (selector: string, fields: Fields, { host, endsAt }: Question) => {
    const { kind, status, data } = await request(selector, toJson(fields), { host, endsAt });

    if (kind) {
      throw new SendFailure(kind, { host, status });
    }

    return data;
  };

  // Copies field by field, so that nothing else of the reply gets out unmasked.
  const toFailure = (
    kind: FailureKind,
    { host, status, faults, data, words, hasId }: Result,
    details: FailureDetails
  ) =>
    new SendFailure(kind, {
      host,
      status,
      id: toShownId(parseMessage(data).id),
      ...(hasId && { hasId }),
      vendorMessage: redact(words, allSecrets) || undefined,
      faults,
      ...details,
    });

  const send = async (channel: Channel, body: Body, endsAt: number, code?: string) => {
    const reply = await request(`${paths[channel]}send`, body, { endsAt, host: undefined });

    if (reply.kind) {
      const isAddressInDoubt = gatewayUrl && reply.kind === 'refused' && reply.status === 404;
      const reason = isAddressInDoubt ? 'HTTP 404 at the gateway address' : reply.reason;

      throw toFailure(reply.kind, reply, { channel, reason });
    }

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

    /** Looks a message up (`sms/status`, `sms/teststatus`, `telegram/status`). */
    getStatus: async (channel: Channel, id: string, question: Question): Promise<MessageState> =>
      parseMessage(await ask(`${paths[channel]}status`, { id }, question)),

    /** Looks up which sender names are approved (`sign/list`), and whether a certain one is. */
    listSenders: async (sign: string, question: Question): Promise<Senders> => {
      const { names, isEmpty } = parseSenderNames(await ask('sign/list', {}, question));
      const shown = names.slice(0, 5).map((name) => toSafeLine(name, allSecrets));
      const approvedNames = shown.filter(Boolean);

      return {
        isApproved: names.includes(sign),
        approvedNames: approvedNames.length > 0 || isEmpty ? approvedNames : undefined,
      };
    },

    /** Money on the account, in roubles (`balance`). */
    getBalance: async (question: Question): Promise<number | undefined> =>
      parseBalance(await ask('balance', {}, question)),
  };
};

/** What {@link createClient} makes. */
export type Client = ReturnType<typeof createClient>;
