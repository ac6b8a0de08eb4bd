import { describe, expect, it } from 'vitest';

import { configGuard, type SmsAeroConfig, storedConfigGuard } from './config.js';
import { config, data } from './fixtures.js';
import { buildMessage } from './message.js';

const { templates } = config;

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
    templates,
    telegram: true,
    watchDelivery: true,
    testMode: true,
    allowedCountryCodes: '998',
    gatewayUrl: 'https://other.example/',
  } satisfies Record<keyof SmsAeroConfig, unknown>;

  it.each(Object.entries(inherited))('is no field of it: %s', (key, value) => {
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
  });

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
