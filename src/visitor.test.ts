import { ConnectorError, ConnectorErrorCodes } from '@logto/connector-kit';
import phrases from '@logto/phrases-experience';
import { describe, expect, it, vi } from 'vitest';

import { allFailureKinds } from './failure.js';
import { pickText } from './language.js';
import { toVisitorError, visitorSentences } from './visitor.js';

const { neutral, number } = visitorSentences;
const { default: neutralDefault, ...neutralByTag } = neutral;
const { default: numberDefault, ...numberByTag } = number;
const sentences = { neutral: neutralByTag, number: numberByTag };

const signInTags = Object.keys(phrases);
const marketTags = ['az', 'be', 'hy', 'ka', 'kk', 'ky', 'ro', 'ru', 'tg', 'tk', 'uk', 'uz'];

const toLanguage = (tag: string) => tag.split('-')[0] ?? '';
const readerTags = [
  ...new Set([...signInTags, ...signInTags.map((tag) => toLanguage(tag)), ...marketTags]),
];

/** The tag under which a reader finds a sentence. */
const find = (byTag: Record<string, string>, locale: string) =>
  pickText(
    { ...Object.fromEntries(Object.keys(byTag).map((tag) => [tag, tag])), default: 'default' },
    { locale }
  );

const simplified = /(?![檢無發碼號請驗])[\p{Script=Han}，。]/u;
const traditional = /(?![发号无检码请验])[\p{Script=Han}，。]/u;

/**
 * The letters of each language, and its punctuation apart from comma, hyphen and full stop. They are told one by one
 * where neighbours share a script, because a letter is easily taken from one of them.
 */
const alphabets: Record<string, RegExp> = {
  ar: /(?![پچژکگی])[\p{Script=Arabic}\p{M}]/u,
  az: /[a-vx-zçöüğışə]/i,
  be: /[абвгдежзйклмнопрстуфхцчшыьэюяёіў]/i,
  cs: /[a-záéíóúýčďěňřšťůž]/i,
  de: /[a-zßäöü]/i,
  en: /[a-z’]/i,
  es: /[a-záéíñóúü]/i,
  fa: /(?![ةكىي])[\p{Script=Arabic}\p{M}]/u,
  fr: /[a-zàâçèéêëîïôùûüÿœ’]/i,
  hy: /[\p{Script=Armenian}։]/u,
  it: /[a-zàèéìòù]/i,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー、。]/u,
  ka: /\p{Script=Georgian}/u,
  kk: /[абвгдежзийклмнопрстуфхцчшщъыьэюяёіғқңүұһәө]/i,
  ko: /\p{Script=Hangul}/u,
  ky: /[абвгдежзийклмнопрстуфхцчшщъыьэюяёңүө]/i,
  pl: /[a-pr-uwyzóąćęłńśźż]/i,
  pt: /[a-zàáâãçéêíóôõú]/i,
  ro: /[a-zâîășț]/i,
  ru: /[а-яё]/i,
  tg: /[абвгдежзийклмнопрстуфхчшъэюяёғқҳҷӣӯ]/i,
  th: /\p{Script=Thai}/u,
  tk: /[abd-pr-uwyzäçöüýňşž]/i,
  tr: /[a-pr-vyzçöüğış]/i,
  uk: /[абвгдежзийклмнопрстуфхцчшщьюяєіїґ’]/i,
  // The letter ʻ, and none of the apostrophes that look like it.
  uz: /[a-vx-zʻ]/i,
  zh: simplified,
  'zh-HK': traditional,
  'zh-TW': traditional,
};

/** What ends a sentence; without an entry, a full stop. */
const ends: Record<string, RegExp> = {
  hy: /։$/,
  ja: /。$/,
  // Thai ends its sentences with nothing.
  th: /\p{Script=Thai}$/u,
  zh: /。$/,
};

describe.each(Object.entries(sentences))('sentence: %s', (kind, byTag) => {
  it.each(readerTags)('%s has one', (tag) => {
    expect(toLanguage(find(byTag, tag)), `${tag} has no sentence in ${kind}`).toBe(toLanguage(tag));
  });

  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['sv', 'default'],
    ['es-MX', 'es'],
    ['fa-IR', 'fa'],
    ['pt-PT', 'pt'],
    ['pt-BR', 'pt-BR'],
    ['ro-MD', 'ro'],
    ['tuk', 'tk'],
    ['uk-UA', 'uk'],
    ['uz-UZ', 'uz'],
    ['zh-CN', 'zh'],
    ['zh-Hans-CN', 'zh'],
    ['zh-HK', 'zh-HK'],
    ['zh-TW', 'zh-TW'],
    ['zh-Hant', 'zh-TW'],
    ['zh-Hant-TW', 'zh-TW'],
    ['zh-Hant-HK', 'zh-HK'],
    ['zh-MO', 'zh-HK'],
  ])('%s finds %s', (tag, expected) => {
    expect(find(byTag, tag)).toBe(expected);
  });

  it.each(Object.entries(byTag))('%s has only letters of its language', (tag, text) => {
    const alphabet = alphabets[tag] ?? alphabets[toLanguage(tag)];
    const others = [...text].filter((letter) => !/[ ,.-]/.test(letter) && !alphabet?.test(letter));

    expect(
      alphabet,
      `${tag} has no entry in alphabets: add the letters of its language`
    ).toBeDefined();
    expect(others.join(''), `letters that alphabets does not know for ${tag}`).toBe('');
  });

  it.each(Object.entries(byTag))('%s is one short line that ends as it should', (tag, text) => {
    const end = ends[toLanguage(tag)] ?? /\.$/;

    expect(text).toMatch(/\p{L}/u);
    expect(text.length).toBeLessThanOrEqual(120);
    expect(text).toBe(text.trim().normalize());
    expect(text).not.toMatch(/[\n\r\u2028\u2029]|\s{2}/);
    expect(text, `${tag} ends otherwise: if that is right, add it to ends`).toMatch(end);
  });
});

describe("the words of Logto's sign-in page", () => {
  it.each([
    'cs',
    'en',
    'es',
    'es-MX',
    'fa-IR',
    'fr',
    'it',
    'ja',
    'pl-PL',
    'pt-BR',
    'pt-PT',
    'ru',
    'uk-UA',
    'zh-HK',
    'zh-TW',
  ] as const)('ask to try later, formally or not, as the sentence does: %s', (tag) => {
    const request = /[^.。，]+[.。]$/.exec(pickText(neutral, { locale: tag }))?.[0].trim() ?? '';

    expect(phrases[tag].translation.error.send_verification_code_failed).toContain(request);
    expect(request).not.toBe('');
  });

  it('are informal in Czech, as the sentences are', () => {
    expect(phrases.cs.translation.action.enter_passcode).toMatch(/^Zadej /);
    expect(`${neutral.cs} ${number.cs}`).not.toMatch(/(?:jte|ste) /);
  });

  it('name phone number and code as the sentence does', () => {
    const { ja, 'zh-HK': hongKong, 'zh-TW': taiwan } = phrases;

    expect(number['zh-HK']).toContain(hongKong.translation.input.phone_number);
    expect(number['zh-TW']).toContain(taiwan.translation.input.phone_number);
    expect(number.ja).toContain(ja.translation.input.phone_number);
    expect(ja.translation.error.send_verification_code_failed).toMatch(/^認証コード/);
    expect(number.ja).toContain('認証コード');
  });
});

describe('the two sentences', () => {
  it('are in the same languages', () => {
    const missing = Object.keys({ ...neutralByTag, ...numberByTag }).flatMap((tag) => [
      ...(neutral[tag] ? [] : [`${tag} has no sentence in neutral`]),
      ...(number[tag] ? [] : [`${tag} has no sentence in number`]),
    ]);

    expect(missing.join(', ')).toBe('');
  });

  it('have English for everybody else', () => {
    expect([neutralDefault, numberDefault]).toEqual([neutral.en, number.en]);
  });

  it('have no text in two languages', () => {
    const all = Object.values(sentences).flatMap((byTag) => Object.entries(byTag));
    const doubled = all.filter(([tag, text]) =>
      all.some(([other, same]) => same === text && toLanguage(other) !== toLanguage(tag))
    );

    expect(doubled.map(([tag]) => tag).join(', ')).toBe('');
  });

  it('differ from each other', () => {
    const same = Object.keys(neutral).filter((tag) => neutral[tag] === number[tag]);

    expect(same.join(', ')).toBe('');
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

  it('is General for want of money where the kit has no code of its own for that', async () => {
    const { UsageLimitExceeded: _, ...older } = ConnectorErrorCodes;

    vi.resetModules();
    vi.doMock('@logto/connector-kit', () => ({ ConnectorError, ConnectorErrorCodes: older }));

    const { toVisitorError: toOlderError } = await import('./visitor.js');

    expect(toOlderError({ kind: 'funds' }, {}).code).toBe(General);
    vi.doUnmock('@logto/connector-kit');
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
