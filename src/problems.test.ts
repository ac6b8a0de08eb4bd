import { TemplateType } from '@logto/connector-kit';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { configGuard } from './config.js';
import { config } from './fixtures.js';
import { findTemplateIssues, requiredUsageTypes } from './problems.js';

const others = requiredUsageTypes
  .filter((usageType) => usageType !== 'SignIn')
  .map((usageType) => ({ usageType, content: '{{code}}' }));

const findAll = (templates: unknown[]) =>
  [...findTemplateIssues(templates)].map(({ message }) => message);

/** What is wrong with one template, beside good ones for the other required usage types. */
const find = (content: unknown) => findAll([...others, { usageType: 'SignIn', content }]);

describe('a template', () => {
  it.each([
    ['a text', '{{code}} is your code'],
    ['angle brackets', '<<code>> is your code'],
    ['spaces in the brackets', '{{ code }}'],
    ['spaces in angle brackets', '<<  code >>'],
    ['characters that nobody sees', '{\u200B{co\u200Dde}}'],
    ['a look-alike beside the code', '{{code}} {{сode}}'],
    ['a default', { default: '{{code}}' }],
    [
      '100 languages',
      {
        default: '{{code}}',
        ...Object.fromEntries(
          Array.from({ length: 100 }, (_, index) => [`en-x-${index}`, '{{code}}'])
        ),
      },
    ],
    [
      'several languages',
      { 'zh-Hant-TW': '{{code}}', 'sr-Latn': '<<code>>', default: '{{code}}', kk: '{{code}}' },
    ],
  ])('accepts as content: %s', (_, content) => {
    expect(find(content)).toEqual([]);
  });

  it('asks for no code in an organization invitation, which has a link', () => {
    const signIn = { usageType: 'SignIn', content: '{{code}}' };
    const { OrganizationInvitation: usageType } = TemplateType;

    expect(findAll([...others, signIn, { usageType, content: 'Join: {{link}}' }])).toEqual([]);
    expect(findAll([...others, signIn, { usageType, content: ' ' }])).toEqual([
      'The OrganizationInvitation template is empty; write its text.',
    ]);
  });

  it.each([null, '{{code}}', { content: '{{code}}' }, { usageType: 5 }, []])(
    'that is none is told by its place in the list: %j',
    (template) => {
      expect(findAll([...others, { usageType: 'SignIn', content: '<<code>>' }, template])).toEqual([
        'Template 5 needs a usageType, for example "SignIn".',
      ]);
    }
  );

  it.each<[string, unknown, string[]]>([
    [
      'no code',
      'Welcome!',
      ['The SignIn template has no {{code}}; put it where the code belongs.'],
    ],
    [
      'another placeholder',
      '{{codes}} {code} $code',
      ['The SignIn template has no {{code}}; put it where the code belongs.'],
    ],
    [
      'a letter that looks like one of the placeholder',
      '{{сode}}',
      [
        'The SignIn template has no {{code}}; put it where the code belongs. In a placeholder that it has, "с" is Cyrillic.',
      ],
    ],
    [
      'several such letters, in one language',
      { default: '{{code}}', ru: 'код <<cοdе>>' },
      [
        'The SignIn template for ru has no {{code}}; put it where the code belongs. In a placeholder that it has, "ο" is Greek, "е" is Cyrillic.',
      ],
    ],
    [
      'a letter of another alphabet beside the placeholder',
      'код {{codes}} код',
      ['The SignIn template has no {{code}}; put it where the code belongs.'],
    ],
    [
      'no code in one language',
      { default: '{{code}}', ru: 'код' },
      ['The SignIn template for ru has no {{code}}; put it where the code belongs.'],
    ],
    ['no content', null, ['The SignIn template is empty; write its text.']],
    ['content of another type', ['{{code}}'], ['The SignIn template is empty; write its text.']],
    [
      'no default',
      { en: '{{code}}', ru: '{{code}}' },
      [
        'The SignIn template needs a text under "default", for everybody whose language is not listed.',
      ],
    ],
    [
      'nothing under languages',
      {},
      [
        'The SignIn template needs a text under "default", for everybody whose language is not listed.',
      ],
    ],
    [
      'a default without a code',
      { default: 'Hi' },
      ['The SignIn template under "default" has no {{code}}; put it where the code belongs.'],
    ],
    [
      'a blank default',
      { default: ' ' },
      ['The SignIn template under "default" is empty; write its text.'],
    ],
    [
      'a default in other letters',
      { Default: '{{code}}' },
      [
        'The SignIn template needs a text under "default", for everybody whose language is not listed.',
        'The SignIn template has "Default" as a language tag; write one such as "ru" or "zh-CN".',
      ],
    ],
    [
      'one language twice',
      { default: '{{code}}', 'pt-br': '{{code}}', 'pt-BR': '{{code}}' },
      ['The SignIn template has "pt-br" and "pt-BR" for one language; remove one of them.'],
    ],
    [
      'a blank text in one language',
      { default: '{{code}}', ru: ' ' },
      ['The SignIn template for ru is empty; write its text.'],
    ],
    [
      'one language under three tags',
      { default: '{{code}}', rus: '{{code}}', en: '{{code}}', ru: '{{code}}', RU: '{{code}}' },
      ['ru', 'RU'].map(
        (tag) => `The SignIn template has "rus" and "${tag}" for one language; remove one of them.`
      ),
    ],
    [
      'a country where a language belongs',
      { default: '{{code}}', kz: '{{code}}' },
      [
        'The SignIn template has "kz" as a language tag; that is a country\'s code, and the tag for Kazakh is "kk".',
      ],
    ],
    [
      'more languages than anybody has',
      {
        default: '{{code}}',
        ...Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`en-x-${index}`, ''])),
      },
      ['The SignIn template has more than 100 languages; remove some.'],
    ],
    [
      'names where language tags belong',
      {
        default: '{{code}}',
        english: '{{code}}',
        en_US: '{{code}}',
        'en-': '{{code}}',
        e: '{{code}}',
        ru: '{{code}}',
      },
      ['english', 'en_US', 'en-', 'e'].map(
        (tag) =>
          `The SignIn template has "${tag}" as a language tag; write one such as "ru" or "zh-CN".`
      ),
    ],
  ])('has its mistakes named: %s', (_, content, problems) => {
    expect(find(content)).toEqual(problems);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Replaces `Intl` by one that says which of its classes are used, each time. */
const watchIntl = () => {
  const get = vi.fn((target: typeof Intl, name: keyof typeof Intl) => target[name]);

  vi.stubGlobal('Intl', new Proxy(Intl, { get } as ProxyHandler<typeof Intl>));

  return (name: keyof typeof Intl) => get.mock.calls.filter(([, used]) => used === name).length;
};

describe('many templates of many languages', () => {
  const tags = ['kk', 'uk', 'be', 'hy', 'ka', 'az', 'uz', 'tg', 'ky', 'ru', 'en', 'de'];
  const withMany = (text: string, someTags = tags) => ({
    ...config,
    templates: [
      ...config.templates,
      ...Array.from({ length: 100 }, (_, index) => ({
        usageType: `Type${index}`,
        content: Object.fromEntries(['default', ...someTags].map((tag) => [tag, text])),
      })),
    ],
  });

  it('need the names of languages and countries only for the problems that are told', () => {
    const countUses = watchIntl();

    expect(configGuard.safeParse(withMany('{{code}}')).success).toBe(true);
    expect(countUses('DisplayNames')).toBe(0);
    expect(configGuard.safeParse(withMany('{{code}}', ['kz', 'ua'])).success).toBe(false);
    // For each of six problems the name of a country and of a language.
    expect(countUses('DisplayNames')).toBe(12);
  });

  it('are looked at no further than to the problem after the last that is told', () => {
    const countUses = watchIntl();

    expect(configGuard.safeParse(withMany('')).error?.issues).toHaveLength(6);
    // The tags of the four good templates, and some of the first bad one.
    expect(countUses('Locale')).toBeGreaterThan(0);
    expect(countUses('Locale')).toBeLessThan(30);
  });
});
