import { describe, expect, it, vi } from 'vitest';

import { isColoured, printTitle, wrap } from '../scripts/print.js';

describe('a line', () => {
  it.each([
    ['between words', 'one two three', ['one two', 'three']],
    ['within a word that is too long', 'a abcdefghijkl', ['a', 'abcdefgh', 'ijkl']],
    ['where the text has an end of line', 'a\nb c', ['a', 'b c']],
    ['by the columns that a terminal gives to a character', '验证码已发送', ['验证码已', '发送']],
    ['not at all where it fits', 'абв где', ['абв где']],
  ])('is broken %s', (_, text, lines) => {
    expect(wrap(text, 8)).toEqual(lines);
  });

  it('of a title has 80 columns at most, with its indent', () => {
    const print = vi.spyOn(console, 'log').mockReturnValue();

    printTitle(`${'a'.repeat(70)} ${'b'.repeat(79)}`);

    const [[printed = ''] = []] = print.mock.calls as string[][];

    print.mockRestore();
    expect(printed.split('\n').map(({ length }) => length)).toEqual([0, 72, 80, 3]);
  });

  it.each([
    [{ isTTY: true }, {}, true],
    [{}, {}, false],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
  ])('on %j with %j has colours: %s', (stream, env, expected) => {
    expect(isColoured(stream, env)).toBe(expected);
  });
});
