import { TemplateType } from '@logto/connector-kit';
import { describe, expect, it } from 'vitest';

import { findText, getValue, render, wantsCode } from './template.js';

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
    // What nobody sees is dropped where it makes an SMS longer, and from a placeholder in any case.
    ['\uFEFFCo\u00ADde:\u200B {{code}}\u2060', 'Code: 012345'],
    ['{\u200B{code}\u00AD}', '012345'],
    ['{{\u200Bco\u200Dde\u200E}} <<\u{E0020}code\uFEFF >>', '012345 012345'],
    ['{{application\u200D.\u2066name}}', 'Shop'],
    ['{{un\u200Dknown}}', '{{unknown}}'],
    // It stays where scripts and emoji need it.
    [
      '\u200F{{code}}\u200F می\u200Cخواهم 👩\u200D👩\u200D👦 ❤\uFE0F',
      '\u200F012345\u200F می\u200Cخواهم 👩\u200D👩\u200D👦 ❤\uFE0F',
    ],
    ['<<می\u200Cخواهم>> {{ 👩\u200D👦 }}', '<<می\u200Cخواهم>> {{ 👩\u200D👦 }}'],
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
    ['{{co\u200Dde}}', true],
    ['{\u200B{ \u2060code\u00AD}}', true],
    ['{{сode}}', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(wantsCode(text)).toBe(expected);
  });
});

describe('the text for a message', () => {
  const generic = {
    usageType: 'Generic',
    content: { default: 'Generic {{code}}', ru: 'Код {{code}}' },
  };
  const signIn = { usageType: 'SignIn', content: 'SignIn {{code}}' };
  const data = { type: TemplateType.SignIn, payload: { code: '381945', locale: 'ru' } };

  it.each<[string, Parameters<typeof findText>[0], string | undefined]>([
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
