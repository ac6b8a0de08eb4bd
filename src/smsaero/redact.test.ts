import { describe, expect, it } from 'vitest';

import { toEntities, toHex, toHexEntities, toPercent, toUnicode } from './fixtures.js';
import { isShowable, redact } from './redact.js';

const secrets = {
  email: 'Owner@shop.example',
  apiKey: 'Kq7vXz2m*p9sLd4t',
  text: 'Ваш код: 381945\nНикому не говорите',
};
const { email, apiKey, text } = secrets;
const show = (words: string) => redact(words, Object.values(secrets));

const toBase64 = (value: string) => Buffer.from(value).toString('base64');
describe("SMSAero's words", () => {
  it.each([
    ['Not enough money', 'Not enough money'],
    ['Validation error. sign: incorrect', 'Validation error. sign: incorrect'],
    ['Limit 1000, wait 30 s', 'Limit 1000, wait 30 s'],
    ['', ''],
    // One line, no control or invisible characters.
    ['  two\r\nlines\u2028and\ta\u0000bell\u0007 ', 'two lines and a bell'],
    ['\u202Eevil\u202C', 'evil'],
    // Key, e-mail and text, in any letter case.
    [`key ${apiKey}!`, 'key ***!'],
    [`key ${apiKey.toUpperCase()}!`, 'key ***!'],
    [`${email}:${apiKey}`, '***:***'],
    [`user ${email.toLowerCase()}`, 'user ***'],
    [`text "${text}"`, 'text "***"'],
    [`text "${text.replace('\n', ' ').toUpperCase()}"`, 'text "***"'],
    // Five digits, however grouped.
    ['code 381945', 'code ***'],
    ['code 381_945', 'code ***'],
    ['12345', '***'],
    ['1234', '1234'],
    ['1 2 3 4', '1 2 3 4'],
    ['1 - 2 - 3 - 4 - 5', '***'],
    ['12    345', '***'],
    ['12 ______ 345', '12 ______ 345'],
    ['8 апреля 2026 г., 5 шт.', '8 апреля 2026 г., 5 шт.'],
    ['+7 (916) 405-82-73', '+***'],
    ['3\u200B8\u200B1\u200B9\u200B4\u200B5', '***'],
    [`a${'\u0301'.repeat(30)}`, `á${'\u0301'.repeat(7)}`],
    ['٣٨١٩٤٥ ३८१९ ❸❽ ３８１９４５ x', '****** **** ** *** x'],
    // One character looks one way.
    ['№ 5 … ﬁn', 'No 5 ... fin'],
    ['Ｋq７vXz2m*p9sLd4t', '***'],
    // 24 characters without white space.
    [`a ${'x'.repeat(23)} b`, `a ${'x'.repeat(23)} b`],
    [`a ${'x'.repeat(24)} b`, 'a *** b'],
    [`Basic ${toBase64(`${email}:${apiKey}`)}`, 'Basic ***'],
    [`hex ${toHex(apiKey)}`, 'hex ***'],
    // Two masked runs that join into a long one.
    [`${'x'.repeat(20)}12 345${'x'.repeat(20)}`, '***'],
    // Escapes, each by itself.
    ['%41 \\u0041 &#65; &#x41;', 'A A A A'],
    [`100% of ${toPercent(apiKey)} %`, '100% of *** %'],
    [`%D0 %zz ${toPercent('381945')}`, '\uFFFD %zz ***'],
    [`\\u04 x ${toUnicode('381945')}`, '\\u04 x ***'],
    [`&#999; x ${toEntities('381945')}`, 'ϧ x ***'],
    [`&#9999999; x ${toEntities('381945')}`, '&#***; x ***'],
    [`&#xffffff; ${toHexEntities(email)}`, '&#xffffff; ***'],
    [encodeURIComponent(text), '***'],
  ])('%j is shown as %j', (words, expected) => {
    expect(show(words)).toBe(expected.trim());
  });

  it('are cut to 200 characters, after masking', () => {
    expect(show('я '.repeat(300))).toBe('я '.repeat(100));
    expect(show(`${'я '.repeat(99)}${apiKey}`)).toBe(`${'я '.repeat(99)}**`);
    expect(show('😀 '.repeat(300))).toBe('😀 '.repeat(100));
  });

  it('mask a secret that is part of another whole', () => {
    expect(redact('to owner@shop.example now', ['owner', 'owner@shop.example'])).toBe('to *** now');
  });

  const number = '79164058273';

  it.each([
    // A code of four digits, or of letters and digits.
    ['code 4823 is not allowed', ['4823'], 'code *** is not allowed'],
    ['code 48230 is not allowed', ['4823'], 'code ***0 is not allowed'],
    ['code AB12CD is not allowed', ['AB12CD'], 'code *** is not allowed'],
    ['code ab12cd is not allowed', ['AB12CD'], 'code *** is not allowed'],
    ['limit 1000', ['4823'], 'limit 1000'],
    // What is spelled out is not shown at all.
    ['code 4-8-2-3', ['4823'], ''],
    ['code: 4, 8, 2, 3 of 4', ['4823'], ''],
    ['code A.B.1.2.C.D', ['AB12CD'], ''],
    ['code 48x23', ['4823'], ''],
    ['country: 7, operator: 916, a: 405, b: 8273', [number], ''],
    ['operator: 916, a: 405, b: 8273', [number], ''],
    ['a: 405, b: 8273', [number], ''],
    ['a: 405, b: 827', [number], 'a: 405, b: 827'],
    ['room 8273', [number], 'room 8273'],
    ['o w n e r @ s h o p . e x a m p l e', [email], ''],
    // Letters that are longer in another case.
    ['to İstanbul ẞ', ['istanbul'], ''],
    ['to İSTANBUL now', ['İstanbul'], 'to *** now'],
    ['to i̇stanbul now', ['İstanbul'], 'to *** now'],
    ['İİİ STRASSE 5', ['Straße 5'], 'İİİ ***'],
    ['ßßß Straße 5', ['STRASSE 5'], 'ßßß ***'],
    ['STRAẞE 5', ['Straße 5'], '***'],
    ['Ⅷ ſ ΣΑΣ', ['σας'], 'VIII s ***'],
    // A secret without letters and digits is none.
    ['a - b', ['', ' ', '-'], 'a - b'],
    // Nor does a secret that looks like a pattern act as one.
    ['a+b a.b aab', ['a.b', '$&'], ''],
    ['$& x', ['x'], '$& ***'],
  ])('%j with the secrets %j is shown as %j', (words, hidden, expected) => {
    expect(redact(words, hidden)).toBe(expected);
  });

  it('are masked where they echo a long text', () => {
    const long = 'Ваш код. '.repeat(1500);

    expect(redact(`No "${long}381945"`, [`${long}381945`])).toBe('No "***"');
    expect(redact(long.toUpperCase(), [long])).toBe('***');
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
