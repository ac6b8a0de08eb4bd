import { describe, expect, it } from 'vitest';

import { toEntities, toHex, toHexEntities, toPercent, toUnicode } from './fixtures.js';
import { isShowable, redact, toSafeLine } from './redact.js';

const secrets = {
  email: 'Owner@shop.example',
  apiKey: 'Kq7vXz2m*p9sLd4t',
  text: 'Ваш код: 381945\nНикому не говорите',
  code: '381945',
  number: '79164058273',
};
const { email, apiKey, text, code, number } = secrets;
const show = (words: string) => redact(words, Object.values(secrets));

const toBase64 = (value: string) => Buffer.from(value).toString('base64');

describe("SMSAero's words", () => {
  it.each([
    ['Not enough money', 'Not enough money'],
    ['Validation error. sign: incorrect', 'Validation error. sign: incorrect'],
    ['ERROR 14', 'ERROR 14'],
    ['', ''],
    // One line of visible characters.
    ['  two\r\nlines\u2028and\ta\u0000bell\u0007 ', 'two lines and a bell'],
    ['\u202Eevil\u202C wo\u00ADrd', 'evil word'],
    [`a${'\u0301\u0316'.repeat(30)} a\u0489`, 'á a'],
    ['no\u3164 fil\u115Fl\uFFF9er', 'no filler'],
    // One character is written in one way.
    ['№ 5 … ﬁn', 'No 5 ... fin'],
    // Up to three digits stay.
    ['Limit 100, wait for it', 'Limit 100, wait for it'],
    ['Limit 100, wait 30 s', 'Limit *** wait *** s'],
    ['code 4823', 'code ***'],
    ['1 2 3 x', '1 2 3 x'],
    ['1 2 3 4 x', '*** *** *** *** x'],
    ['phone +7(903)123-45-67, refused', 'phone *** refused'],
    ['٤٨٢٣ x', '*** x'],
    ['٤٨ ३ ❸ Ⅷ x', '*** *** *** VIII x'],
    // 24 characters without white space.
    [`a ${'x'.repeat(23)} b`, `a ${'x'.repeat(23)} b`],
    [`a ${'x'.repeat(24)} b`, 'a *** b'],
    [`Basic ${toBase64(`${email}:${apiKey}`)}`, 'Basic ***'],
    [`hex ${toHex(apiKey)}`, 'hex ***'],
    // Escapes, which may stand for anything.
    ['for owner%40shop.example now', 'for *** now'],
    ['for owner&#64;shop.example now', 'for *** now'],
    ['for owner&#64shop.example now', 'for *** now'],
    ['for owner&#x40;shop.example now', 'for *** now'],
    ['for a&commat;b.example now', 'for *** now'],
    ['for owner\\x40shop.example now', 'for *** now'],
    ['for owner%2540shop.example now', 'for *** now'],
    [
      `${toPercent('x')} ${toUnicode('x')} ${toEntities('x')} ${toHexEntities('x')} x`,
      '*** *** *** *** x',
    ],
    ['5% of a & b; c &d e; %4', '5% of a & b; c &d e; %4'],
  ])('%j is shown as %j', (words, expected) => {
    expect(show(words)).toBe(expected);
  });

  it.each([
    [`key ${apiKey}!`],
    [`key ${apiKey.toUpperCase()}!`],
    [`key ${apiKey.replace('K', 'Ｋ').replace('7', '７')}`],
    [`user ${email.toLowerCase()}`],
    ['o w n e r @ s h o p . e x a m p l e'],
    ['o\u200Bw\u3164n\u0301er@shop.\u0000example'],
    ['for owner &#64; shop.example'],
    [`text "${text}"`],
    [`text "${text.replace('\n', ' ').toUpperCase()}"`],
    [`code ${code}`],
    ['code 381_945'],
    ['code: 3, 8, 1, 9, 4, 5'],
    [`for +${number}`],
    ['for 8 (916) 405-82-73'],
    ['for 4058273'],
  ])('are not shown where they repeat a secret: %j', (words) => {
    expect(show(words)).toBe('');
  });

  it.each([
    ['code AB-12-cd', ['AB12CD'], ''],
    ['code AB12CD', ['AB\u316412CD'], ''],
    ['code AB12C', ['AB12CD'], 'code AB12C'],
    // Letters that are longer in another case, or that have several forms.
    ['to İstanbul ẞ', ['istanbul'], ''],
    ['to i̇stanbul now', ['İstanbul'], ''],
    ['STRASSE 5', ['Straße 5'], ''],
    ['STRAẞE 5', ['Strasse 5'], ''],
    ['ſ ΣΑΣ', ['σας'], ''],
    ['σασx', ['ΣΑΣ'], ''],
    // A secret without letters and digits is none.
    ['a - b', ['', ' ', '-', '\u3164'], 'a - b'],
    // Nor does a secret that looks like a pattern act as one.
    ['a x b', ['a.*b', '$&'], 'a x b'],
  ])('%j with the secrets %j are shown as %j', (words, hidden, expected) => {
    expect(redact(words, hidden)).toBe(expected);
  });

  it('are cut to 200 characters, without the word that was cut', () => {
    expect(show('я '.repeat(300))).toBe('я '.repeat(100).trim());
    expect(show(`${'я '.repeat(95)}x1234567890`)).toBe('я '.repeat(95).trim());
    expect(show(`${'я '.repeat(95)}owner&commat;`)).toBe('я '.repeat(95).trim());
    expect(show(`${'я '.repeat(99)}😀😀`)).toBe('я '.repeat(99).trim());
    // Masks are longer than what they stand for.
    expect(show('1 '.repeat(100))).toBe('*** '.repeat(50).trim());
    expect(show('x'.repeat(201))).toBe('');
  });

  it('are cut to 1,000 characters first, without what a cut leaves of a secret', () => {
    // Were they cut after masking, the long words would make room for most of the key.
    const spelled = Array.from(apiKey).join(' ');

    expect(show(`${`${'x'.repeat(24)} `.repeat(39)}${spelled}`)).not.toContain('K q');
    expect(show(`${'\uFDFA '.repeat(50)}${spelled}`)).not.toContain('K q');
    expect(show(`${'я '.repeat(490)}${apiKey}`)).toBe('');
    expect(show(`${'я '.repeat(510)}${apiKey}`)).toBe('я '.repeat(100).trim());
    // NFKC makes one character of `e` and its accent, and 18 of U+FDFA.
    expect(show(`${'e\u0301 '.repeat(400)}${apiKey}`)).not.toBe('');
    expect(show(`${'\uFDFA '.repeat(60)}${apiKey}`)).not.toBe('');
  });

  it('are not shown where they repeat a text that is longer than what is looked at', () => {
    const long = 'Ваш код. '.repeat(1500);

    expect(redact(`No "${long}"`, [long])).toBe('');
    expect(redact(`${'x '.repeat(90)}${long.toUpperCase()}`, [long])).toBe('');
  });
});

describe("the account's own words", () => {
  it.each([
    ['Shop 2026', 'Shop 2026'],
    ['x'.repeat(24), 'x'.repeat(24)],
    ['AT&T; %41', 'AT&T; %41'],
    [' two\nlines ', 'two lines'],
    ['я '.repeat(300), 'я '.repeat(100).trim()],
    [apiKey, ''],
    ['Shop 4058273', ''],
  ])('%j are shown as %j', (words, expected) => {
    expect(toSafeLine(words, Object.values(secrets))).toBe(expected);
  });
});

describe('an id', () => {
  it.each([
    ['1234567', [], true],
    ['1234567', ['', ' - '], true],
    ['1234567', ['79164058273', '381945', 'Ваш код 381945', 'a1@b.example'], true],
    // It holds a secret.
    ['93819457', ['381945'], false],
    ['93819457', ['38-19 45'], false],
    ['381945', ['381945'], false],
    ['79164058273', ['79164058273'], false],
    ['4058273', ['79164058273'], false],
    ['104058273', ['79164058273'], false],
    // It is part of one.
    ['8194', ['381945'], false],
    ['8194', ['x', '381-945'], false],
    ['9164', ['79164058273'], false],
    ['2026', ['Acme 2026: your code is'], false],
  ])('%j beside the secrets %j may be shown: %s', (id, hidden, expected) => {
    expect(isShowable(id, hidden)).toBe(expected);
  });
});
