import { TemplateType } from '@logto/connector-kit';
import { describe, expect, it } from 'vitest';

import { configGuard } from './config.js';
import { config, data } from './fixtures.js';
import { buildMessage, TemplateFailure, toNumber } from './message.js';
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

  it.each([
    ['79031234567', ['7'], true],
    ['375291234567', ['7', '375'], true],
    ['+7 (903) 123-45-67', ['7903'], true],
    ['375291234567', ['7'], false],
    ['17031234567', ['7'], false],
    // Of other countries, or no length of a Russian number.
    ['84123456789', ['7'], false],
    ['85212345678', ['7'], false],
    ['891234567', ['7'], false],
    ['891612345678', ['7'], false],
    ['389161234567', ['7'], false],
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

  it.each(['89031234567', '+8 (903) 123-45-67', '87011234567'])(
    '%s, as Russians and Kazakhs dial it, is told to begin with 7 where 8 is not allowed',
    (phone) => {
      expect(catchFailure(() => toNumber(phone, ['7']))).toEqual({
        kind: 'number',
        reason:
          'its country is not among the allowed country codes of this connector; in numbers of Russia and Kazakhstan, 7 takes the place of the first 8',
      });
    }
  );
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

  it('falls back for a text that can not carry the code', () => {
    const templates = [
      { usageType: 'SignIn', content: { default: 'SignIn {{code}}', ru: 'Код' } },
      { usageType: 'Register', content: 'Welcome!' },
      { usageType: 'Generic', content: 'Generic {{code}}' },
    ];
    const build = (type: TemplateType) => buildMessage({ ...data, type }, { templates }).text;

    expect(build(TemplateType.SignIn)).toBe('SignIn 381945');
    expect(build(TemplateType.Register)).toBe('Generic 381945');
  });

  it.each([
    ['no template at all', []],
    ['none for it, and none of Generic', [{ usageType: 'Register', content: '{{code}}' }]],
    [
      'texts without a code',
      [
        { usageType: 'SignIn', content: 'Hi' },
        { usageType: 'Generic', content: undefined },
      ],
    ],
  ])('is refused as a matter of the config where there is %s', (_, templates) => {
    const sentence = 'No template for SignIn or Generic has a text with {{code}}.';

    expect(() => buildMessage(data, { templates })).toThrow(
      expect.objectContaining({
        name: 'ZodError',
        issues: [{ code: 'custom', path: ['templates'], message: sentence }],
      })
    );
  });

  it('names Generic once where it has no text for itself', () => {
    expect(() => buildMessage({ ...data, type: TemplateType.Generic }, { templates: [] })).toThrow(
      'No template for Generic has a text with {{code}}.'
    );
  });

  it.each([
    ['none', {}],
    ['one', { code: '381945' }],
  ])('has no code where the text wants none, and Logto gives %s', (_, given) => {
    const templates = [
      ...parsed.templates,
      { usageType: TemplateType.OrganizationInvitation, content: 'Join: {{link}}' },
    ];
    const payload = { ...given, link: 'https://example.com' };

    expect(
      buildMessage(
        { ...data, type: TemplateType.OrganizationInvitation, payload },
        { ...parsed, templates }
      )
    ).toEqual({ number: '79164058273', code: '', text: 'Join: https://example.com' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['missing', {}],
    ['empty', { code: '' }],
    ['blank', { code: ' \n' }],
    ['null', { code: null }],
    ['an object', { code: { toString: () => '381945' } }],
    ['inherited', Object.create({ code: '381945' }) as Record<string, unknown>],
  ])('is refused where the text wants a code that is %s', (_, payload) => {
    const invitation = { ...data, type: TemplateType.OrganizationInvitation, payload };

    expect(() => buildMessage(invitation as typeof data, parsed)).toThrow(TemplateFailure);
  });

  it('is refused for a country that is not allowed', () => {
    expect(
      catchFailure(() => buildMessage(data, { ...parsed, allowedCountryCodes: ['375'] }))?.kind
    ).toBe('number');
  });
});
