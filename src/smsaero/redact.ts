const mask = '***';

/** How much of SMSAero's words is looked at, and how much is shown, in UTF-16 units. */
const lengths = { read: 1000, shown: 200 };

/** Keys, hashes and whatever else is encoded. */
const longWords = /\S{24,}/gu;

/** Words with an escape, such as `%40`, `\u0040`, `&#64;` or `&commat;`: it may stand for any character. */
const escapedWords = /\S*(?:%[\da-f]{2}|\\|&#|&\w+;)\S*/giu;

const numericWords = /\S*\p{N}\S*/gu;

/** Cuts a text to a length, without the word in which the cut falls: half of one could not be judged. */
const cut = (text: string, length: number) =>
  text.length > length ? text.slice(0, length).replace(/(?<!\S)\S+$/u, '') : text;

/** One line of visible characters. NFKC, because one character may be written in several ways. */
const toLine = (words: string) =>
  // The second cut is for characters that NFKC makes many of: U+FDFA becomes 18.
  cut(cut(words, lengths.read).normalize('NFKC'), lengths.read)
    .replaceAll(/[\p{Cf}\p{DI}\p{M}]/gu, '')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();

/** A text's letters and digits in a row, in one letter case. */
const toRow = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]|\p{DI}/gu, '')
    // To lower case first: only then do `ẞ` and `ß` become the same letters.
    .toLowerCase()
    .toUpperCase();

/** What gives a secret away: the last seven digits of a phone number, and the first 100 letters of a long text. */
const toClue = (secret: string) =>
  toRow(secret)
    .replace(/^\d+(?=\d{7}$)/, '')
    .slice(0, 100);

/** Whether a secret can be read from the letters and digits of a text. */
const repeatsAny = (text: string, secrets: string[]) => {
  const row = toRow(text);

  return secrets.map((secret) => toClue(secret)).some((clue) => clue && row.includes(clue));
};

/** Whether an id, which is of digits, may be shown: it neither holds a secret nor is part of one. */
export const isShowable = (id: string, secrets: string[]): boolean => {
  // No id repeats a secret that has letters, and to look for one would cost each message 15 µs.
  const numbers = secrets.filter((secret) => !/\p{L}/u.test(secret));

  return (
    !repeatsAny(id, numbers) && !secrets.some((secret) => secret.replaceAll(/\D/g, '').includes(id))
  );
};

/**
 * Brings words to one line of at most 200 characters, which is empty if they repeat a secret. That is enough for
 * the account's own words, such as its sender names.
 */
export const toSafeLine = (words: string, secrets: string[]): string => {
  const line = toLine(words);

  return repeatsAny(line, secrets) ? '' : cut(line, lengths.shown).trim();
};

/**
 * Makes SMSAero's words fit to be shown and logged: a safe line, in which long words and those with an escape are
 * masked, and in a line of more than three digits all words with a digit.
 */
export const redact = (words: string, secrets: string[]): string => {
  const line = toSafeLine(words, secrets);
  const isNumeric = /(?:\p{N}\P{N}*){4}/u.test(line);
  const someMasked = line.replaceAll(longWords, mask).replaceAll(escapedWords, mask);
  const masked = isNumeric ? someMasked.replaceAll(numericWords, mask) : someMasked;

  // An escape may have stood inside a secret: without it, the rest repeats that. And masks may make a line longer.
  return repeatsAny(masked, secrets) ? '' : cut(masked, lengths.shown).trim();
};
