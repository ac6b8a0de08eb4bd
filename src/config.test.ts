import { TemplateType } from '@logto/connector-kit';
import fc from 'fast-check';
import createOfficialConnector from 'official-connector-smsaero';
import { describe, expect, it } from 'vitest';

import { config } from '../test/fixtures.js';

import { configGuard } from './config.js';

const { templates } = config;
const [, signIn] = templates;

const getSentences = (input: unknown) =>
  configGuard.safeParse(input).error?.issues.map(({ message }) => message);

const withSignIn = (content: unknown) => ({
  ...config,
  templates: [
    ...templates.filter((template) => template !== signIn),
    { usageType: 'SignIn', content },
  ],
});

describe('config guard', () => {
  it('parses a config and fills in what is unset', () => {
    expect(configGuard.parse(config)).toEqual({ ...config, testMode: false });
  });

  it('trims, for the form does not', () => {
    const { email, apiKey, senderName } = config;

    expect(
      configGuard.parse({
        ...config,
        email: ` ${email}\n`,
        apiKey: `\t${apiKey} `,
        senderName: `${senderName} `,
      })
    ).toMatchObject({ email, apiKey, senderName });
  });

  it.each([
    ['a text', '{{code}} is your code'],
    ['angle brackets', '<<code>> is your code'],
    ['spaces in the brackets', '{{ code }}'],
    ['spaces in angle brackets', '<<  code >>'],
    ['one language', { ru: '{{code}}' }],
    ['several languages', { 'zh-Hant-TW': '{{code}}', 'sr-Latn': '<<code>>', kk: '{{code}}' }],
  ])('accepts as content: %s', (_, content) => {
    expect(getSentences(withSignIn(content))).toBeUndefined();
  });

  it('asks for no code in an organization invitation, which has a link', () => {
    const invitation = {
      usageType: TemplateType.OrganizationInvitation,
      content: 'Join: {{link}}',
    };

    expect(getSentences({ ...config, templates: [...templates, invitation] })).toBeUndefined();
  });

  it('keeps usage types that this kit does not know', () => {
    const unknown = { usageType: 'SomethingNew', content: '{{code}}' };

    expect(configGuard.parse({ ...config, templates: [...templates, unknown] })).toMatchObject({
      templates: [...templates, unknown],
    });
  });

  it.each([
    ['7, 375', ['7', '375']],
    ['+7;375 998', ['7', '375', '998']],
    [' 7,, 375, ', ['7', '375']],
    ['  ', undefined],
    ['', undefined],
    [undefined, undefined],
    [null, undefined],
  ])('reads allowed country codes: %j', (allowedCountryCodes, expected) => {
    expect(configGuard.parse({ ...config, allowedCountryCodes }).allowedCountryCodes).toEqual(
      expected
    );
  });

  it.each([
    ['https://sms.example.com', 'https://sms.example.com/v2/'],
    ['https://sms.example.com/', 'https://sms.example.com/v2/'],
    [' http://10.0.0.5:8080/smsaero/v2 ', 'http://10.0.0.5:8080/smsaero/v2/'],
    ['https://gate.smsaero.org/v2//', 'https://gate.smsaero.org/v2/'],
    ['  ', undefined],
    [null, undefined],
  ])('reads a gateway address: %j', (gatewayUrl, expected) => {
    expect(configGuard.parse({ ...config, gatewayUrl }).gatewayUrl).toBe(expected);
  });

  const without = (key: string) => ({ ...config, [key]: undefined });
  const gatewaySentence =
    'The gateway address must be an http(s) URL such as https://gate.smsaero.org/v2/.';
  const codesSentence = 'Write country codes as digits with commas between, for example "7, 375".';

  it.each<[string, unknown, string[]]>([
    [
      'an empty form',
      {},
      [
        'Enter the e-mail address of your SMSAero account.',
        'Enter the API key of your SMSAero account.',
        'Enter a sender name; SMSAero is the shared one.',
        'Templates must be a JSON list; copy the example of the guide.',
      ],
    ],
    ['no e-mail', without('email'), ['Enter the e-mail address of your SMSAero account.']],
    [
      'an e-mail that is none',
      { ...config, email: 'owner' },
      ['The e-mail must be an address such as name@example.com.'],
    ],
    ['a blank key', { ...config, apiKey: '  ' }, ['Enter the API key of your SMSAero account.']],
    [
      'a key that is no text',
      { ...config, apiKey: 5 },
      ['Enter the API key of your SMSAero account.'],
    ],
    ['no sender', without('senderName'), ['Enter a sender name; SMSAero is the shared one.']],
    [
      'templates as an object',
      { ...config, templates: { SignIn: '{{code}}' } },
      ['Templates must be a JSON list; copy the example of the guide.'],
    ],
    [
      'no templates',
      { ...config, templates: [] },
      ['Add a template for: Register, SignIn, ForgotPassword, Generic.'],
    ],
    [
      'two templates missing',
      { ...config, templates: templates.slice(1, 3) },
      ['Add a template for: Register, Generic.'],
    ],
    [
      'a misspelt usage type',
      {
        ...config,
        templates: [...templates.slice(0, 3), { ...templates[3], usageType: 'generic' }],
      },
      ['Add a template for: Generic.'],
    ],
    [
      'templates that are none',
      { ...config, templates: [...templates, null, '{{code}}', { content: '{{code}}' }, []] },
      [5, 6, 7, 8].map((number) => `Template ${number} needs a usageType, for example "SignIn".`),
    ],
    ['no code', withSignIn('Welcome!'), ['The SignIn template has no {{code}}.']],
    [
      'another placeholder',
      withSignIn('{{codes}} {code} $code'),
      ['The SignIn template has no {{code}}.'],
    ],
    [
      'no code in one language',
      withSignIn({ en: '{{code}}', ru: 'код' }),
      ['The SignIn template for ru has no {{code}}.'],
    ],
    ['no content', withSignIn(null), ['The SignIn template has no text.']],
    ['content of another type', withSignIn(['{{code}}']), ['The SignIn template has no text.']],
    ['no language', withSignIn({}), ['The SignIn template has no text.']],
    [
      'a blank text in one language',
      withSignIn({ en: '{{code}}', ru: ' ' }),
      ['The SignIn template for ru has no text.'],
    ],
    [
      'names where language tags belong',
      withSignIn({
        english: '{{code}}',
        en_US: '{{code}}',
        'en-': '{{code}}',
        e: '{{code}}',
        ru: '{{code}}',
      }),
      ['english', 'en_US', 'en-', 'e'].map(
        (tag) =>
          `The SignIn template has "${tag}" where a language tag such as "en" or "zh-CN" belongs.`
      ),
    ],
    [
      'a mode that is no switch',
      { ...config, testMode: 'yes' },
      ['Test mode must be true or false.'],
    ],
    ['country codes as a list', { ...config, allowedCountryCodes: [7] }, [codesSentence]],
    ['letters before a code', { ...config, allowedCountryCodes: 'x7' }, [codesSentence]],
    ['country names', { ...config, allowedCountryCodes: 'RU, BY' }, [codesSentence]],
    ['commas only', { ...config, allowedCountryCodes: ',' }, [codesSentence]],
    [
      'one bad code among good ones',
      { ...config, allowedCountryCodes: '7, 37x, x7' },
      [codesSentence],
    ],
    ['a gateway that is no text', { ...config, gatewayUrl: 5 }, [gatewaySentence]],
    ...[
      'gate.smsaero.ru',
      'ftp://gate.smsaero.ru',
      'https://u:p@host/',
      'https://u@host/',
      'https://host/?a=1',
      'https://host/#a',
    ].map<[string, unknown, string[]]>((gatewayUrl) => [
      gatewayUrl,
      { ...config, gatewayUrl },
      [gatewaySentence],
    ]),
  ])('names the mistake: %s', (_, input, sentences) => {
    expect(getSentences(input)).toEqual(sentences);
  });

  it('points at the field, and at the template within the list', () => {
    const { error } = configGuard.safeParse({
      ...config,
      apiKey: '',
      templates: [...templates, { usageType: 'New', content: '' }],
    });

    expect(error?.issues.map(({ path }) => path)).toEqual([['apiKey'], ['templates', 4]]);
  });

  it('has the code `custom` for every issue, the only one whose sentence the console shows', () => {
    const { error } = configGuard.safeParse({ templates: [{}], testMode: 1, gatewayUrl: 1 });

    expect(new Set(error?.issues.map(({ code }) => code))).toEqual(new Set(['custom']));
  });

  it('accepts what the connector that Logto ships accepts with a code in its templates', async () => {
    const { configGuard: officialGuard } = await createOfficialConnector({
      getConfig: async () => ({}),
    });
    const content = fc
      .tuple(fc.string(), fc.constantFrom('{{code}}', '{{ code }}', '{{code }}'), fc.string())
      .map((parts) => parts.join(''));
    const officialConfig = fc.record(
      {
        email: fc.emailAddress(),
        apiKey: fc.string({ minLength: 1 }).filter((key) => key.trim() !== ''),
        senderName: fc.string({ minLength: 1 }).filter((name) => name.trim() !== ''),
        templates: fc.array(fc.record({ usageType: fc.string(), content })).chain((others) =>
          fc.tuple(content, content, content, content).map((contents) => [
            ...others.filter(({ usageType }) => usageType.trim() !== ''),
            ...templates.map(({ usageType }, index) => ({
              usageType,
              content: contents[index],
            })),
          ])
        ),
        somethingElse: fc.anything(),
      },
      { requiredKeys: ['email', 'apiKey', 'senderName', 'templates'] }
    );

    fc.assert(
      fc.property(officialConfig, (input) => {
        fc.pre(officialGuard.safeParse(input).success);
        expect(getSentences(input)).toBeUndefined();
      })
    );
  });
});
