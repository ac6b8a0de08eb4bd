import { describe, expect, it } from 'vitest';

import { findEntries, namesMessage } from './json.js';

/** A value in so many lists. */
const nest = (depth: number, value: unknown): unknown =>
  depth === 0 ? value : [nest(depth - 1, value)];

describe('the entries of a reply', () => {
  it.each<[unknown, unknown[]]>([
    [{ name: 'A' }, [{ name: 'A' }]],
    ['A', ['A']],
    [null, [null]],
    [{}, [{}]],
    [
      [{ id: 5 }, 'A', null],
      [{ id: 5 }, 'A', null],
    ],
    [{ 0: { id: 5 }, 12: 'A', x1: 'B', totalCount: '2' }, [{ id: 5 }, 'A']],
    [{ items: [{ id: 5 }], links: {} }, [{ id: 5 }]],
    [
      [[{ 0: { items: ['A'] } }], ['B']],
      ['A', 'B'],
    ],
    // Lists without entries.
    [[], []],
    [[[], { items: [] }], []],
    [{ totalCount: '0' }, []],
    // Entries that look like lists.
    [{ id: 5, 0: 'A' }, [{ id: 5, 0: 'A' }]],
    [{ status: 6, items: [], totalCount: 0 }, [{ status: 6, items: [], totalCount: 0 }]],
    // Lists that are too deep.
    [nest(10, 'A'), ['A']],
    [nest(12, 'A'), [nest(2, 'A')]],
  ])('%j are %j', (data, entries) => {
    expect(findEntries(data)).toEqual(entries);
  });
});

describe('a message', () => {
  it.each<[unknown, boolean]>([
    [{ id: 5 }, true],
    [{ id: 0 }, false],
    [{ id: '0' }, false],
    [{ id: '' }, false],
    [{ id: 'x' }, true],
    [{ id: ['invalid'] }, true],
    [[{ status: 1 }, { id: '5' }], true],
    [{ id: null }, false],
    [{ idSms: 5 }, true],
    [{ telegramCode: '381945' }, true],
    [{ telegramCode: null, id: null, idSms: null }, false],
    [{ 0: { id: 5 } }, true],
    [[[{ id: 5 }]], true],
    [{ items: [{ message: { id: 5 } }] }, true],
    [{ number: ['id'] }, false],
    [[], false],
    [[5, null], false],
    ['id', false],
    [null, false],
    [undefined, false],
    [nest(9, { id: 0 }), false],
    [nest(10, { id: 0 }), true],
  ])('is named in %j: %s', (value, expected) => {
    expect(namesMessage(value)).toBe(expected);
  });

  it('may be named in what is too deep to be searched', () => {
    expect(namesMessage(nest(5000, { id: 0 }))).toBe(true);
  });
});
