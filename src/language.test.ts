import { describe, expect, it } from 'vitest';

import { checkTag, pickText } from './language.js';

/** Texts that say which tag they are under. */
const toTexts = (tags: string[]) => ({
  ...Object.fromEntries(tags.map((tag) => [tag, tag])),
  default: 'default',
});

/** Picks a text, and checks that their order means nothing. */
const pickFrom = (tags: string[], preferences: Parameters<typeof pickText>[1]) => {
  const picked = pickText(toTexts(tags), preferences);

  expect(pickText(toTexts(tags.toReversed()), preferences)).toBe(picked);

  return picked;
};

describe('text for a language tag', () => {
  it.each([
    // Its very tag.
    ['ru', ['ru', 'en'], 'ru'],
    ['en-GB', ['en', 'en-GB', 'en-US'], 'en-GB'],
    ['pt', ['pt', 'pt-BR'], 'pt'],
    ['zh-Hant', ['zh', 'zh-TW', 'zh-Hant', 'zh-Hant-TW'], 'zh-Hant'],
    ['sr-Latn', ['sr', 'sr-Latn'], 'sr-Latn'],
    ['ru-x-private', ['ru', 'ru-x-private'], 'ru-x-private'],
    // Another tag in its script.
    ['zh-Hans-CN', ['zh-CN', 'zh-TW'], 'zh-CN'],
    ['zh-CN', ['zh', 'zh-TW', 'zh-HK'], 'zh'],
    ['zh-SG', ['zh', 'zh-TW', 'zh-HK'], 'zh'],
    ['zh-Hant', ['zh', 'zh-TW', 'zh-HK'], 'zh-TW'],
    ['zh-Hant-TW', ['zh', 'zh-TW', 'zh-HK'], 'zh-TW'],
    ['zh-Hant-HK', ['zh', 'zh-TW', 'zh-HK'], 'zh-HK'],
    ['zh-Hant-MO', ['zh-CN', 'zh-TW'], 'zh-TW'],
    ['zh-MO', ['zh-CN', 'zh-TW'], 'zh-TW'],
    ['zh-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
    ['sr-Latn-RS', ['sr', 'sr-Latn-BA'], 'sr-Latn-BA'],
    ['sr-ME', ['sr', 'sr-Latn'], 'sr-Latn'],
    ['uz-Cyrl', ['uz', 'uz-Cyrl-UZ'], 'uz-Cyrl-UZ'],
    // Another tag in its region.
    ['pt', ['pt-PT', 'pt-BR'], 'pt-BR'],
    ['pt-BR', ['pt', 'pt-PT'], 'pt'],
    ['en', ['en-GB', 'en-US'], 'en-US'],
    ['en-gb-oxendict', ['en', 'en-GB'], 'en-GB'],
    ['ru-RU', ['ru-KZ', 'ru'], 'ru'],
    ['zh-Latn-TW', ['zh-CN', 'zh-TW'], 'zh-TW'],
    // The shortest tag, and of several the first by letter.
    ['pt-PT', ['pt', 'pt-BR'], 'pt'],
    ['en-AU', ['en-x-plain', 'en-GB', 'en-US'], 'en-GB'],
    ['en-AU', ['en-BZ-x-plain', 'en-GB'], 'en-GB'],
    // The only one of its language.
    ['ru', ['ru-RU', 'en'], 'ru-RU'],
    ['ru-KZ', ['ru-RU', 'en'], 'ru-RU'],
    ['en-US', ['en-GB', 'ru'], 'en-GB'],
    ['sr', ['sr-Latn', 'hr'], 'sr-Latn'],
    ['zh-TW', ['zh-CN', 'ja'], 'zh-CN'],
    // Another code for its language.
    ['tl-PH', ['fil', 'en'], 'fil'],
    ['fil-PH', ['tl', 'en'], 'tl'],
    ['rus', ['ru', 'en'], 'ru'],
    ['ru', ['rus', 'en'], 'rus'],
    ['he', ['iw', 'en'], 'iw'],
    ['cmn-Hant', ['zh', 'zh-TW'], 'zh-TW'],
    ['sh', ['sr', 'sr-Latn'], 'sr-Latn'],
    // Two codes for it: the shorter.
    ['rus', ['rus', 'ru'], 'ru'],
    // In other letters, and as POSIX writes it.
    ['RU-ru', ['ru', 'en'], 'ru'],
    ['pt_br', ['pt', 'PT-BR'], 'PT-BR'],
    ['ru_RU.UTF-8', ['ru-RU', 'ru'], 'ru-RU'],
    ['ru_RU.KOI8-R', ['ru', 'en'], 'ru'],
    ['sr_RS@latin', ['sr', 'la'], 'sr'],
    ['ru;q=0.9', ['ru', 'en'], 'ru'],
    // Another language.
    ['de', ['en', 'ru'], 'default'],
    ['uk', ['ru', 'en'], 'default'],
    ['de_AT.ru', ['ru', 'en'], 'default'],
    ['hr', ['sr-Latn', 'en'], 'default'],
  ])('%s of %j is %s', (locale, tags, expected) => {
    expect(pickFrom(tags, { locale })).toBe(expected);
  });

  const odd = ['constructor', '__proto__', 'toString', 'und', 'und-RU', '', '-', '_', '!', 'en-'];

  it.each([...odd, 'undefined', 'UND', 'en-a', 'not a tag!', '*', '*-CH', 'default', 'рус'])(
    'is the default for what names no language: %j',
    (locale) => {
      expect(pickFrom(['en', 'ru'], { locale })).toBe('default');
    }
  );

  it('is not disturbed by tags that name no language', () => {
    expect(pickFrom([...odd, 'ru'], { locale: 'ru' })).toBe('ru');
    expect(pickFrom([...odd, 'ru'], { locale: 'en' })).toBe('default');
    expect(pickFrom(odd, { locale: 'und', uiLocales: 'und-RU constructor' })).toBe('default');
  });

  it('is the default where there is no other', () => {
    expect(pickText({ default: 'only' }, { locale: 'en' })).toBe('only');
  });
});

describe('text for several language tags', () => {
  const tags = ['ru', 'en-GB', 'en', 'zh'];

  it.each([
    // The first whose language has a text.
    [{ uiLocales: 'ru' }, 'ru'],
    [{ uiLocales: 'de fr-CA zh' }, 'zh'],
    [{ uiLocales: 'de-AT, ru' }, 'ru'],
    [{ uiLocales: 'de_AT en_gb' }, 'en-GB'],
    [{ uiLocales: 'en-US ru' }, 'en'],
    [{ uiLocales: 'zh-TW ru' }, 'zh'],
    [{ uiLocales: 'default ru' }, 'ru'],
    // `locale` after all of `uiLocales`.
    [{ uiLocales: 'zh ru', locale: 'ru' }, 'zh'],
    [{ uiLocales: 'de fr', locale: 'ru' }, 'ru'],
    [{ uiLocales: 'constructor und', locale: 'ru' }, 'ru'],
    // No text at all.
    [{ locale: 5, uiLocales: ['ru'] }, 'default'],
    [{}, 'default'],
    // A tag longer than any language's, and more tags than anybody reads.
    [{ uiLocales: `ru-x${'-abcd1234'.repeat(10)}-abcde en` }, 'ru'],
    [{ uiLocales: `ru-x${'-abcd1234'.repeat(10)}-abcdef en` }, 'en'],
    [{ uiLocales: `${'de '.repeat(19)}ru` }, 'ru'],
    [{ uiLocales: `${'de '.repeat(20)}ru` }, 'default'],
    [{ uiLocales: 'de '.repeat(1000), locale: 'ru' }, 'ru'],
  ])('%j → %s', (preferences, expected) => {
    expect(pickFrom(tags, preferences)).toBe(expected);
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
    ['Default', undefined],
    ['kz', undefined],
    ['ru_RU', undefined],
    ['', undefined],
  ])('of %j is %j', (tag, canonical) => {
    expect(checkTag(tag).canonical).toBe(canonical);
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
    expect(checkTag(tag).problem).toBe(
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
    expect(checkTag(tag).problem).toBe('write one such as "ru" or "zh-CN".');
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
    'und',
    'und-RU',
    'ru-x-private',
    // Languages as well, if not those of Armenia and Kyrgyzstan.
    'am',
    'kg',
  ])('there is none with %s', (tag) => {
    expect(checkTag(tag).problem).toBeUndefined();
  });

  it('there is none with any code of ISO 639-1', () => {
    expect(isoLanguages).toHaveLength(185);
    expect(isoLanguages.filter((code) => checkTag(code).problem)).toEqual([]);
  });

  it('never names a tag that is refused, too', () => {
    const problems = pairs.map((pair) => checkTag(pair).problem ?? '');
    const named = problems.flatMap(
      (problem) => /the tag for \S.* is "(.*)"/.exec(problem)?.[1] ?? []
    );

    expect(named).toHaveLength(161);
    expect(named.filter((tag) => checkTag(tag).problem)).toEqual([]);
    expect(problems.join(' ')).not.toContain('undefined');
  });
});
