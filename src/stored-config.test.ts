import { ZodError } from 'zod';

import { describe, expect, it, vi } from 'vitest';

import { configGuard, readStoredConfig, type SmsAeroConfig, storedConfigGuard } from './config.js';
import { config, data } from './fixtures.js';
import { buildMessage } from './message.js';

const { templates } = config;
const [, signIn] = templates;

describe('stored config', () => {
  it('is read as the guard reads it', () => {
    const stored = { ...config, testMode: true, allowedCountryCodes: '7, 375' };

    expect(storedConfigGuard.parse(stored)).toEqual(configGuard.parse(stored));
  });

  const unusable = { usageType: 'BindMfa', content: '' };

  it.each<[string, unknown[]]>([
    ['a template without a code', [...templates, { usageType: 'Test', content: 'It works.' }]],
    ['an empty template', [...templates, unusable]],
    ['a usage type that stands twice', [...templates, signIn]],
    ['a template that is none', [...templates, null, 5, []]],
    ['a template missing that this message does not need', templates.slice(1, 2)],
    ['a country as a language tag', [...templates, { usageType: 'X', content: { kz: '' } }]],
    [
      'a text without a code, beside one of Generic',
      [{ usageType: 'SignIn', content: 'Hi' }, ...templates.slice(3)],
    ],
  ])('sends all the same with what the guard refuses: %s', (_, list) => {
    const stored = { ...config, templates: list };

    expect(configGuard.safeParse(stored).success).toBe(false);
    expect(buildMessage(data, storedConfigGuard.parse(stored)).text).toContain(data.payload.code);
  });

  const refused: Array<[string, unknown]> = [
    ['templates that are no list', { ...config, templates: {} }],
    ['country codes that are none', { ...config, allowedCountryCodes: '7 916' }],
    ['a gateway address that is none', { ...config, gatewayUrl: 'gate.smsaero.ru' }],
    ['no key', { ...config, apiKey: '', templates: [...templates, unusable] }],
    ['Telegram with the shared sender', { ...config, telegram: true, senderName: 'SMSAero' }],
    ['nothing', undefined],
  ];

  it.each(refused)("is refused with the guard's sentences: %s", (_, stored) => {
    const issues = configGuard.safeParse(stored).error?.issues ?? [];

    const { error } = storedConfigGuard.safeParse(stored);

    expect(error?.issues.length).toBeGreaterThan(0);
    expect(issues).toEqual(expect.arrayContaining(error?.issues ?? []));
  });
});

/** Does something while `Object.prototype` has another property, as a bug anywhere in the process may give it. */
const whileInherited = <Result>(key: string, value: unknown, run: () => Result) => {
  Reflect.defineProperty(Object.prototype, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });

  try {
    return run();
  } finally {
    Reflect.deleteProperty(Object.prototype, key);
  }
};

describe('what a config inherits', () => {
  const inherited = {
    email: 'other@example.com',
    apiKey: 'other',
    senderName: 'Other',
    templates: [...templates, null],
    telegram: true,
    watchDelivery: true,
    testMode: true,
    allowedCountryCodes: '998',
    lowBalance: '500',
    gatewayUrl: 'https://other.example/',
  } satisfies Record<keyof SmsAeroConfig, unknown>;

  it.each([...Object.entries(inherited), ['lowBalance', 'five hundred'] as const])(
    'is no field of it: %s',
    (key, value) => {
      const stored = Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
      const read = (guard: typeof configGuard | typeof storedConfigGuard) => {
        const { success, data, error } = guard.safeParse(stored);

        return success
          ? Object.entries(inherited).map(([name]) => [name, Reflect.get(data, name) as unknown])
          : error.issues;
      };

      for (const guard of [configGuard, storedConfigGuard]) {
        expect(whileInherited(key, value, () => read(guard))).toEqual(read(guard));
      }
    }
  );

  it.each([
    ['usageType', 'SignIn', { content: 'Other {{code}}' }],
    ['content', 'Other {{code}}', { usageType: 'SignIn' }],
    ['default', 'Other {{code}}', { usageType: 'SignIn', content: { en: '{{code}}' } }],
    ['ru', 'Other {{code}}', { usageType: 'SignIn', content: { default: '{{code}} of its own' } }],
  ])('is no part of a template: %s', (key, value, template) => {
    const stored = { ...config, templates: [template, ...templates.slice(2)] };
    const read = () => ({
      problems: configGuard.safeParse(stored).error?.issues,
      text: buildMessage(data, storedConfigGuard.parse(stored)).text,
    });

    expect(whileInherited(key, value, read)).toEqual(read());
  });
});

describe('a stored config that is read again', () => {
  it('is parsed once as long as it has the same content', () => {
    const parse = vi.spyOn(storedConfigGuard, 'parse');
    const keys = ['a', 'a', 'b', 'a'];

    expect(keys.map((apiKey) => readStoredConfig({ ...config, apiKey }).apiKey)).toEqual(keys);
    expect(parse).toHaveBeenCalledTimes(3);
    parse.mockRestore();
  });

  it('is refused again if it was refused', () => {
    for (const _ of [1, 2]) {
      expect(() => readStoredConfig({ ...config, apiKey: '' })).toThrow(ZodError);
    }
  });
});
