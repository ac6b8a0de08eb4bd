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

/** Filled on first use: it would cost an import of the connector 9 ms, and each tag of a config 40 µs. */
const displayNames = new Map<string, Intl.DisplayNames>();

/** The English name of a code, if it has one. */
const getName = (type: 'language' | 'region', code: string) => {
  const names = displayNames.get(type) ?? new Intl.DisplayNames('en', { type, fallback: 'none' });

  displayNames.set(type, names);

  return names.of(code);
};

/** Countries for which Unicode's likely language is Russian, but whoever writes the tag means another one. */
const meantLanguages: Record<string, string> = { by: 'be', kz: 'kk' };

const findTagProblem = (tag: string, isWellFormed: boolean) => {
  const [code = ''] = tag.toLowerCase().split('-');
  const hasCode = isWellFormed && /^[a-z]{2,3}$/.test(code);

  // Any code of three letters counts as a language: ISO 639-3 has thousands, and Node names few of them.
  if (hasCode && (code.length > 2 || getName('language', code))) {
    return;
  }

  if (!hasCode || !getName('region', code.toUpperCase())) {
    return 'write one such as "ru" or "zh-CN".';
  }

  const language = meantLanguages[code] ?? new Intl.Locale(`und-${code}`).maximize().language;

  return `that is a country's code, and the tag for ${getName('language', language)} is "${language}".`;
};

/**
 * Checks a tag under which a text is stored.
 *
 * @returns `canonical` is the spelling that all tags of one language have in common: `RUS` and `ru` give `ru`, `pt-br`
 *   gives `pt-BR`, `tl` gives `fil`. `problem` says what is wrong, as the end of a sentence: `The SignIn template has
 *   "kz" as a language tag; that is a country's code, and the tag for Kazakh is "kk".`
 */
export const checkTag = (tag: string): { canonical?: string; problem?: string } => {
  const canonical = parseTag(tag)?.toString();

  return { canonical, problem: findTagProblem(tag, canonical !== undefined) };
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

/** The items that match, or all of them where none does. */
const prefer = <Item>(items: Item[], isBetter: (item: Item) => boolean) => {
  const better = items.filter((item) => isBetter(item));

  return better.length > 0 ? better : items;
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

  for (const reader of [...toTags(uiLocales), ...toTags(locale)].map((tag) => readTag(tag))) {
    const inLanguage = entries.filter(({ language }) => language && language === reader.language);
    const inScript = prefer(inLanguage, ({ script }) => script === reader.script);
    const inRegion = prefer(inScript, ({ region }) => region === reader.region);
    const [best] = prefer(inRegion, ({ tag }) => tag === reader.tag);

    if (best) {
      return best.text;
    }
  }

  return fallback;
};
