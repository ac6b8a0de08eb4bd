import { ConnectorError, ConnectorErrorCodes, TemplateType } from '@logto/connector-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { config, data, message } from '../test/fixtures.js';

import { configGuard } from './config.js';
import { SendFailure } from './failure.js';
import { buildMessage, render, toNumber } from './message.js';

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
    application: { name: 'Shop', owner: { name: 'Ann' } },
    evil: '{{code}}<<code>>$&',
    lines: 'one\r\ntwo\tthree\u0000\u0085',
    nothing: null,
    list: ['first'],
  };

  it.each([
    ['{{code}}', '012345'],
    ['<<code>>', '012345'],
    ['{{ code }}, <<  code>>, {{code}}', '012345, 012345, 012345'],
    ['{{application.name}} of <<application.owner.name>>', 'Shop of Ann'],
    ['{{count}} {{list.0}}', '3 first'],
    ['{{evil}}', '{{code}}<<code>>$&'],
    ['{{lines}}', 'one  two three  '],
    ['a template\nof two lines', 'a template\nof two lines'],
    // Unknown, or of no use in a text: they stay.
    ['{{unknown}} <<unknown>>', '{{unknown}} <<unknown>>'],
    ['{{application}} {{nothing}} {{list}}', '{{application}} {{nothing}} {{list}}'],
    ['{{application.age}} {{code.length}}', '{{application.age}} {{code.length}}'],
    ['{{nothing.deep}} {{unknown.deep}}', '{{nothing.deep}} {{unknown.deep}}'],
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
  it('is number, sender name and text', () => {
    expect(buildMessage(data, parsed)).toEqual(message);
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

  it('is refused where there is no template', () => {
    expect(() => buildMessage(data, { ...parsed, templates: [] })).toThrow(
      new ConnectorError(ConnectorErrorCodes.TemplateNotFound)
    );
  });

  it('is refused for a country that is not allowed', () => {
    expect(
      catchFailure(() => buildMessage(data, { ...parsed, allowedCountryCodes: ['375'] }))?.kind
    ).toBe('number');
  });
});
