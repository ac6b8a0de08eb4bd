import { TemplateType } from '@logto/connector-kit';
import { describe, expect, it } from 'vitest';

import { findTemplateProblems, findText, getValue, render, wantsCode } from './template.js';

describe('placeholders', () => {
  const payload = {
    code: '012345',
    count: 3,
    application: { name: 'Shop', id: 7, isThirdParty: false, owner: { name: 'a\tb' } },
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
    ['{{application.name}}, {{ application.id }}, {{application.isThirdParty}}', 'Shop, 7, false'],
    ['<<application.name>>, {{application.owner.name}}, {{list.0}}', 'Shop, a b, first'],
    // Known, but of no use in a text: nothing comes in their place.
    ['[{{application}}{{nothing}}{{list}}]', '[]'],
    ['[{{application.unknown}}{{application.owner}}{{application.name.length}}]', '[]'],
    ['[{{code.length}}{{nothing.name}}{{application.}}{{application..name}}]', '[]'],
    ['[{{application.constructor}}{{application.__proto__.name}}{{list.map}}]', '[]'],
    // Unknown: they stay.
    ['{{unknown}} <<unknown>> {{unknown.name}}', '{{unknown}} <<unknown>> {{unknown.name}}'],
    ['{{.code}} {{..}} {{application name}}', '{{.code}} {{..}} {{application name}}'],
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
});

describe('a value', () => {
  it.each([
    ['a text', { key: 'x' }, 'x'],
    ['a number', { key: 0 }, '0'],
    ['an empty text', { key: '' }, ''],
    ['control characters', { key: 'a\n\u0000b' }, 'a  b'],
    ['nothing', {}, undefined],
    ['null', { key: null }, ''],
    ['undefined', { key: undefined }, ''],
    ['a truth', { key: true }, 'true'],
    ['an object', { key: { toString: () => 'x' } }, ''],
    ['inherited', Object.create({ key: 'x' }) as Record<string, unknown>, undefined],
  ])('for a placeholder that is %s', (_, payload, expected) => {
    expect(getValue(payload, 'key')).toBe(expected);
  });
});

describe('a place for the code', () => {
  it.each([
    ['{{code}} is your code', true],
    ['<<code>> is your code', true],
    ['{{ code }}', true],
    ['<<  code >>', true],
    ['{{link}} {{code}}', true],
    ['{{link}}', false],
    ['{{codes}} {code} $code', false],
    ['{{code>> {{ Code }}', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(wantsCode(text)).toBe(expected);
  });
});

const find = (content: unknown, usageType = 'SignIn') =>
  findTemplateProblems({ usageType, content }, 0);

describe('a template', () => {
  it.each([
    ['a text', '{{code}} is your code'],
    ['angle brackets', '<<code>> is your code'],
    ['spaces in the brackets', '{{ code }}'],
    ['spaces in angle brackets', '<<  code >>'],
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
    expect(find('Join: {{link}}', TemplateType.OrganizationInvitation)).toEqual([]);
    expect(find(' ', TemplateType.OrganizationInvitation)).toEqual([
      'The OrganizationInvitation template is empty; write its text.',
    ]);
  });

  it.each([null, '{{code}}', { content: '{{code}}' }, { usageType: 5 }, []])(
    'that is none is told by its place in the list: %j',
    (template) => {
      expect(findTemplateProblems(template, 4)).toEqual([
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

describe('the text for a message', () => {
  const generic = {
    usageType: 'Generic',
    content: { default: 'Generic {{code}}', ru: 'Код {{code}}' },
  };
  const signIn = { usageType: 'SignIn', content: 'SignIn {{code}}' };
  const data = { type: TemplateType.SignIn, payload: { code: '381945', locale: 'ru' } };

  it.each<[string, Array<Record<string, unknown>>, string | undefined]>([
    ['its usage type', [generic, signIn], 'SignIn {{code}}'],
    ['Generic, if its usage type has none', [generic], 'Код {{code}}'],
    ['no other usage type', [{ ...signIn, usageType: 'Register' }], undefined],
    ['Generic, if it is empty', [{ ...signIn, content: ' ' }, generic], 'Код {{code}}'],
    ['Generic, if it has no code', [{ ...signIn, content: 'Hi' }, generic], 'Код {{code}}'],
    ['Generic, if it is no text', [{ ...signIn, content: null }, generic], 'Код {{code}}'],
    [
      'the first of two',
      [signIn, { ...signIn, content: 'Second {{code}}' }, generic],
      'SignIn {{code}}',
    ],
    [
      'the second of two, if the first has no code',
      [{ ...signIn, content: 'Hi' }, { ...signIn, content: 'Second {{code}}' }, generic],
      'Second {{code}}',
    ],
    [
      'the default, if the language has no code',
      [{ ...signIn, content: { default: 'Default <<code>>', ru: 'код' } }, generic],
      'Default <<code>>',
    ],
    [
      'the language, if only the default has no code',
      [{ ...signIn, content: { default: 'Hi', ru: 'Вход {{code}}' } }, generic],
      'Вход {{code}}',
    ],
    [
      'Generic, if neither has a code',
      [{ ...signIn, content: { default: 'Hi', en: '{{code}}' } }, generic],
      'Код {{code}}',
    ],
    ['nothing, if Generic has no code either', [{ ...generic, content: 'Hi' }], undefined],
    ['nothing, if there are none', [], undefined],
  ])('is that of %s', (_, templates, text) => {
    expect(findText(templates, data)).toBe(text);
  });

  it('needs no code in an organization invitation, which has a link', () => {
    const invitation = {
      usageType: TemplateType.OrganizationInvitation,
      content: 'Join: {{link}}',
    };

    expect(
      findText([generic, invitation], { ...data, type: TemplateType.OrganizationInvitation })
    ).toBe('Join: {{link}}');
  });
});
