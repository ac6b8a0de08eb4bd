import { describe, expect, it } from 'vitest';

import { pickText } from './language.js';

const texts = {
  en: 'en',
  'en-GB': 'en-GB',
  ru: 'ru',
  'zh-Hant': 'zh-Hant',
  zh: 'zh',
  'sr-Latn': 'sr-Latn',
};

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
    // No match: the first text. A lookup never widens a tag, so `sr` does not find `sr-Latn`.
    [{ locale: 'sr' }, 'en'],
    [{ locale: 'de' }, 'en'],
    [{ locale: '*' }, 'en'],
    [{ locale: '' }, 'en'],
    [{ locale: 'not a tag!' }, 'en'],
    [{ locale: '-', uiLocales: '---' }, 'en'],
    [{ locale: 5, uiLocales: ['ru'] }, 'en'],
    [{}, 'en'],
  ])('%j → %s', (preferences, expected) => {
    expect(pickText(texts, preferences)).toBe(expected);
  });

  it('has none where there are no texts', () => {
    expect(pickText({}, { locale: 'en' })).toBeUndefined();
  });
});
