import { ConnectorError, ConnectorErrorCodes } from '@logto/connector-kit';
import phrases from '@logto/phrases-experience';
import { lookup } from 'bcp-47-match';
import { describe, expect, it } from 'vitest';

import { allFailureKinds } from './failure.js';
import { toVisitorError, visitorSentences } from './visitor.js';

const { neutral, number } = visitorSentences;
const signInTags = Object.keys(phrases);
const marketTags = ['az', 'be', 'hy', 'ka', 'kk', 'ky', 'ru', 'tg', 'uk', 'uz'];

const toLanguage = (tag: string) => tag.split('-')[0] ?? '';
const tags = [
  ...new Set([...signInTags, ...signInTags.map((tag) => toLanguage(tag)), ...marketTags]),
];

const find = (texts: Record<string, string>, tag: string) =>
  lookup(
    Object.keys(texts).toSorted((one, other) => other.length - one.length),
    tag
  );

/** The scripts that a language's letters may be of; without an entry, Latin. */
const scripts: Record<string, RegExp> = {
  ar: /\p{Script=Arabic}/u,
  be: /\p{Script=Cyrillic}/u,
  fa: /\p{Script=Arabic}/u,
  hy: /\p{Script=Armenian}/u,
  ja: /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u,
  ka: /\p{Script=Georgian}/u,
  kk: /\p{Script=Cyrillic}/u,
  ko: /\p{Script=Hangul}/u,
  ky: /\p{Script=Cyrillic}/u,
  ru: /\p{Script=Cyrillic}/u,
  tg: /\p{Script=Cyrillic}/u,
  th: /\p{Script=Thai}/u,
  uk: /\p{Script=Cyrillic}/u,
  zh: /\p{Script=Han}/u,
};

/** What ends a sentence; without an entry, a full stop. */
const ends: Record<string, RegExp> = {
  hy: /։$/,
  ja: /。$/,
  // Thai ends its sentences with nothing.
  th: /\p{Script=Thai}$/u,
  zh: /。$/,
};

/** Letters that are easily taken from a neighbour. */
const foreignLetters = {
  ar: /[پچژکگی]/,
  az: /[wâî]/i,
  be: /[ищъїґ]/i,
  fa: /[ةكىي]/,
  kk: /[єїўҳҷӣӯ]/i,
  ky: /[іўғқұһә]/i,
  ru: /[єіїўґқңүө]/i,
  tg: /[щыьіңүұәө]/i,
  tr: /[qwxâîə]/i,
  uk: /[ъыэёў]/i,
  uz: /['`wʼ‘’]/i,
  zh: /[檢無發碼號請驗]/,
  'zh-HK': /[发号无检码请验]/,
  'zh-TW': /[发号无检码请验]/,
};

describe.each(Object.entries(visitorSentences))('sentence: %s', (_, texts) => {
  it.each(tags)('%s has a text', (tag) => {
    const language = toLanguage(tag);

    expect(toLanguage(find(texts, tag) ?? '')).toBe(language);
  });

  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['sv', undefined],
    ['es-MX', 'es'],
    ['fa-IR', 'fa'],
    ['pt-PT', 'pt'],
    ['pt-BR', 'pt-BR'],
    ['uk-UA', 'uk'],
    ['uz-UZ', 'uz'],
    ['zh-CN', 'zh'],
    ['zh-HK', 'zh-HK'],
    ['zh-TW', 'zh-TW'],
  ])('%s finds %s', (tag, expected) => {
    expect(find(texts, tag)).toBe(expected);
  });

  it.each(Object.entries(texts))('%s is one short text in its script', (tag, text) => {
    const language = toLanguage(tag);
    const script = scripts[language] ?? /\p{Script=Latin}/u;
    // Without modifier letters, which belong to no script: the ʻ of Uzbek, the ー of Japanese.
    const letters = text.match(/[\p{Lu}\p{Ll}\p{Lo}]/gu) ?? [];

    expect(letters.filter((letter) => !script.test(letter))).toEqual([]);
    expect(letters).not.toEqual([]);
    expect(text.length).toBeLessThanOrEqual(120);
    expect(text).toBe(text.trim().normalize());
    expect(text).not.toMatch(/[\n\r\u2028\u2029]|\s{2}/);
    expect(text).toMatch(ends[language] ?? /\.$/);
  });

  it.each(Object.entries(foreignLetters))('%s has no letter of a neighbour', (tag, letters) => {
    expect(texts).toHaveProperty(tag, expect.not.stringMatching(letters));
  });
});

describe('the two sentences', () => {
  it('are in the same languages', () => {
    expect(Object.keys(number)).toEqual(Object.keys(neutral));
  });

  it('have a text per language', () => {
    const texts = [neutral, number].flatMap(({ default: _, ...byTag }) => Object.values(byTag));

    expect([neutral.default, number.default]).toEqual([neutral.en, number.en]);
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });

  it('have no apostrophe of a typewriter', () => {
    expect(JSON.stringify(visitorSentences)).not.toContain("'");
  });
});

const { General, UsageLimitExceeded, RateLimitExceeded } = ConnectorErrorCodes;

describe('what a visitor reads', () => {
  const codes: Partial<Record<string, ConnectorErrorCodes>> = {
    funds: UsageLimitExceeded,
    'rate-limit': RateLimitExceeded,
  };

  it.each(allFailureKinds)('is one of the two sentences and nothing more: %s', (kind) => {
    // All that could be told of it.
    const failure = { kind, host: 'x', status: 400, vendorMessage: 'x', reason: 'x', balance: 0 };
    const error = toVisitorError(failure, {});

    expect(error).toBeInstanceOf(ConnectorError);
    expect(error.code).toBe(codes[kind] ?? General);
    expect(error.data).toEqual({
      errorDescription: kind === 'number' ? number.default : neutral.default,
    });
  });

  it.each([
    [{ locale: 'ru-RU' }, 'ru'],
    [{ locale: 'pt-BR' }, 'pt-BR'],
    [{ uiLocales: 'uk-UA ru', locale: 'ru' }, 'uk'],
    [{ uiLocales: 'en de' }, 'en'],
    [{ locale: 'sv' }, 'default'],
  ])('is, with %j, in %s', (payload, tag) => {
    expect(toVisitorError({ kind: 'number' }, payload).data).toEqual({
      errorDescription: number[tag],
    });
    expect(toVisitorError({ kind: 'bad-reply' }, payload).data).toEqual({
      errorDescription: neutral[tag],
    });
  });
});
