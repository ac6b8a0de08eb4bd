import { describe, expect, it } from 'vitest';

import { pickText } from './language.js';

const texts = {
  zh: 'zh',
  'sr-Latn': 'sr-Latn',
  'en-GB': 'en-GB',
  default: 'default',
  en: 'en',
  ru: 'ru',
  'zh-Hant': 'zh-Hant',
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
    // A lookup never widens a tag, so `sr` does not find `sr-Latn`.
    [{ locale: 'sr' }, 'default'],
    [{ locale: 'de' }, 'default'],
    [{ locale: '*' }, 'default'],
    [{ locale: '' }, 'default'],
    [{ locale: 'not a tag!' }, 'default'],
    [{ locale: '-', uiLocales: '---' }, 'default'],
    [{ locale: 5, uiLocales: ['ru'] }, 'default'],
    [{}, 'default'],
    // `default` is no tag.
    [{ uiLocales: 'default ru' }, 'ru'],
    [{ uiLocales: 'default-x ru' }, 'ru'],
    [{ locale: 'toString' }, 'default'],
  ])('%j → %s', (preferences, expected) => {
    expect(pickText(texts, preferences)).toBe(expected);
  });

  it('is the default where there is no other', () => {
    expect(pickText({ default: 'only' }, { locale: 'en' })).toBe('only');
  });
});
