const mask = '***';
const maxLength = 200;

/** Five or more digits, however they are grouped: phone numbers and codes. */
const digitRuns = /\d(?:[^\p{L}\d]{0,3}\d){4,}/gu;

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

/** One line of what is printable, in which one character looks one way. */
const toLine = (words: string) =>
  decode(words)
    .replaceAll(/\p{Cf}/gu, '')
    // To bring many marks on one character into their order takes seconds.
    .replaceAll(/(\p{M}{8})\p{M}+/gu, '$1')
    .normalize('NFKC')
    // Digits of other scripts could spell a number or a code.
    .replaceAll(/(?!\d)[\p{Nd}\p{No}]/gu, '*')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();

/** A character in any letter case. May be longer than the character is: `ẞ` and `ß` become `ss`. */
const fold = (character: string) => character.toLowerCase().toUpperCase().toLowerCase();

const foldAll = (text: string) => Array.from(text, fold).join('');

/** Stands for a unit of a secret. A line has none of its own. */
const hidden = '\0';

/** Masks the folded secrets. No pattern is built from them, because one of a long text overflows. */
const maskSecrets = (line: string, secrets: string[]) => {
  const characters = [...line];
  const folded = characters.map((character) => fold(character));
  const marked = secrets.reduce(
    (text, secret) => text.replaceAll(secret, ({ length }) => hidden.repeat(length)),
    folded.join('')
  );
  // The character that each UTF-16 unit of the folded line comes from.
  const origins = folded.flatMap((units, index) =>
    Array.from({ length: units.length }, () => index)
  );
  const masked = new Set(origins.filter((_, unit) => marked[unit] === hidden));

  return characters
    .map((character, index) => (masked.has(index) ? mask : character))
    .filter((_, index) => !(masked.has(index) && masked.has(index - 1)))
    .join('');
};

const toRow = (text: string) =>
  foldAll(text)
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Whether a secret can be read from the letters and digits of a line alone, or from its digits. */
const canBeRead = (secret: string, row: string) => {
  // Of a phone number, all but its country code and area say enough.
  const part = /^\d{7,}$/.test(secret) ? secret.slice(-7) : secret;

  return (
    row.includes(toRow(secret)) || (/^\d+$/.test(part) && row.replaceAll(/\D/g, '').includes(part))
  );
};

/** Whether an id, which is of digits, may be shown: it neither holds a secret nor is part of one. */
export const isShowable = (id: string, secrets: string[]): boolean =>
  secrets.every((secret) => {
    const digits = secret.replaceAll(/\D/g, '');

    return !digits.includes(id) && !(digits && !/\p{L}/u.test(secret) && canBeRead(digits, id));
  });

/**
 * Makes SMSAero's words fit to be shown and logged: one line of at most 200 characters, in which nothing
 * is left of the secrets in any letter case, of five or more digits in a row, or of 24 or more characters
 * without white space. Words that spell a secret out all the same are not shown at all.
 */
export const redact = (words: string, secrets: string[]): string => {
  const folded = secrets
    .map((secret) => foldAll(toLine(secret)))
    .filter((secret) => toRow(secret))
    // A secret may be part of a longer one.
    .toSorted((one, other) => other.length - one.length);
  // Long runs come first, so that they are masked whole, and last, because a mask may join two shorter ones.
  const line = [longRuns, digitRuns, longRuns].reduce(
    (masked, pattern) => masked.replaceAll(pattern, mask),
    maskSecrets(toLine(words), folded)
  );
  const row = toRow(line);

  return folded.some((secret) => canBeRead(secret, row))
    ? ''
    : [...line].slice(0, maxLength).join('');
};
