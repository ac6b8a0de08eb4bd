import { type FailureKind } from './failure.js';

/** What an answer means. */
export type Reply = {
  /** Why SMSAero does not grant what was asked; unset where it does. */
  kind?: FailureKind;
  /** The same in our own words, where there is more to say. */
  reason?: string;
  /** The HTTP status. */
  status?: number;
  data?: unknown;
  /** SMSAero's words as they came: to be judged here, and masked before anybody sees them. */
  words: string;
  /** Whether SMSAero itself gave the answer, rather than whatever stands before it. */
  isOwn: boolean;
};

/** The delivery statuses that decide something; all others mean that a message is on its way. */
export const deliveryStatuses = { delivered: 1, notDelivered: 2, rejected: 6, held: 8 };

/** Whether a delivery status is final, and no delivery. */
export const isFailedDelivery = (deliveryStatus?: number): boolean =>
  deliveryStatus === deliveryStatuses.notDelivered || deliveryStatus === deliveryStatuses.rejected;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** SMSAero sends numbers as strings now and then. */
const isNumeral = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const toStatus = (value: unknown): number | undefined =>
  isNumeral(value) && /^\d{1,3}$/.test(String(value)) ? Number(value) : undefined;

/** The id of a message: up to 19 digits, or a number that JSON did not round. 0 is none. */
const toId = (value: unknown): string | undefined =>
  (typeof value === 'string' || Number.isSafeInteger(value)) &&
  /^[1-9]\d{0,18}$/.test(String(value))
    ? String(value)
    : undefined;

/** The value of a JSON text, and undefined for what is none, which no JSON text can be. */
const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {}
};

/** SMSAero's envelope, if a value is one. `message` is mostly a text, but may be a list or an object. */
const toEnvelope = (value: unknown): { success?: unknown; data?: unknown; message?: unknown } =>
  isRecord(value) && typeof value.success === 'boolean' ? value : {};

/** The kinds that the HTTP status alone decides, whatever the body says. */
const kindByStatus: Partial<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'funds',
  429: 'rate-limit',
};

/** What applies first. */
const findFirst = <Value>(table: Array<[applies: boolean, value: Value]>) =>
  table.find(([applies]) => applies)?.[1];

/** What makes the answer none of SMSAero's own, if anything does. */
const findFlaw = (status: number, value: unknown, success: unknown) =>
  findFirst([
    [status >= 500, 'a server error'],
    [status >= 300 && status < 400, 'a redirect'],
    [value === undefined, 'no reply in JSON'],
    [success === undefined, 'JSON without a "success" that is true or false'],
  ]);

/**
 * All words in one string, `field: code` for a validation error. SMSAero's PHP SDK says that `message` may
 * be an array or an object; either may be nested deeper than a stack.
 */
const toWords = (value: unknown, depth = 0): string => {
  if (isNumeral(value)) {
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
const toRefusalKind = (status: number, places: unknown[], words: string): FailureKind => {
  // A list: one field may well be echoed as it is.
  const isInvalid = (field: string) =>
    places.some((errors) => isRecord(errors) && Array.isArray(errors[field]));

  const kind = findFirst<FailureKind>([
    [isInvalid('sign'), 'sender'],
    [isInvalid('number'), 'number'],
    [/invalid ip/i.test(words), 'ip-address'],
    [fundsWords.test(words), 'funds'],
    [status === 403, 'account'],
  ]);

  return kind ?? 'refused';
};

/**
 * Reads an answer. SMSAero grants a request with a 2xx and `success: true`; it may refuse one with a 200, too
 * (reported, and guarded against by nearly every client).
 */
export const parseReply = ({ status, body }: { status: number; body: string }): Reply => {
  const value = parseJson(body);
  const { success, data, message } = toEnvelope(value);
  const words = [toWords(message), success === false && toWords(data)].filter(Boolean).join(' ');
  const kind = kindByStatus[status];
  const flaw = findFlaw(status, value, success);
  const reply = { status, data, words, isOwn: Boolean(kind) || !flaw };

  if (kind) {
    return { ...reply, kind };
  }

  if (flaw) {
    return { ...reply, kind: 'bad-reply', reason: `HTTP ${status}, ${flaw}` };
  }

  if (success === false) {
    return { ...reply, kind: toRefusalKind(status, [data, message], words) };
  }

  return status < 200 || status >= 400
    ? { ...reply, kind: 'bad-reply', reason: `HTTP ${status}, yet a success` }
    : reply;
};

/** What a reply's data tell of a message. */
export type MessageState = {
  id?: string;
  deliveryStatus?: number;
  /** The id of the SMS that SMSAero sent instead of a Telegram message. */
  idSms?: string;
};

/** The fields of the one message in a reply's data: an object, an array of one, or nothing at all. */
const toFields = (data: unknown): Record<string, unknown> | undefined => {
  const [fields = {}, ...others] = [data ?? []].flat();

  return isRecord(fields) && others.length === 0 ? fields : undefined;
};

/** Whether a reply's data name a message in any form, as a refusal's should not. */
export const hasId = (data: unknown): boolean =>
  [data]
    .flat()
    .some((entry) => isRecord(entry) && [entry.id, entry.idSms].some((id) => id && id !== '0'));

/** Reads the one message that a reply is about, whether it was just sent or looked up. */
export const parseMessage = (data: unknown): MessageState => {
  const { id, status, idSms } = toFields(data) ?? {};

  return { id: toId(id), deliveryStatus: toStatus(status), idSms: toId(idSms) };
};

/**
 * Reads the message that was just taken, for SMSAero rejects some of them at once. One that Telegram did not
 * deliver is taken all the same if SMSAero has already sent its SMS.
 *
 * @param code The code that was meant for Telegram: a reply that names another one is bad.
 * @returns A `kind` where the message was not taken.
 */
export const parseAccepted = (
  data: unknown,
  code?: string
): MessageState & Pick<Reply, 'kind' | 'reason'> => {
  const fields = toFields(data);
  const message = parseMessage(data);
  const telegramCode = fields?.telegramCode ?? code;
  const isSmsOut = code !== undefined && message.idSms !== undefined;

  if (!fields) {
    return { kind: 'bad-reply', reason: 'not a reply about one message' };
  }

  if (isFailedDelivery(message.deliveryStatus) && !isSmsOut) {
    return { ...message, kind: 'rejected' };
  }

  return code !== undefined && !(isNumeral(telegramCode) && String(telegramCode) === code)
    ? { kind: 'bad-reply', reason: 'Telegram got another code' }
    : message;
};

/** The names in `sign/list` that are approved: status 1, and not those that wait or were refused. */
export const parseSenderNames = (data: unknown): string[] =>
  // An array, or an object that has `totalCount` among its numbered entries.
  Object.values(data ?? {})
    .filter((entry: unknown) => isRecord(entry))
    .filter(({ status }) => toStatus(status) === 1)
    .map(({ name }) => (typeof name === 'string' ? name : ''))
    .filter(Boolean);

/** Money on the account, in roubles. */
export const parseBalance = (data: unknown): number | undefined => {
  const balance = isRecord(data) ? data.balance : undefined;

  return isNumeral(balance) && /^-?\d+(?:\.\d+)?$/.test(String(balance))
    ? Number(balance)
    : undefined;
};
