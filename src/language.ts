import { lookup } from 'bcp-47-match';

/** Language tag → text; `default` is for every reader whose language has none. */
export type Texts = { [languageTag: string]: string; default: string };

type Preferences = { locale?: unknown; uiLocales?: unknown };

const canonicalize = (tag: string) => {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    // It is not well-formed.
  }
};

/**
 * The spelling that all tags of one language have in common: `RUS` and `ru` give `ru`, `pt-br` gives `pt-BR`,
 * `tl` gives `fil`. A tag that is not well-formed comes back in lower case.
 */
export const canonicalTag = (tag: string): string => canonicalize(tag) ?? tag.toLowerCase();

/** The English name of a code, if it has one. Made anew each time: the first costs a start-up some 9 ms. */
const getName = (type: 'language' | 'region', code: string) =>
  new Intl.DisplayNames('en', { type, fallback: 'none' }).of(code);

/** Where Unicode's likely language, Russian in both, is not the one that is meant. */
const meantLanguages: Record<string, string> = { by: 'be', kz: 'kk' };

/**
 * What is wrong with a language tag, as the end of a sentence: `The SignIn template has "kz" as a language
 * tag; that is a country's code, and the tag for Kazakh is "kk".`
 *
 * Codes of three letters count as languages without a look: ISO 639-3 has thousands, and Node names few.
 */
export const findTagProblem = (tag: string): string | undefined => {
  const [code = ''] = tag.toLowerCase().split('-');
  const isWellFormed = /^[a-z]{2,3}$/.test(code) && canonicalize(tag) !== undefined;

  if (isWellFormed && (code.length > 2 || getName('language', code))) {
    return;
  }

  if (!isWellFormed || !getName('region', code.toUpperCase())) {
    return 'write one such as "ru" or "zh-CN".';
  }

  const language = meantLanguages[code] ?? new Intl.Locale(`und-${code}`).maximize().language;

  return `that is a country's code, and the tag for ${getName('language', language)} is "${language}".`;
};

/** The tags in a text, of which a visitor's app may send any number: 16 kB of them cost each message 100 ms. */
const toRanges = (value: unknown) =>
  typeof value === 'string'
    ? (value.replaceAll('_', '-').match(/[^\s*,]+/g) ?? [])
        .filter(({ length }) => length <= 100)
        .slice(0, 20)
    : [];

/**
 * Picks the text in the reader's language by RFC 4647 lookup (section 3.4): `ru-RU` finds `ru`, but not the
 * other way round. Tags of one language are the same: `rus` and `ru_RU` find `ru`, too. The order of the
 * texts means nothing, because Logto's storage loses it.
 *
 * @param preferences Logto's payload: first the tags of `uiLocales` in order, then `locale`.
 */
export const pickText = (
  { default: fallback, ...texts }: Texts,
  { locale, uiLocales }: Preferences
): string => {
  // Sorted, so that of two keys for one language the same one wins in whatever order they were stored.
  const entries = Object.entries(texts).toSorted(([one], [other]) => (one < other ? 1 : -1));
  // As written, too, on both sides: the canonical tag may be of another language, as `zh-hakka` is `hak`.
  const byTag = new Map([
    ...entries.map(([tag, text]) => [canonicalTag(tag), text] as const),
    ...entries,
  ]);
  const ranges = [...toRanges(uiLocales), ...toRanges(locale)].flatMap((range) => [
    range,
    canonicalTag(range),
  ]);
  // The longest tag first, because `lookup` takes the first one that matches: `en-GB` before `en`.
  const longestFirst = Array.from(byTag.keys()).toSorted((one, other) => other.length - one.length);
  const tag = lookup(longestFirst, ranges);

  return (tag && byTag.get(tag)) ?? fallback;
};
