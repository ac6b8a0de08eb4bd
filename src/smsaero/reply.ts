import { type FailureKind, SendFailure } from './failure.js';

/** An HTTP answer, read whole. */
export type Answer = { status: number; body: string };

/** SMSAero's envelope. `message` is mostly a text, but may be a list or an object. */
type Envelope = { success: boolean; data: unknown; message: unknown };

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** SMSAero sends numbers as strings now and then. */
export const toInteger = (value: unknown): number | undefined =>
  /^\d{1,3}$/.test(typeof value === 'string' || typeof value === 'number' ? String(value) : '')
    ? Number(value)
    : undefined;

/** The id of a message: up to 19 digits, or a number that JSON did not round. */
export const toId = (value: unknown): string | undefined => {
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) {
    return value;
  }

  return Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : undefined;
};

const parseEnvelope = (body: string): Envelope | undefined => {
  try {
    const value: unknown = JSON.parse(body);

    return isRecord(value) && typeof value.success === 'boolean'
      ? { success: value.success, data: value.data, message: value.message }
      : undefined;
  } catch {}
};

/** The kinds that the HTTP status alone decides, whatever the body says. */
const kindByStatus: Partial<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'funds',
  429: 'rate-limit',
};

/** What makes the answer none of SMSAero's own, if anything does. */
const findFlaw = (status: number, envelope: Envelope | undefined) => {
  if (status >= 500) {
    return 'a server error';
  }

  if (status >= 300 && status < 400) {
    return 'a redirect';
  }

  return envelope ? undefined : 'no reply in JSON';
};

/** Whether SMSAero itself gave the answer, rather than whatever stands before it. */
export const isOwnAnswer = ({ status, body }: Answer): boolean =>
  status in kindByStatus || findFlaw(status, parseEnvelope(body)) === undefined;

/**
 * All words in one string, `field: code` for a validation error. SMSAero's PHP SDK says that `message` may
 * be an array or an object; either may be nested deeper than a stack.
 */
const toWords = (value: unknown, depth = 0): string => {
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value);
  }

  if (typeof value !== 'object' || value === null || depth > 3) {
    return '';
  }

  return Object.entries(value)
    .map(([key, item]) => [key, toWords(item, depth + 1)] as const)
    .filter(([, words]) => words)
    .map(([key, words]) => (Array.isArray(value) ? words : `${key}: ${words}`))
    .join(', ');
};

const fundsWords =
  /not enough (?:money|funds|credits)|no credits|insufficient (?:funds|balance)|недостаточно (?:средств|денег)/i;

/** A refusal's kind: by the fields found invalid, or else by what its words say. */
const toRefusalKind = (status: number, data: unknown, words: string): FailureKind => {
  // A list: one field may well be echoed as it is.
  if (isRecord(data) && Array.isArray(data.sign)) {
    return 'sender';
  }

  if (isRecord(data) && Array.isArray(data.number)) {
    return 'number';
  }

  if (/invalid ip/i.test(words)) {
    return 'ip-address';
  }

  if (fundsWords.test(words)) {
    return 'funds';
  }

  return status === 403 ? 'account' : 'refused';
};

export type ParsedReply = {
  data: unknown;
  /** Makes a failure of this reply. */
  toFailure: (
    kind: FailureKind,
    details?: { reason?: string; deliveryStatus?: number }
  ) => SendFailure;
};

/**
 * The data of a reply with which SMSAero grants a request: a 2xx with `success: true`. It may refuse one
 * with a 200, too.
 *
 * @param host Where the answer came from.
 * @param redact Makes SMSAero's words fit to be shown; only what it returns enters a failure.
 * @throws SendFailure in every other case.
 */
export const parseReply = (
  { status, body }: Answer,
  host: string,
  redact: (words: string) => string
): ParsedReply => {
  const envelope = parseEnvelope(body);
  const words = [
    toWords(envelope?.message),
    envelope?.success === false ? toWords(envelope.data) : '',
  ]
    .filter(Boolean)
    .join(' ');
  const toFailure: ParsedReply['toFailure'] = (kind, details) =>
    new SendFailure(kind, { host, status, ...details, vendorMessage: redact(words) || undefined });
  const kind = kindByStatus[status];

  if (kind) {
    throw toFailure(kind);
  }

  const flaw = findFlaw(status, envelope);

  if (!envelope || flaw) {
    throw toFailure('bad-reply', { reason: `HTTP ${status}, ${flaw}` });
  }

  if (!envelope.success) {
    throw toFailure(toRefusalKind(status, envelope.data, words));
  }

  if (status < 200 || status >= 400) {
    throw toFailure('bad-reply', { reason: `HTTP ${status}, yet a success` });
  }

  return { data: envelope.data, toFailure };
};

/** SMSAero's delivery statuses that decide something; all others mean that it is on its way. */
export const deliveryStatuses = { delivered: 1, notDelivered: 2, rejected: 6, held: 8 };

/** The one message in a reply's data: an object, an array of one, or nothing at all. */
const toMessage = (data: unknown): Record<string, unknown> | undefined => {
  const [message = {}, ...others] = [data ?? []].flat();

  return isRecord(message) && others.length === 0 ? message : undefined;
};

/**
 * The one message that a reply is about, whether it was just sent or looked up.
 *
 * @throws SendFailure `bad-reply` where the data are no message.
 */
export const parseMessage = ({ data, toFailure }: ParsedReply) => {
  const message = toMessage(data);

  if (!message) {
    throw toFailure('bad-reply', { reason: 'not a reply about one message' });
  }

  return { id: toId(message.id), deliveryStatus: toInteger(message.status), message };
};

/**
 * The message that was just accepted.
 *
 * @throws SendFailure `rejected` for a delivery status of 2 or 6, which some messages have at once.
 */
export const parseAccepted = (reply: ParsedReply) => {
  const parsed = parseMessage(reply);
  const { notDelivered, rejected } = deliveryStatuses;

  if (parsed.deliveryStatus === notDelivered || parsed.deliveryStatus === rejected) {
    throw reply.toFailure('rejected', { deliveryStatus: parsed.deliveryStatus });
  }

  return parsed;
};
