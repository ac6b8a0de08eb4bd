/** Language tag → text; `default` is for every reader whose language has none. */
export type Texts = { [languageTag: string]: string; default: string };

type Preferences = { locale?: unknown; uiLocales?: unknown };

const parseTag = (tag: string) => {
  try {
    return new Intl.Locale(tag);
  } catch {
    // The tag is malformed.
  }
};

/** The English name of a code, if it has one. */
const getName = (type: 'language' | 'region', code: string) =>
  new Intl.DisplayNames('en', { type, fallback: 'none' }).of(code);

/** Countries for which Unicode's likely language is Russian, but whoever writes the tag means another one. */
const meantLanguages: Record<string, string> = { by: 'be', kz: 'kk' };

/**
 * Checks a tag under which a text is stored.
 *
 * @returns For a good tag `canonical`, the spelling that all tags of one language have in common: `RUS` and `ru` give
 *   `ru`, `pt-br` gives `pt-BR`, `tl` gives `fil`. For a bad one `problem`, the end of a sentence: `The SignIn template
 *   has "kz" as a language tag; that is a country's code, and the tag for Kazakh is "kk".`
 */
export const checkTag = (tag: string): { canonical?: string; problem?: string } => {
  const canonical = parseTag(tag)?.toString();
  const [code = ''] = canonical?.split('-') ?? [];

  // A code of two letters is a language's if Unicode knows a script for it. Any code of three letters counts: ISO 639-3
  // has thousands, and Node knows few of them.
  if (code.length === 3 || parseTag(code)?.maximize().script) {
    return { canonical };
  }

  if (code.length !== 2 || !getName('region', code.toUpperCase())) {
    return { problem: 'write one such as "ru" or "zh-CN".' };
  }

  const language = meantLanguages[code] ?? new Intl.Locale(`und-${code}`).maximize().language;
  const name = getName('language', language);

  return { problem: `that is a country's code, and the tag for ${name} is "${language}".` };
};

/**
 * The language tags in a text. A tag ends where a character comes that no tag has, so `ru_RU.UTF-8` gives `ru-RU`.
 * Number and length are limited, because a visitor's app can send any: a tag of 14 kB would take 15 ms.
 */
const toTags = (value: unknown) =>
  typeof value === 'string'
    ? (value.replaceAll('_', '-').match(/(?<![^\s,])[\da-z-]+/gi) ?? [])
        .filter(({ length }) => length <= 100)
        .slice(0, 20)
    : [];

/** A tag's language, script and region; the likely ones where it doesn't name them. Empty for a malformed tag. */
const readTag = (tag: string) => {
  const locale = parseTag(tag);

  // The likely language of `und`, "undetermined", would be English.
  if (!locale || /^und\b/i.test(tag)) {
    return {};
  }

  const { language, script, region } = locale.maximize();

  return { tag: locale.toString(), language, script, region };
};

/**
 * Picks the text for a reader. The first of his tags decides whose language has a text. Of the texts in that
 * language he gets the one under this very tag, else one in its script, else one in its region, else the one under
 * the shortest tag. What a tag doesn't name is taken from Unicode's likely subtags: `zh-TW` is in traditional script.
 *
 * The order of the texts means nothing, because Logto's storage loses it.
 *
 * @param preferences Logto's payload: first the tags of `uiLocales` in order, then `locale`.
 */
export const pickText = (
  { default: fallback, ...texts }: Texts,
  { locale, uiLocales }: Preferences
): string => {
  const entries = Object.entries(texts)
    .map(([key, text]) => ({ key, text, ...readTag(key) }))
    .toSorted((one, other) => one.key.length - other.key.length || (one.key < other.key ? -1 : 1));

  for (const reader of [...toTags(uiLocales), ...toTags(locale)]) {
    const { tag, language, script, region } = readTag(reader);
    const options = entries.filter((one) => language && one.language === language);
    const best =
      options.find((one) => one.tag === tag) ??
      options.find((one) => one.script === script && one.region === region) ??
      options.find((one) => one.script === script) ??
      options.find((one) => one.region === region) ??
      options[0];

    if (best) {
      return best.text;
    }
  }

  return fallback;
};
