const mask = '***';
const maxLength = 200;

/** Five or more digits, however they are grouped: phone numbers and codes. */
const digits = /\p{Nd}(?:[^\p{L}\p{N}]{0,3}\p{Nd}){4,}/gu;

/** Keys, hashes and whatever else is encoded. */
const longRuns = /\S{24,}/gu;

/** Decodes `%41`, `\u0041` and `&#65;`, each run by itself, so that a broken one does not shield the rest. */
const decode = (words: string) =>
  words
    .replaceAll(/(?:%[\da-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString()
    )
    .replaceAll(/\\u([\da-f]{4})/gi, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16))
    )
    .replaceAll(/&#(?:x([\da-f]{1,5})|(\d{1,6}));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal))
    );

const toLine = (words: string) =>
  decode(words)
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();

const toPattern = (secret: string) =>
  new RegExp(secret.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`), 'giu');

/**
 * Makes SMSAero's words fit to be shown and logged: one line of at most 200 characters, in which nothing
 * is left of the secrets in any letter case, of five or more digits in a row, or of 24 or more characters
 * without white space.
 */
export const redact = (words: string, secrets: string[]): string => {
  const patterns = secrets
    .map((secret) => toLine(secret))
    .filter(Boolean)
    // A secret may be part of a longer one.
    .toSorted((one, other) => other.length - one.length)
    .map((secret) => toPattern(secret));
  // Long runs come first, so that they are masked whole, and last, because a mask may join two shorter ones.
  const line = [...patterns, longRuns, digits, longRuns].reduce(
    (masked, pattern) => masked.replaceAll(pattern, mask),
    toLine(words)
  );

  return [...line].slice(0, maxLength).join('');
};
