import {
  connectorConfigFormItemGuard,
  connectorMetadataGuard,
  TemplateType,
} from '@logto/connector-kit';
import { isLanguageTag } from '@logto/language-kit';
import { describe, expect, it } from 'vitest';

import { type SmsAeroConfig, configGuard } from './config.js';
import { config, data } from './fixtures.js';
import { buildMessage } from './message.js';
import { metadata } from './metadata.js';
import { requiredUsageTypes } from './problems.js';

const { formItems = [] } = metadata;
const defaults = Object.fromEntries(
  formItems
    .filter(({ defaultValue }) => defaultValue !== undefined)
    .map(({ key, defaultValue }) => [key, defaultValue])
);

describe('metadata', () => {
  it("passes the kit's guard, which the host applies to all connectors at once", () => {
    expect(connectorMetadataGuard.safeParse(metadata).error).toBeUndefined();
  });

  it('takes the place of the connector that Logto ships', () => {
    expect(metadata).toMatchObject({
      id: 'smsaero-short-message-service',
      target: 'smsaero-sms',
      platform: null,
    });
  });

  it.each([
    ['name', ['en', 'ru']],
    ['description', ['en', 'ru', 'zh-CN', 'tr-TR', 'ko']],
  ] as const)('has its %s in languages that Logto knows: %j', (key, tags) => {
    expect(Object.keys(metadata[key])).toEqual(tags);
    expect(Object.values(metadata[key])).not.toContain('');
    expect(tags.every((tag) => isLanguageTag(tag))).toBe(true);
  });
});

describe('form', () => {
  it('explains each field in a sentence, and has no empty text', () => {
    for (const item of formItems) {
      expect(item).toMatchObject({
        label: expect.stringMatching(/^[A-Z]/) as unknown,
        description: expect.stringMatching(/^[A-Z].{20}/) as unknown,
      });
      expect(Object.values(item)).not.toContain('');
    }
  });

  it.each(formItems.map((item) => [item.key, item] as const))(
    'item %s passes the guard',
    (_, item) => {
      expect(connectorConfigFormItemGuard.safeParse(item).error).toBeUndefined();
    }
  );

  it('asks for what the config guard knows, and requires what it requires', () => {
    const { error } = configGuard.safeParse({});
    const fields: Record<keyof SmsAeroConfig, unknown> = {
      ...config,
      telegram: false,
      watchDelivery: false,
      testMode: false,
      allowedCountryCodes: '7',
      lowBalance: '500',
      gatewayUrl: 'https://sms.example.com',
    };

    expect(formItems.map(({ key }) => key)).toEqual(Object.keys(configGuard.parse(fields)));
    expect(formItems.filter(({ required }) => required).map(({ key }) => key)).toEqual(
      error?.issues.map(({ path }) => path[0])
    );
  });

  it('says of each text that may be left out how to empty it, which the console makes hard', () => {
    const optional = formItems.filter(({ type, required }) => type === 'Text' && !required);

    expect(optional.map(({ key }) => key)).toEqual([
      'allowedCountryCodes',
      'lowBalance',
      'gatewayUrl',
    ]);

    for (const { description } of optional) {
      expect(description).toMatch(/^Optional\b.* To empty it again, enter a space\.$/);
    }
  });

  it('masks the API key', () => {
    expect(formItems.find(({ isConfidential }) => isConfidential)?.key).toBe('apiKey');
  });

  it('is valid with its defaults and an account', () => {
    const { email, apiKey } = config;

    expect(configGuard.safeParse({ ...defaults, email, apiKey }).error).toBeUndefined();
  });

  it('has default templates whose lines fit the editor, 60 characters', () => {
    const lines = JSON.stringify(defaults.templates, undefined, 2).split('\n');

    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });
});

// GSM 7-bit, of 3GPP TS 23.038: what counts once, and what counts twice.
const gsmOnce =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const gsmTwice = '\f^{}\\[~]|€';

/** How much of one SMS a text takes, and how much there is. */
const measure = (text: string) => {
  const isGsm = [...text].every((character) => `${gsmOnce}${gsmTwice}`.includes(character));
  const twice = [...text].filter((character) => gsmTwice.includes(character)).length;

  return isGsm ? { length: text.length + twice, limit: 160 } : { length: text.length, limit: 70 };
};

describe('default templates', () => {
  const parsed = configGuard.parse({ ...config, templates: defaults.templates });
  const getText = (name: string, payload: Record<string, unknown>) => {
    const type = Object.values(TemplateType).find((value) => value === name);

    return buildMessage(
      { ...data, type: type ?? TemplateType.Generic, payload: { code: '381945', ...payload } },
      parsed
    ).text;
  };
  const cases = requiredUsageTypes.flatMap((type) =>
    ['default', 'en', 'ru'].map((locale) => [type, locale] as const)
  );

  it.each(cases)(
    '%s in %s is one SMS, with a name to replace and no promise of time',
    (name, locale) => {
      const text = getText(name, { locale });
      const { length, limit } = measure(text);

      expect(limit).toBe(locale === 'ru' ? 70 : 160);
      expect(length).toBeLessThanOrEqual(limit);
      expect(text).toMatch(/^381945 .*\bAcme\b/);
      expect(text).not.toMatch(/minute|мин/);
    }
  );

  it.each(requiredUsageTypes)('%s is in English for a reader of "en ru"', (name) => {
    expect(getText(name, { uiLocales: 'en ru' })).toBe(getText(name, { locale: 'de' }));
    expect(getText(name, { uiLocales: 'ru en' })).toBe(getText(name, { locale: 'ru' }));
  });

  it('has its switches off', () => {
    const switches = (metadata.formItems ?? []).filter(({ type }) => type === 'Switch');

    expect(switches.map(({ key, defaultValue }) => [key, defaultValue])).toEqual([
      ['telegram', false],
      ['watchDelivery', false],
      ['testMode', false],
    ]);
  });
});
