import { lookup } from 'bcp-47-match';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalTag, findTagProblem, pickText } from '../src/language.js';

const subtags = fc.array(
  fc.oneof(
    fc.constantFrom('Hant', 'latn', 'TW', 'ru', 'KZ', 'hakka', 'x-one', 'a-one', 'b-one'),
    fc.stringMatching(/^[\da-z]{2,8}$/)
  ),
  { maxLength: 3 }
);
const tag = fc
  .tuple(fc.constantFrom('zh', 'ru', 'rus', 'tl', 'fil', 'sh', 'sr', 'no', 'EN'), subtags)
  .map(([language, others]) => [language, ...others].join('-'));
const goodTag = tag.filter((key) => !findTagProblem(key));
const anyTag = fc.oneof(tag, fc.string(), fc.string({ unit: fc.constantFrom(...'aZ1-_*, ') }));

/** Texts that say which tag they are under. */
const toTexts = (tags: string[]) => ({
  ...Object.fromEntries(tags.map((key) => [key, key])),
  default: 'default',
});

describe('language of a text', () => {
  // Of several, one under a tag that is not canonical may be the better one: `por-BR` for pt-BR, beside `pt`.
  const canonicalTags = fc.uniqueArray(
    goodTag.map((key) => canonicalTag(key)),
    { minLength: 1 }
  );
  const oneTag = goodTag.map((key) => [key]);

  it.each([
    ['several, under canonical tags', canonicalTags],
    ['a single one, whatever its tag', oneTag],
  ])('is the one that RFC 4647 lookup finds: %s', (_, someTags) => {
    const tagsAndLocale = someTags.chain((tags) =>
      fc.tuple(fc.constant(tags), fc.constantFrom(...tags), subtags)
    );

    fc.assert(
      fc.property(tagsAndLocale, ([tags, start, others]) => {
        const locale = [start, ...others].join('-');
        const longestFirst = tags.toSorted((one, other) => other.length - one.length);

        expect(pickText(toTexts(tags), { locale })).toBe(lookup(longestFirst, locale));
      }),
      { numRuns: 1000 }
    );
  });

  it('is one of them or the default, in any order, whatever the tags are', () => {
    fc.assert(
      fc.property(fc.array(anyTag), anyTag, fc.array(anyTag), (tags, locale, others) => {
        const preferences = { locale, uiLocales: others.join(' ') };
        const picked = pickText(toTexts(tags), preferences);

        expect(['default', ...tags]).toContain(picked);
        expect(pickText(toTexts(tags.toReversed()), preferences)).toBe(picked);
      }),
      { numRuns: 1000 }
    );
  });
});
