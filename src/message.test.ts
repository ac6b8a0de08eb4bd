import { TemplateType } from '@logto/connector-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { configGuard } from './config.js';
import { TemplateFailure } from './connector-error.js';
import { config, data } from './fixtures.js';
import { buildMessage, render, toNumber } from './message.js';
import { SendFailure } from './smsaero/failure.js';

const parsed = configGuard.parse(config);

const catchFailure = (run: () => unknown) => {
  try {
    run();
  } catch (error: unknown) {
    if (error instanceof SendFailure) {
      return { kind: error.kind, ...error.details };
    }

    throw error;
  }
};

describe('phone number', () => {
  it.each([
    ['79031234567', '79031234567'],
    ['+7 903 123-45-67', '79031234567'],
    ['7(903)123.45.67', '79031234567'],
    ['+375 [29] 123–45–67', '375291234567'],
    ['\t7903123 4567\n', '79031234567'],
    ['1234567', '1234567'],
    ['123456789012345', '123456789012345'],
    // A national number: no country is guessed.
    ['89031234567', '89031234567'],
  ])('%j is sent as %s', (phone, number) => {
    expect(toNumber(phone)).toBe(number);
  });

  it.each([
    '',
    '123456',
    '1234567890123456',
    '09031234567',
    '+0 903 123 45 67',
    '7903123456x',
    '7903_1234567',
    '7903/1234567',
    'tel:79031234567',
    '７９０３１２３４５６７',
  ])('%j is refused', (phone) => {
    expect(catchFailure(() => toNumber(phone))).toEqual({
      kind: 'number',
      reason: 'it must have 7 to 15 digits and begin with the country code',
    });
  });

  it('is refused or sent as its digits, whatever it is', () => {
    const phone = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789+-(). ') }),
      fc.string({ unit: 'binary' })
    );

    fc.assert(
      fc.property(phone, (input) => {
        const refusal = catchFailure(() => {
          expect(toNumber(input)).toMatch(/^[1-9]\d{6,14}$/);
          expect(toNumber(input)).toBe(input.replaceAll(/\D/g, ''));
        });

        expect(refusal?.kind).toBeOneOf([undefined, 'number']);
      })
    );
  });

  it.each([
    ['79031234567', ['7'], true],
    ['375291234567', ['7', '375'], true],
    ['+7 (903) 123-45-67', ['7903'], true],
    ['375291234567', ['7'], false],
    ['17031234567', ['7'], false],
  ])('%s with allowed country codes %j: %s', (phone, codes, isAllowed) => {
    expect(catchFailure(() => toNumber(phone, codes))).toEqual(
      isAllowed
        ? undefined
        : {
            kind: 'number',
            reason: 'its country is not among the allowed country codes of this connector',
          }
    );
  });
});

const clean = (value: string) => value.replaceAll(/\p{Cc}/gu, ' ');

describe('placeholders', () => {
  const payload = {
    code: '012345',
    count: 3,
    application: { name: 'Shop' },
    evil: '{{code}}<<code>>$&',
    lines: 'one\r\ntwo\tthree\u0000\u0085',
    nothing: null,
    list: ['first'],
  };

  it.each([
    ['{{code}}', '012345'],
    ['<<code>>', '012345'],
    ['{{ code }}, <<  code>>, {{code}}', '012345, 012345, 012345'],
    ['{{count}}', '3'],
    ['{{evil}}', '{{code}}<<code>>$&'],
    ['{{lines}}', 'one  two three  '],
    ['a template\nof two lines', 'a template\nof two lines'],
    // Unknown, or of no use in a text: they stay.
    ['{{unknown}} <<unknown>>', '{{unknown}} <<unknown>>'],
    ['{{application}} {{nothing}} {{list}}', '{{application}} {{nothing}} {{list}}'],
    ['{{application.name}} {{code.length}}', '{{application.name}} {{code.length}}'],
    ['<<code x>> <<code', '<<code x>> <<code'],
    [
      '{{constructor}} {{toString.name}} {{__proto__}}',
      '{{constructor}} {{toString.name}} {{__proto__}}',
    ],
    ['{code} {{code}', '{code} {{code}'],
    ['{{code>> <<code}}', '{{code>> <<code}}'],
    ['{{}} {{.}} {{a b}}', '{{}} {{.}} {{a b}}'],
  ])('%j becomes %j', (template, expected) => {
    expect(render(template, payload)).toBe(expected);
  });

  it('never starts a second substitution', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{{one}}', '<<two>>', '{{', '}}', '<<', '>>', 'a')
    );
    const text = fc.array(piece).map((pieces) => pieces.join(''));

    fc.assert(
      fc.property(fc.array(text), text, text, (literals, one, two) => {
        const plain = literals.map((literal) => literal.replaceAll(/[<>{}]/g, ''));

        expect(render(plain.join('{{one}}') + '<<two>>', { one, two })).toBe(
          plain.join(clean(one)) + clean(two)
        );
      })
    );
  });
});

describe('message', () => {
  it('is number, code and text', () => {
    expect(buildMessage(data, parsed)).toEqual({
      number: '79164058273',
      code: '381945',
      text: 'SignIn: ваш код 381945',
    });
  });

  it.each([
    [TemplateType.Register, 'Register: your code is 381945'],
    [TemplateType.ForgotPassword, 'ForgotPassword: your code is 381945'],
    [TemplateType.MfaVerification, 'Generic: your code is 381945'],
    [TemplateType.BindNewIdentifier, 'Generic: your code is 381945'],
  ])("takes the usage type's template, or else Generic's: %s", (type, text) => {
    expect(buildMessage({ ...data, type, payload: { code: '381945' } }, parsed).text).toBe(text);
  });

  it('takes a template without languages as it is', () => {
    const templates = parsed.templates.map((template) => ({ ...template, content: '{{code}}!' }));

    expect(buildMessage(data, { ...parsed, templates }).text).toBe('381945!');
  });

  it('takes the first of two templates for one usage type', () => {
    const templates = [{ usageType: 'SignIn', content: 'first {{code}}' }, ...parsed.templates];

    expect(buildMessage(data, { ...parsed, templates }).text).toBe('first 381945');
  });

  it.each([
    ['missing', {}],
    ['empty', { code: '' }],
    ['blank', { code: ' \n' }],
    ['null', { code: null }],
    ['an object', { code: { toString: () => '381945' } }],
    ['inherited', Object.create({ code: '381945' }) as Record<string, unknown>],
  ])('is refused where the text wants a code that is %s', (_, payload) => {
    const invitation = { ...data, type: TemplateType.OrganizationInvitation, payload };

    expect(() => buildMessage(invitation as typeof data, parsed)).toThrow(
      new TemplateFailure(TemplateType.OrganizationInvitation)
    );
  });

  it('needs no code where the text wants none', () => {
    const templates = [
      ...parsed.templates,
      { usageType: TemplateType.OrganizationInvitation, content: 'Join: {{link}}' },
    ];
    const payload = { link: 'https://example.com' };

    expect(
      buildMessage(
        { ...data, type: TemplateType.OrganizationInvitation, payload },
        { ...parsed, templates }
      )
    ).toEqual({ number: '79164058273', code: '', text: 'Join: https://example.com' });
  });

  it('is refused for a country that is not allowed', () => {
    expect(
      catchFailure(() => buildMessage(data, { ...parsed, allowedCountryCodes: ['375'] }))?.kind
    ).toBe('number');
  });
});

describe("Logto's storage, a jsonb column", () => {
  /** Sorts the keys of all objects, the shorter first and then by letter, as PostgreSQL does. */
  const store = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map((item) => store(item));
    }

    return typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, item]) => [key, store(item)] as const)
            .toSorted(([one], [other]) => one.length - other.length || (one < other ? -1 : 1))
        )
      : value;
  };

  it('changes no message, whatever order the keys were written in', () => {
    const tags = ['default', 'ru', 'en', 'en-GB', 'zh-Hant', 'zh', 'sr-Latn', 'pt-BR'];
    const content = fc
      .shuffledSubarray(tags.slice(1))
      .chain((some) => fc.shuffledSubarray(['default', ...some], { minLength: some.length + 1 }))
      .map((keys) => Object.fromEntries(keys.map((key) => [key, `${key}: {{code}}`])));
    const usageTypes = ['Register', 'SignIn', 'ForgotPassword', 'Generic'];
    const contents = fc.array(content, { minLength: 4, maxLength: 4 });
    const locale = fc.constantFrom(...tags, 'en-US', 'de', 'zh-Hant-TW', 'ru-RU', '');

    fc.assert(
      fc.property(
        contents,
        locale,
        fc.constantFrom('BindMfa', ...usageTypes),
        (texts, tag, name) => {
          const raw = {
            ...config,
            templates: usageTypes.map((usageType, index) => ({ usageType, content: texts[index] })),
          };
          const type = Object.values(TemplateType).find((value) => value === name) ?? data.type;
          const input = { ...data, type, payload: { code: '381945', locale: tag } };
          const build = (value: unknown) => buildMessage(input, configGuard.parse(value));

          expect(build(store(raw))).toEqual(build(raw));
        }
      )
    );
  });
});
