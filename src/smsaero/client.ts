import { defaultLimits, type Limits, post } from './gateway.js';
import { redact } from './redact.js';
import { parseMessage, parseReply } from './reply.js';

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

/** What SMSAero said of a message that it accepted. */
export type Receipt = {
  /** The host that accepted it, with the port unless it is the standard one. */
  host: string;
  /** The message's id, for a look-up. */
  id?: string;
  deliveryStatus?: number;
};

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
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;

  const call = async (
    selector: string,
    fields: Record<string, string>,
    { endsAt, secrets }: { endsAt: number; secrets: string[] }
  ) => {
    const { answer, host } = await post(
      selector,
      {
        headers: { accept: 'application/json', 'content-type': 'application/json', authorization },
        body: JSON.stringify(fields),
      },
      { gatewayUrl, endsAt },
      limits
    );
    const reply = parseReply(answer, host, (words) => redact(words, [email, apiKey, ...secrets]));

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
      const { reply, host } = await call(isTest ? 'sms/testsend' : 'sms/send', sms, {
        endsAt,
        secrets: [sms.text],
      });
      const { id, deliveryStatus } = parseMessage(reply);

      return { host, id, deliveryStatus };
    },
  };
};

export type Client = ReturnType<typeof createClient>;
