import { lookup } from 'bcp-47-match';

/** Language tag → text; `default` is for every reader whose language has none. */
export type Texts = { [languageTag: string]: string; default: string };

type Preferences = { locale?: unknown; uiLocales?: unknown };

const toRanges = (value: unknown) => (typeof value === 'string' ? value.split(/[\s,]+/) : []);

/**
 * Picks the text in the reader's language by RFC 4647 lookup (section 3.4): `ru-RU` finds `ru`, but not the
 * other way round. The order of the texts means nothing, because Logto's storage loses it.
 *
 * @param preferences Logto's payload: first the tags of `uiLocales` in order, then `locale`.
 */
export const pickText = (
  { default: fallback, ...texts }: Texts,
  { locale, uiLocales }: Preferences
): string => {
  // The longest tag first, because `lookup` takes the first one that matches: `en-GB` before `en`.
  const tags = Object.keys(texts).toSorted((one, other) => other.length - one.length);
  const tag = lookup(tags, [...toRanges(uiLocales), ...toRanges(locale)]);

  return (tag && texts[tag]) ?? fallback;
};
