// Finds things in SMSAero's JSON, the shape of which varies.

/** Whether a value is an object or an array; the fields of an array are its indexes. */
export const hasFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whether a value may be a number: SMSAero sends some of them as strings. */
export const isNumeral = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** Parses JSON. Returns undefined, which JSON can't express, for a text that is not JSON. */
export const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {}
};

/**
 * All words in one string, `field: code` for a validation error. SMSAero's PHP SDK says that `message` may
 * be an array or an object. The depth is limited, because deep nesting would overflow the stack.
 */
export const toWords = (value: unknown, depth = 0): string => {
  if (isNumeral(value)) {
    return String(value);
  }

  if (!hasFields(value) || depth > 3) {
    return '';
  }

  return Object.entries(value)
    .map(([field, item]) => ({ field, words: toWords(item, depth + 1) }))
    .filter(({ words }) => words)
    .map(({ field, words }) => (Array.isArray(value) ? words : `${field}: ${words}`))
    .join(', ');
};

/** The fields that name a message. */
const idFields = new Set(['id', 'idSms', 'telegramCode']);

/** Whether a value names a message at any depth. One that is too deep to be searched counts, because it may. */
export const namesMessage = (value: unknown, depth = 0): boolean =>
  hasFields(value) &&
  (depth > 9 ||
    Object.entries(value).some(
      ([field, item]) =>
        (idFields.has(field) && item && item !== '0') || namesMessage(item, depth + 1)
    ));

/**
 * Finds the entries in a reply's data. SMSAero sends one message as an object or as a list of one, and a list as an
 * array or as an object with numbered fields or `items`; a list may hold further ones. Data that are no list are one entry.
 */
export const findEntries = (data: unknown, depth = 0): unknown[] => {
  // What has an id or a status is an entry, whatever else it has.
  if (!hasFields(data) || data.id !== undefined || data.status !== undefined || depth > 9) {
    return [data];
  }

  const fields = Object.keys(data).filter((field) => /^(?:\d+|items)$/.test(field));
  const isList = fields.length > 0 || data.totalCount !== undefined || Array.isArray(data);

  return isList ? fields.flatMap((field) => findEntries(data[field], depth + 1)) : [data];
};
