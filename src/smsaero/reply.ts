import { type FailureKind } from './failure.js';
import { findEntries, hasFields, isNumeral, namesMessage, parseJson, toWords } from './json.js';

/** What an answer means. */
export type Reply = {
  /** Why SMSAero does not grant what was asked; unset where it does. */
  kind?: FailureKind;
  /** Our own words for what was wrong, where the kind does not say it all. */
  reason?: string;
  /** Whether the answer names a message: by an id, or by the code that Telegram got. */
  hasId?: boolean;
  /** The HTTP status. */
  status?: number;
  data?: unknown;
  /** SMSAero's words as they came. They may repeat secrets, so only `redact` makes them fit to be shown. */
  words: string;
  /** Whether SMSAero itself gave the answer, rather than whatever stands before it. */
  isOwn: boolean;
};

/** The delivery statuses that matter; all others mean that a message is on its way. */
export const deliveryStatuses = { delivered: 1, notDelivered: 2, rejected: 6, held: 8 };

/** Whether a delivery status says that a message will not be delivered. */
export const isFailedDelivery = (deliveryStatus?: number): boolean =>
  deliveryStatus === deliveryStatuses.notDelivered || deliveryStatus === deliveryStatuses.rejected;

/** A status or a count: a number of up to three digits. */
const toNumber = (value: unknown): number | undefined =>
  isNumeral(value) && /^\d{1,3}$/.test(String(value)) ? Number(value) : undefined;

/** A message's id: up to 19 digits, not 0. A number that JSON has rounded would be another message's. */
const toId = (value: unknown): string | undefined =>
  (typeof value === 'string' || Number.isSafeInteger(value)) &&
  /^[1-9]\d{0,18}$/.test(String(value))
    ? String(value)
    : undefined;

/** SMSAero's envelope, or an object without fields where a value is none. */
const toEnvelope = (value: unknown): Record<string, unknown> =>
  hasFields(value) && typeof value.success === 'boolean' ? value : {};

/** The value of the first row that applies. */
const findFirst = <Value>(table: Array<[applies: boolean, value: Value]>) =>
  table.find(([applies]) => applies)?.[1];

/** Why an answer can't be SMSAero's own; undefined if it can. */
const findFlaw = (status: number, value: unknown, success: unknown) =>
  findFirst([
    [status >= 500, 'a server error'],
    [status >= 300 && status < 400, 'a redirect'],
    [value === undefined, 'no reply in JSON'],
    [success === undefined, 'JSON without a "success" that is true or false'],
  ]);

const fundsWords =
  /not enough (?:money|funds|credits)|no credits|insufficient (?:funds|balance)|недостаточно (?:средств|денег)/i;

/**
 * Reads an answer. SMSAero grants a request with a 2xx and `success: true`. It may refuse one with a 200, too:
 * users have reported it, and nearly every client guards against it. `result` and `reason` are fields of its first
 * API, for which its SDKs still look in every answer.
 */
export const parseReply = ({ status, body }: { status: number; body: string }): Reply => {
  const value = parseJson(body);
  const { success, data, message, result, reason } = toEnvelope(value);
  const isRefused = success === false;
  const words = [message, isRefused && data, reason]
    .map((part) => toWords(part))
    .filter(Boolean)
    .join(' ');
  const flaw = findFlaw(status, value, success);
  // Only a list of errors counts: SMSAero may repeat a field's value under the same name.
  const isInvalid = (field: string) =>
    [data, message].some((errors) => hasFields(errors) && Array.isArray(errors[field]));
  const kind = findFirst<FailureKind>([
    [status === 401, 'credentials'],
    [status === 402, 'funds'],
    [status === 429, 'rate-limit'],
    [flaw !== undefined, 'bad-reply'],
    [result === 'no credits', 'funds'],
    [isRefused && isInvalid('sign'), 'sender'],
    [isRefused && isInvalid('number'), 'number'],
    [isRefused && /invalid ip/i.test(words), 'ip-address'],
    [isRefused && fundsWords.test(words), 'funds'],
    [isRefused && status === 403, 'account'],
    [isRefused, 'refused'],
    [result === 'reject', 'rejected'],
    [status < 200 || status >= 400, 'bad-reply'],
  ]);

  return {
    kind,
    reason: kind === 'bad-reply' ? `HTTP ${status}, ${flaw ?? 'yet a success'}` : undefined,
    hasId: namesMessage(value),
    status,
    data,
    words,
    isOwn: kind !== 'bad-reply' || flaw === undefined,
  };
};

/** What a reply's data tell of a message. */
export type MessageState = {
  id?: string;
  deliveryStatus?: number;
  /** The id of the SMS that SMSAero sent instead of a Telegram message. */
  idSms?: string;
};

/** The fields of the one message in a reply's data; none where there are no data, undefined if it is not one. */
const toFields = (data: unknown): Record<string, unknown> | undefined => {
  const [fields = {}, ...others] = findEntries(data ?? []);

  return hasFields(fields) && !Array.isArray(fields) && others.length === 0 ? fields : undefined;
};

/** Reads the message that a reply is about, whether it was just sent or looked up. */
export const parseMessage = (data: unknown): MessageState => {
  const { id, status, idSms } = toFields(data) ?? {};

  return { id: toId(id), deliveryStatus: toNumber(status), idSms: toId(idSms) };
};

/** What came of a message that was sent; a `kind` if it was not accepted. */
export type Acceptance = MessageState & Pick<Reply, 'kind' | 'reason'>;

/**
 * Reads the message in a reply that grants it, because SMSAero rejects some of them at once. One that Telegram did
 * not deliver counts as accepted if SMSAero has already sent an SMS in its place.
 *
 * @param code The code that was meant for Telegram. A reply that names another code is a `bad-reply`.
 */
export const parseAccepted = (data: unknown, code?: string): Acceptance => {
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

/** The name in an entry of `sign/list`, if it is approved: it has the status 1, or no status at all. */
const toApprovedName = (entry: unknown) => {
  const { name, sign, status = 1 } = hasFields(entry) ? entry : { name: entry };
  const approved = toNumber(status) === 1 ? (name ?? sign) : undefined;

  return typeof approved === 'string' ? approved.trim() : '';
};

/**
 * Reads the approved sender names in `sign/list`. Clients have also seen its entries as plain strings and with their
 * names under `sign`.
 *
 * @returns `isEmpty` only for a whole list without any entry: further pages may have some, and so may other shapes.
 */
export const parseSenderNames = (data: unknown): { names: string[]; isEmpty: boolean } => {
  if (!hasFields(data)) {
    return { names: [], isEmpty: false };
  }

  const entries = findEntries(data);
  const { totalCount = 0, links } = data;
  const isWhole = toNumber(totalCount) === 0 && !(hasFields(links) && links.next);

  return {
    names: entries.map((entry) => toApprovedName(entry)).filter(Boolean),
    isEmpty: entries.length === 0 && isWhole,
  };
};

/** Money on the account, in roubles. */
export const parseBalance = (data: unknown): number | undefined => {
  const balance = hasFields(data) ? data.balance : undefined;

  return isNumeral(balance) && /^-?\d+(?:\.\d+)?$/.test(String(balance))
    ? Number(balance)
    : undefined;
};
