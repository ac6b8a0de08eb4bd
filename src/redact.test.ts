import { describe, expect, it } from 'vitest';

import { redact } from './redact.js';

const secrets = {
  email: 'Owner@shop.example',
  apiKey: 'Kq7vXz2mWp9sLd4t',
  number: '79164058273',
  text: 'Ваш код: 381945\nНикому не говорите',
};
const { email, apiKey, number, text } = secrets;
const toBase64 = (value: string) => Buffer.from(value).toString('base64');
const escape = (value: string) =>
  value.replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`
  );

describe("SMSAero's words", () => {
  it.each([
    ['Not enough money', 'Not enough money'],
    ['Balance 1389.26, id 40020017', 'Balance 1389.26, id 40020017'],
    ['', ''],
    // One line, no control or invisible characters.
    ['  two\r\nlines\u2028and\ta\u0000bell\u0007 ', 'two lines and a bell'],
    ['\u202Eevil\u202C', 'evil'],
    // Whole secrets.
    [`key ${apiKey}!`, 'key ***!'],
    [`Basic ${toBase64(`${email}:${apiKey}`)}`, 'Basic ***'],
    [`key ${toBase64(apiKey)}`, 'key ***'],
    [`${email}:${apiKey}`, '***:***'],
    [`user ${email.toLowerCase()}`, 'user ***'],
    [`number ${number}`, 'number ***'],
    [`text "${text}"`, 'text "***"'],
    ['code 381945', 'code ***'],
    // Pieces, groups and escapes.
    [`key ${apiKey.slice(0, 10)}...`, 'key ***...'],
    [`key ...${apiKey.slice(-6)}`, 'key ...***'],
    [`auth ${toBase64(`${email}:${apiKey}`).slice(0, 20)}`, 'auth ***'],
    ['+7 (916) 405-82-73', '+***'],
    ['8 916 405 82 73', '***'],
    ['916.405.82.73', '***'],
    [`text ${text.slice(0, 20)}`, 'text ***'],
    [`text ${text.replace('\n', ' ')}`, 'text ***'],
    [`text ${escape(text)}`, 'text ***'],
    [`text=${encodeURIComponent(text)}&mail=${encodeURIComponent(email)}`, 'text=***&mail=***'],
    [`100% of ${number}`, '100% of ***'],
    [`7916\u200B405\u200B8273`, '***'],
    // Shared by chance.
    ['Kq7vX', 'Kq7vX'],
    ['7916', '7916'],
    ['Ваш код', 'Ваш код'],
  ])('%j is shown as %j', (words, expected) => {
    expect(redact(words, secrets)).toBe(expected);
  });

  it('is cut to 200 characters, after masking', () => {
    expect(redact('я'.repeat(300), secrets)).toBe('я'.repeat(200));
    expect(redact(`${'x'.repeat(195)}${apiKey}`, secrets)).toBe(`${'x'.repeat(195)}***`);
    expect(redact('😀'.repeat(300), secrets)).toBe('😀'.repeat(200));
    expect(redact(`${'x'.repeat(190)} ${apiKey} ${number}`, secrets)).toBe(
      `${'x'.repeat(190)} *** ***`
    );
  });

  it('masks a secret across the end of what is looked at', () => {
    expect(redact(`${' '.repeat(2048 - 8)}${apiKey}`, secrets)).toBe('***');
  });
});
