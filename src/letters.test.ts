import { describe, expect, it } from 'vitest';

import { describeLetters } from './letters.js';

describe('letters that are not Latin', () => {
  it.each([
    ['Acme', ''],
    ['', ''],
    ['Ácme-1 Ⅷ', ''],
    ['Аcme', '"А" is Cyrillic'],
    ['Асme Аcme', '"А" is Cyrillic, "с" is Cyrillic'],
    ['Acmε', '"ε" is Greek'],
    ['Αcmе Ꭺ', '"Α" is Greek, "е" is Cyrillic, "Ꭺ" is not Latin'],
    ['Магазин', ['М', 'а', 'г', 'з', 'и'].map((letter) => `"${letter}" is Cyrillic`).join(', ')],
  ])('of %j are described as %j', (name, description) => {
    expect(describeLetters(name)).toBe(description);
  });
});
