import { describe, expect, it } from 'vitest';

import { configGuard, storedConfigGuard } from './config.js';
import { config } from './fixtures.js';

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

const spoil = (text: string) =>
  `\uFEFF${text.slice(0, 3)}\u00AD\u200B${text.slice(3)} \u200E\u{E0020}`;

describe('config guard', () => {
  it('parses a config and fills in what is unset', () => {
    expect(configGuard.parse(config)).toEqual({
      ...config,
      telegram: false,
      watchDelivery: false,
      testMode: false,
    });
  });

  it('trims, because the form does not', () => {
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

  it('removes what nobody sees from e-mail, key and sender name', () => {
    const { email, apiKey, senderName } = config;
    expect(
      configGuard.parse({
        ...config,
        email: spoil(email),
        apiKey: spoil(apiKey),
        senderName: spoil(senderName),
      })
    ).toMatchObject({ email, apiKey, senderName });
    expect(getSentences({ ...config, apiKey: '\u200B \u2060' })).toEqual([
      'Enter the API key of your SMSAero account.',
    ]);
  });

  it('takes a gateway address of 2048 characters', () => {
    const gatewayUrl = `https://host/${'a'.repeat(2034)}/`;

    expect(configGuard.parse({ ...config, gatewayUrl }).gatewayUrl).toBe(gatewayUrl);
  });

  it('keeps usage types that this kit does not know', () => {
    const unknown = { usageType: 'SomethingNew', content: '{{code}}' };

    expect(configGuard.parse({ ...config, templates: [...templates, unknown] })).toMatchObject({
      templates: [...templates, unknown],
    });
  });

  it.each([
    ['7, 375', ['7', '375']],
    ['+7;375,+998 ', ['7', '375', '998']],
    ['7, 81, 84', ['7', '81', '84']],
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
    [' https://10.0.0.5:8443/smsaero/v2 ', 'https://10.0.0.5:8443/smsaero/v2/'],
    ['http://localhost:8025/v2/', 'http://localhost:8025/v2/'],
    ['http://127.0.0.1', 'http://127.0.0.1/v2/'],
    ['http://0x7f.1', 'http://127.0.0.1/v2/'],
    ['http://127.255.3.4/v2', 'http://127.255.3.4/v2/'],
    ['http://[::1]:80/v2', 'http://[::1]/v2/'],
    ['https://10.0.0.5/sms/send/v2', 'https://10.0.0.5/sms/send/v2/'],
    ['https://gate.smsaero.org/v2//', 'https://gate.smsaero.org/v2/'],
    // A path is never read as a host.
    ['https://gate.smsaero.ru//v2/', 'https://gate.smsaero.ru//v2/'],
    ['https://gate.smsaero.ru/\\v2', 'https://gate.smsaero.ru//v2/'],
    ['http://localhost//evil.example/', 'http://localhost//evil.example/'],
    ['http://localhost/.//evil.example', 'http://localhost//evil.example/'],
    ['http://localhost/\n/evil.example', 'http://localhost//evil.example/'],
    ['  ', undefined],
    [null, undefined],
  ])('reads a gateway address: %j', (gatewayUrl, expected) => {
    expect(configGuard.parse({ ...config, gatewayUrl }).gatewayUrl).toBe(expected);
  });

  it.each([
    ['500', 500],
    ['0', 0],
    [' 1 000 ', 1000],
    ['1\u00A0000\u202F000', 1_000_000],
    ['\u200B500', 500],
    ['-500', -500],
    ['- 1 500', -1500],
    // A minus as a word processor writes it.
    ['\u2212500', -500],
    ['999999999999999', 999_999_999_999_999],
    [' ', undefined],
    ['\u00A0', undefined],
    ['', undefined],
    [undefined, undefined],
    [null, undefined],
  ])('reads a low balance: %j', (lowBalance, expected) => {
    expect(configGuard.parse({ ...config, lowBalance }).lowBalance).toBe(expected);
    expect(storedConfigGuard.parse({ ...config, lowBalance }).lowBalance).toBe(expected);
  });

  it.each([
    [
      '500,50',
      '500.50',
      '1,000',
      '5e2',
      '0x1F4',
      '+500',
      '--5',
      '5-',
      '-',
      '500 ₽',
      'five hundred',
    ],
    [500, true, [], {}, '٥٠٠', '5'.repeat(16)],
  ])('refuses a low balance that is none, but sends with it: %j and others', (...values) => {
    for (const lowBalance of values) {
      expect(configGuard.safeParse({ ...config, lowBalance }).error?.issues).toEqual([
        {
          code: 'custom',
          path: ['lowBalance'],
          message: 'Enter the low balance in whole roubles, such as 500.',
        },
      ]);
      expect(storedConfigGuard.parse({ ...config, lowBalance })).toEqual(
        storedConfigGuard.parse(config)
      );
    }
  });

  it.each(['allowedCountryCodes', 'lowBalance', 'gatewayUrl'])(
    'takes a single space for nothing, which the console can store: %s',
    (key) => {
      expect(configGuard.parse({ ...config, [key]: ' ' })).toEqual(configGuard.parse(config));
    }
  );

  const without = (key: string) => ({ ...config, [key]: undefined });
  const gatewaySentence =
    'Enter an https URL, such as https://gate.smsaero.org/v2/; http is allowed only for this machine.';
  const emptyFormSentences = [
    'Enter the e-mail address of your SMSAero account.',
    'Enter the API key of your SMSAero account.',
    'Enter a sender name that SMSAero has approved for you.',
    'Templates must be a JSON list; copy the one in the guide.',
  ];

  it.each<[string, unknown, string[]]>([
    ['an empty form', {}, emptyFormSentences],
    ['no e-mail', without('email'), ['Enter the e-mail address of your SMSAero account.']],
    [
      'an e-mail that is none',
      { ...config, email: 'owner' },
      ['Enter a valid e-mail address, such as name@example.com.'],
    ],
    ['a blank key', { ...config, apiKey: '  ' }, ['Enter the API key of your SMSAero account.']],
    [
      'a key that is no text',
      { ...config, apiKey: 5 },
      ['Enter the API key of your SMSAero account.'],
    ],
    [
      'no sender',
      without('senderName'),
      ['Enter a sender name that SMSAero has approved for you.'],
    ],
    [
      'templates as an object',
      { ...config, templates: { SignIn: '{{code}}' } },
      ['Templates must be a JSON list; copy the one in the guide.'],
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
    [
      'no code',
      withSignIn('Welcome!'),
      ['The SignIn template has no {{code}}; put it where the code belongs.'],
    ],
    [
      'a mode that is no switch',
      { ...config, testMode: 'yes' },
      ['Test mode must be true or false.'],
    ],
    [
      'a watch that is no switch',
      { ...config, watchDelivery: 'yes' },
      ['Watch delivery must be true or false.'],
    ],
    [
      'a usage type that stands three times',
      { ...config, templates: [...templates, signIn, signIn] },
      [
        'There is another SignIn template; remove one of them.',
        'There is another SignIn template; remove one of them.',
      ],
    ],
    ['five mistakes', { testMode: 1 }, [...emptyFormSentences, 'Test mode must be true or false.']],
    [
      'six mistakes',
      { testMode: 1, gatewayUrl: 1 },
      [
        ...emptyFormSentences,
        'Test mode must be true or false.',
        'There are more problems; fix these first.',
      ],
    ],
    [
      'mistakes in templates beside others',
      { ...config, apiKey: '', templates: templates.slice(1), gatewayUrl: 1 },
      [
        'Enter the API key of your SMSAero account.',
        gatewaySentence,
        'Add a template for: Register.',
      ],
    ],
    [
      'more mistakes than anybody reads',
      { ...config, templates: [...templates, ...Array.from({ length: 1000 }, () => null)] },
      [
        ...[5, 6, 7, 8, 9].map(
          (number) => `Template ${number} needs a usageType, for example "SignIn".`
        ),
        'There are more problems; fix these first.',
      ],
    ],
  ])('names the mistake: %s', (_, input, sentences) => {
    expect(getSentences(input)).toEqual(sentences);
  });

  it.each([
    [
      'Enter country codes separated by commas, such as "7, 375".',
      [[7], 7, 'x7', 'RU, BY', ',', '+', '3+75', '++7', '7-916', '7, 37x', '79161234'],
    ],
    [
      'Separate country codes by commas, such as "7, 375", and put no spaces within one.',
      ['7 916', '7 375', '+ 7', '7, 37 5', '7,\u00A0375\t998'],
    ],
    ['Enter 7 for Russia and Kazakhstan; 8 is not a country code.', ['8', '+8', '7, 8,']],
  ])('names the mistake in country codes: %s', (sentence, inputs) => {
    for (const allowedCountryCodes of inputs) {
      expect(getSentences({ ...config, allowedCountryCodes })).toEqual([sentence]);
    }
  });

  it.each([
    [
      gatewaySentence,
      [
        5,
        'gate.smsaero.ru',
        'ftp://gate.smsaero.ru',
        'ftp://localhost/',
        'http://gate.smsaero.ru/v2/',
        'http://10.0.0.5:8080/v2/',
        'http://127.evil.example/',
        'http://127.0.0.1../',
        'http://localhost./',
        'http://localhost.evil.example/',
        'http://evil.localhost/',
        'http://evil-localhost/',
        'http://[::2]/',
      ],
    ],
    [
      'Leave user name and password out of the gateway address; the connector signs in with your SMSAero account.',
      ['https://u:p@host/', 'https://u@host/', 'https://:p@host/'],
    ],
    [
      'Leave out of the gateway address everything from "?" on.',
      ['https://host/?a=1', 'https://host/v2/?', 'https://host/?a#b'],
    ],
    [
      'Leave out of the gateway address everything from "#" on.',
      ['https://host/#a', 'https://host/v2/#?'],
    ],
    [
      'Leave sms/send or sms/testsend off the end of the gateway address; the connector adds it.',
      [
        'https://gate.smsaero.ru/v2/sms/send',
        'http://localhost:8025/sms/send//',
        'https://gate.smsaero.ru/v2/sms/testsend/',
      ],
    ],
    [
      'Enter a gateway address of at most 2,048 characters.',
      [`https://host/${'a'.repeat(2036)}`, `https://host${'/'.repeat(100_000)}`],
    ],
  ])('names the mistake in a gateway address: %s', (sentence, inputs) => {
    for (const gatewayUrl of inputs) {
      expect(getSentences({ ...config, gatewayUrl })).toEqual([sentence]);
    }
  });

  it('points at the field, and at the template within the list', () => {
    const { error } = configGuard.safeParse({
      ...config,
      apiKey: '',
      templates: [...templates.slice(1), { usageType: 'New', content: '' }],
    });

    expect(error?.issues.map(({ path }) => path)).toEqual([
      ['apiKey'],
      ['templates'],
      ['templates', 3],
    ]);

    const { error: another } = configGuard.safeParse({
      ...config,
      telegram: true,
      senderName: 'SMSAero',
    });

    expect(another?.issues).toMatchObject([{ code: 'custom', path: ['telegram'] }]);
  });

  const telegramSentence =
    'Telegram first needs a sender name of your own: under the shared one, operators reject the SMS sent instead, yet it is charged.';

  it.each<[string, Record<string, unknown>, unknown]>([
    ['on', { telegram: true }, true],
    ['off', { telegram: false }, false],
    ['missing', {}, false],
    ['null', { telegram: null }, false],
    ['empty', { telegram: '' }, false],
    ['blank', { telegram: ' ' }, false],
    ['a text', { telegram: 'true' }, ['Telegram first must be true or false.']],
    ['a number', { telegram: 1 }, ['Telegram first must be true or false.']],
    ['off, with the shared sender', { telegram: false, senderName: 'SMS Aero' }, false],
    ['on, with a longer name', { telegram: true, senderName: 'SMSAeroX' }, true],
    ['on, with a name that ends alike', { telegram: true, senderName: 'MySMSAero' }, true],
    ['on, in test mode', { telegram: true, testMode: true }, true],
    ...[
      'SMSAero',
      'SMS Aero',
      'Sms Aero',
      'sms aero',
      'SMSAERO',
      'SMS-Aero',
      'sms_aero',
      'SMS.Aero',
      ' SMS  Aero ',
    ].map<[string, Record<string, unknown>, unknown]>((senderName) => [
      `on, with the shared sender as ${senderName}`,
      { telegram: true, senderName },
      [telegramSentence],
    ]),
  ])('takes Telegram first: %s', (_, fields, expected) => {
    const { data, error } = configGuard.safeParse({ ...config, ...fields });

    expect(data?.telegram ?? error?.issues.map(({ message }) => message)).toEqual(expected);
  });

  it('has no issue with the code `invalid_type`, whose sentence the console hides', () => {
    const inputs = [
      {},
      ...[null, 1, 'x', [], {}].map((value) =>
        Object.fromEntries(Object.keys(configGuard.parse(config)).map((key) => [key, value]))
      ),
      ...[null, 1, [], {}].map((value) => ({
        ...config,
        templates: [value, { usageType: value }],
      })),
      ...[null, 1, []].map((value) => withSignIn({ default: value, ru: value })),
    ];
    const codes = inputs.flatMap(
      (input) => configGuard.safeParse(input).error?.issues.map(({ code }) => code) ?? []
    );

    expect(new Set(codes)).toEqual(new Set(['custom']));
  });
});
