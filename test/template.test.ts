import { replaceSendMessageHandlebars } from '@logto/connector-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { render } from '../src/template.js';

describe('placeholders', () => {
  // Left out: keys of prototypes, objects where a text belongs, and control characters, for which the kit's
  // own function shows what nobody wants in a text; and `<<key>>`, which it does not know.
  it("are filled as the kit's own function fills them", () => {
    const key = fc.constantFrom('code', 'application', 'name', '0', '');
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }).filter((value) => !/\p{Cc}/u.test(value)),
      fc.constantFrom('{{code}}', '{{name}}', '$&', ''),
      fc.option(fc.constant(null), { nil: undefined }),
      fc.double(),
      fc.integer(),
      fc.boolean()
    );
    const { payload } = fc.letrec<{ payload: Record<string, unknown>; value: unknown }>((tie) => ({
      payload: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
      value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('payload')),
    }));
    const path = fc
      .array(fc.oneof(key, fc.constantFrom('unknown', 'length', 'Ключ')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((keys) => keys.join('.'));
    const space = fc.constantFrom('', ' ', '\n\t', '\u00A0');
    const placeholder = fc.tuple(space, path, space).map((parts) => `{{${parts.join('')}}}`);
    const text = fc
      .array(fc.oneof(placeholder, fc.string(), fc.constantFrom('{{', '}}', '{', '}', '.')))
      .map((pieces) => pieces.join(''))
      .filter((pieces) => !pieces.includes('<<'));

    /** As the kit, with nothing in place of an object. */
    const fill = (template: string, values: Record<string, unknown>) =>
      replaceSendMessageHandlebars(template, values).replaceAll('[object Object]', '');

    fc.assert(
      fc.property(text, payload, (template, values) => {
        expect(render(template, values)).toBe(fill(template, values));
      }),
      { numRuns: 2000 }
    );
  });
});
