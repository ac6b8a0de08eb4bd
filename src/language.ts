import { lookup } from 'bcp-47-match';

type Preferences = { locale?: unknown; uiLocales?: unknown };

const toRanges = (value: unknown) => (typeof value === 'string' ? value.split(/[\s,]/) : []);

/**
 * Picks the text in the reader's language, by the lookup of RFC 4647 (section 3.4).
 *
 * @param texts Language tag → text; the first one is the fallback.
 * @param preferences Logto's payload: the tags of `uiLocales` count first, in order, then `locale`.
 */
export const pickText = (
  texts: Record<string, string>,
  { locale, uiLocales }: Preferences
): string | undefined => {
  const tags = Object.keys(texts);
  // The longest tag first, for `lookup` takes the first one that matches: `en-GB` before `en`.
  const longestFirst = tags.slice().sort((one, other) => other.length - one.length);
  const tag = lookup(longestFirst, [...toRanges(uiLocales), ...toRanges(locale)]) ?? tags[0] ?? '';

  return texts[tag];
};
