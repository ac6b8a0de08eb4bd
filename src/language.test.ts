import { describe, expect, it } from 'vitest';

import { canonicalTag, findTagProblem, pickText } from './language.js';

const texts = {
  zh: 'zh',
  'sr-Latn': 'sr-Latn',
  'en-GB': 'en-GB',
  default: 'default',
  en: 'en',
  ru: 'ru',
  'zh-Hant': 'zh-Hant',
};

/** Picks from texts that say which tag they are under, and were stored in this order. */
const pickFrom = (tags: string[], locale: string) =>
  pickText(
    { ...Object.fromEntries(tags.map((tag) => [tag, tag])), default: 'default' },
    { locale }
  );

describe('language of a text', () => {
  it.each([
    [{ locale: 'ru' }, 'ru'],
    [{ locale: 'RU-ru' }, 'ru'],
    [{ locale: 'en-GB' }, 'en-GB'],
    [{ locale: 'en-gb-oxendict' }, 'en-GB'],
    [{ locale: 'en-US' }, 'en'],
    [{ locale: 'zh-Hant-TW' }, 'zh-Hant'],
    [{ locale: 'zh-CN' }, 'zh'],
    [{ locale: 'ru-x-private' }, 'ru'],
    [{ uiLocales: 'ru' }, 'ru'],
    [{ uiLocales: 'de fr-CA zh' }, 'zh'],
    [{ uiLocales: 'de-AT, ru' }, 'ru'],
    [{ uiLocales: 'zh ru', locale: 'ru' }, 'zh'],
    [{ uiLocales: 'de fr', locale: 'ru' }, 'ru'],
    // A lookup never widens a tag, so `sr` does not find `sr-Latn`.
    [{ locale: 'sr' }, 'default'],
    [{ locale: 'de' }, 'default'],
    [{ locale: '*' }, 'default'],
    [{ locale: '*-CH' }, 'default'],
    [{ locale: '' }, 'default'],
    [{ locale: 'not a tag!' }, 'default'],
    [{ locale: '-', uiLocales: '---' }, 'default'],
    [{ locale: 5, uiLocales: ['ru'] }, 'default'],
    [{}, 'default'],
    // `default` is no tag.
    [{ uiLocales: 'default ru' }, 'ru'],
    [{ uiLocales: 'default-x ru' }, 'ru'],
    [{ locale: 'toString' }, 'default'],
    // Longer than any language's tag, and more of them than anybody reads.
    [{ uiLocales: `ru-x-${'a'.repeat(95)} en` }, 'ru'],
    [{ uiLocales: `ru-x-${'a'.repeat(96)} en` }, 'en'],
    [{ uiLocales: `${'de '.repeat(19)}ru` }, 'ru'],
    [{ uiLocales: `${'de '.repeat(20)}ru` }, 'default'],
    // As POSIX writes them.
    [{ locale: 'ru_RU' }, 'ru'],
    [{ locale: 'ru_RU.UTF-8' }, 'ru'],
    [{ locale: 'zh_Hant_TW' }, 'zh-Hant'],
    [{ uiLocales: 'de_AT en_gb' }, 'en-GB'],
    // Other tags of the same languages.
    [{ locale: 'rus' }, 'ru'],
    [{ locale: 'RUS-RU' }, 'ru'],
    [{ locale: 'eng_GB' }, 'en-GB'],
    [{ locale: 'cmn-Hant' }, 'zh-Hant'],
    [{ locale: 'sh' }, 'sr-Latn'],
    [{ uiLocales: 'deu rus en' }, 'ru'],
  ])('%j → %s', (preferences, expected) => {
    expect(pickText(texts, preferences)).toBe(expected);
  });

  it.each([
    ['rus', 'ru'],
    ['rus', 'ru-RU'],
    ['kaz', 'kk_KZ'],
    ['tl', 'tl'],
    ['tl', 'fil-PH'],
    ['fil', 'tl'],
    ['iw', 'he'],
    ['PT-br', 'pt-BR'],
    ['zh-hant', 'zh-Hant'],
    // Not well-formed, yet the reader has the very same.
    ['english', 'English'],
  ])('a text for %s is found by %s', (tag, locale) => {
    expect(pickFrom([tag], locale)).toBe(tag);
  });

  it.each([
    // Their canonical tags are of other languages, or put a subtag elsewhere.
    ['zh', 'zh-hakka'],
    ['no', 'no-bok'],
    ['sh', 'sh-Cyrl'],
    ['en-scouse', 'en-scouse-fonipa'],
    // Hardly a tag, so it has no canonical one.
    ['zh', 'zh-cmn-Hans'],
    ['en', 'en-a-b-!'],
  ])('a text for %s is found by %s, which has another canonical tag or none', (tag, locale) => {
    expect(pickFrom([tag], locale)).toBe(tag);
  });

  it('is that of the very tag where two are of one language', () => {
    expect(pickFrom(['rus', 'ru'], 'rus')).toBe('rus');
    expect(pickFrom(['rus', 'ru'], 'ru')).toBe('ru');
  });

  it('is that of the longer tag where both are found, whatever their canonical tags are', () => {
    expect(pickFrom(['zh', 'zh-hakka'], 'zh-hakka-TW')).toBe('zh-hakka');
    expect(pickFrom(['en', 'en-GB'], 'en-GB')).toBe('en-GB');
  });

  it('is the same in whatever order two tags of one language are stored', () => {
    expect([pickFrom(['pt-br', 'pt-BR'], 'pt-BR'), pickFrom(['pt-BR', 'pt-br'], 'pt-BR')]).toEqual([
      'pt-BR',
      'pt-BR',
    ]);
    expect([
      pickFrom(['por-br', 'por-BR'], 'pt-BR'),
      pickFrom(['por-BR', 'por-br'], 'pt-BR'),
    ]).toEqual(['por-BR', 'por-BR']);
  });

  it('is not disturbed by tags that are none', () => {
    const tags = ['', '-', '_', '!', 'en-a', '__proto__', 'ru'];

    expect(pickFrom(tags, 'ru')).toBe('ru');
    expect(pickFrom(tags, 'toString')).toBe('default');
    // A lookup leaves out what ends in a single character.
    expect(pickFrom(tags, 'en-a-b')).toBe('default');
  });

  it('is the default where there is no other', () => {
    expect(pickText({ default: 'only' }, { locale: 'en' })).toBe('only');
  });
});

describe('canonical tag', () => {
  it.each([
    ['ru', 'ru'],
    ['rus', 'ru'],
    ['RU', 'ru'],
    ['eng-gb', 'en-GB'],
    ['pt-br', 'pt-BR'],
    ['tl', 'fil'],
    ['zh-hant-hk', 'zh-Hant-HK'],
    ['zh', 'zh'],
    ['Default', 'default'],
    ['ru_RU', 'ru_ru'],
    ['', ''],
  ])('of %j is %j', (tag, canonical) => {
    expect(canonicalTag(tag)).toBe(canonical);
  });
});

/** The codes of ISO 639-1: its 183, and `bh` and `sh`, which were withdrawn. */
const isoLanguages = [
  'aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs',
  'ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy',
  'ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv',
  'ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv',
  'mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os',
  'pa pi pl ps pt qu rm rn ro ru rw',
  'sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw',
  'ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu',
].flatMap((row) => row.split(' '));

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const pairs = letters.flatMap((one) => letters.map((other) => one + other));

describe('problem of a language tag', () => {
  it.each([
    ['kz', 'kk', 'Kazakh'],
    ['ua', 'uk', 'Ukrainian'],
    ['by', 'be', 'Belarusian'],
    ['cn', 'zh', 'Chinese'],
    ['jp', 'ja', 'Japanese'],
    ['cz', 'cs', 'Czech'],
    ['ge', 'ka', 'Georgian'],
    ['tj', 'tg', 'Tajik'],
    ['tm', 'tk', 'Turkmen'],
    ['us', 'en', 'English'],
    ['gb', 'en', 'English'],
    ['md', 'ro', 'Romanian'],
    ['UA', 'uk', 'Ukrainian'],
    ['Kz-KZ', 'kk', 'Kazakh'],
    ['cn-Hans', 'zh', 'Chinese'],
  ])('%s is a country: %s is meant', (tag, language, name) => {
    expect(findTagProblem(tag)).toBe(
      `that is a country's code, and the tag for ${name} is "${language}".`
    );
  });

  it.each([
    'english',
    'Default',
    'toString',
    '',
    '-',
    'r',
    'ru_RU',
    'ru-',
    'en-a',
    'ua-',
    'kz_KZ',
    'рус',
    // The sign for kelvin, whose small letter is k.
    '\u212Az',
    // Two letters that neither a language nor a country has.
    'xx',
    'xx-RU',
  ])('%j is none', (tag) => {
    expect(findTagProblem(tag)).toBe('write one such as "ru" or "zh-CN".');
  });

  it.each([
    'ru',
    'RU',
    'rus',
    'kaz',
    'tl',
    'fil',
    'uk-UA',
    'zh-Hant-HK',
    'sr-Latn',
    'en-UK',
    'ru-x-private',
    // Languages as well, if not those of Armenia and Kyrgyzstan.
    'am',
    'kg',
  ])('there is none with %s', (tag) => {
    expect(findTagProblem(tag)).toBeUndefined();
  });

  it('there is none with any code of ISO 639-1', () => {
    expect(isoLanguages).toHaveLength(185);
    expect(isoLanguages.filter((code) => findTagProblem(code))).toEqual([]);
  });

  it('never names a tag that is refused, too', () => {
    const problems = pairs.map((pair) => findTagProblem(pair) ?? '');
    const named = problems.flatMap(
      (problem) => /the tag for \S.* is "(.*)"/.exec(problem)?.[1] ?? []
    );

    expect(named).toHaveLength(161);
    expect(named.filter((tag) => findTagProblem(tag))).toEqual([]);
    expect(problems.join(' ')).not.toContain('undefined');
  });
});
