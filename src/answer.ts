import { type FailureKind, SendFailure } from './failure.js';

/** An HTTP answer, read whole. */
export type Answer = { status: number; body: string };

/** What SMSAero said of a message that it accepted. */
export type Receipt = { id?: number; status?: number };

type Reply = { success: boolean; data: unknown; message: unknown };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** SMSAero's envelope; undefined when the body is anything else. */
const toReply = (body: string): Reply | undefined => {
  try {
    const reply: unknown = JSON.parse(body);

    return isRecord(reply) && typeof reply.success === 'boolean'
      ? { success: reply.success, data: reply.data, message: reply.message }
      : undefined;
  } catch {}
};

/**
 * All words of a reply in one string, `field: code` for a validation error. `message` may be a string,
 * an array or an object (SMSAero's PHP SDK says so), and either may be nested deeper than a stack.
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

const kindByStatus: Partial<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'funds',
  403: 'address',
  429: 'rate',
};

/** A refusal's kind, by the invalid fields and by what its words speak of. */
const toRefusalKind = (data: unknown, words: string): FailureKind => {
  if (isRecord(data) && 'number' in data) {
    return 'number';
  }

  if (isRecord(data) && 'sign' in data) {
    return 'sender';
  }

  if (/invalid ip|ip.?address/i.test(words)) {
    return 'address';
  }

  return /money|credit|balance|средств|баланс/i.test(words) ? 'funds' : 'refused';
};

/** Undelivered and rejected; both are final. The word beside it, `extendStatus`, is less certain. */
const failedStatuses = new Set<unknown>([2, 6]);

/** SMSAero sends numbers as strings now and then. */
const toInteger = (value: unknown, maximum: number) => {
  const isDigits = ['string', 'number'].includes(typeof value) && /^\d+$/.test(String(value));

  return isDigits && Number(value) <= maximum ? Number(value) : undefined;
};

/** The one message in a reply's `data`: an object, an array of one, or nothing at all. */
const toItem = (data: unknown): Record<string, unknown> | undefined => {
  const [item = {}, ...others] = [data ?? []].flat();

  return isRecord(item) && others.length === 0 ? item : undefined;
};

/** What makes the answer none of SMSAero's, if anything does. */
const findFlaw = (status: number, reply: Reply | undefined) => {
  if (status >= 500) {
    return 'a server error';
  }

  if (status >= 300 && status < 400) {
    return 'a redirect';
  }

  if (!reply) {
    return 'not a reply in JSON';
  }

  return reply.success && (status >= 400 || !toItem(reply.data))
    ? 'not a reply to one message'
    : undefined;
};

/**
 * Decides what an answer to `sms/send` means. A message is accepted only by a 2xx with `success: true`
 * and a delivery status other than 2 and 6; SMSAero may refuse with a 200, too.
 *
 * @param host Where the answer came from.
 * @param redact Makes SMSAero's words fit to be shown.
 * @throws SendFailure in every other case.
 */
export const judge = (
  { status, body }: Answer,
  host: string,
  redact: (words: string) => string
): Receipt => {
  const reply = toReply(body);
  const said = [toWords(reply?.message), reply?.success === false ? toWords(reply.data) : ''];
  const words = redact(said.filter(Boolean).join(' '));
  const fail = (kind: FailureKind, reason?: string) =>
    new SendFailure(kind, { host, status, reason, words });
  const kind = kindByStatus[status];

  if (kind) {
    throw fail(kind);
  }

  const flaw = findFlaw(status, reply);

  if (!reply || flaw) {
    throw fail('broken', `HTTP ${status}, ${flaw}`);
  }

  if (!reply.success) {
    throw fail(toRefusalKind(reply.data, words));
  }

  const item = toItem(reply.data);
  const deliveryStatus = toInteger(item?.status, 999);

  if (failedStatuses.has(deliveryStatus)) {
    throw fail('rejected', `status ${deliveryStatus}`);
  }

  return { id: toInteger(item?.id, Number.MAX_SAFE_INTEGER), status: deliveryStatus };
};
