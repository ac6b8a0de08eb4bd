import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { judge } from './answer.js';
import { SendFailure } from './failure.js';

const accepted = {
  id: 1001,
  from: 'SMS Aero',
  number: '79990000001',
  text: 'Hi',
  status: 0,
  extendStatus: 'queue',
  channel: 'FREE SIGN',
  cost: 5.49,
  dateCreate: 1_700_000_000,
  dateSend: 1_700_000_000,
};

const judgeBody = (status: number, body: unknown) => {
  try {
    return judge(
      { status, body: typeof body === 'string' ? body : JSON.stringify(body) },
      'gate.example',
      (words) => words
    );
  } catch (error: unknown) {
    if (error instanceof SendFailure) {
      const { kind, details } = error;

      expect(details).toMatchObject({ host: 'gate.example', status });

      return [kind, details.words, details.reason].filter(Boolean);
    }

    throw error;
  }
};

const succeed = (data: unknown, message: unknown = null) => ({ success: true, data, message });
const refuse = (message: unknown, data: unknown = null) => ({ success: false, data, message });
const nested = `{"success":false,"message":${'['.repeat(20_000)}"x"${']'.repeat(20_000)}}`;

describe('an accepted message', () => {
  it.each([
    ['an object', 200, succeed(accepted), { id: 1001, status: 0 }],
    ['an array of one', 200, succeed([accepted]), { id: 1001, status: 0 }],
    ['created', 201, succeed(accepted), { id: 1001, status: 0 }],
    ['numbers as strings', 200, succeed({ id: '1001', status: '3' }), { id: 1001, status: 3 }],
    ['in moderation', 200, succeed({ id: 1001, status: 8 }), { id: 1001, status: 8 }],
    ['delivered at once', 200, succeed({ id: 1001, status: 1 }), { id: 1001, status: 1 }],
    ['an unknown status', 200, succeed({ id: 1001, status: 26 }), { id: 1001, status: 26 }],
    ['odd values', 200, succeed({ id: 'x12', status: '6x' }), {}],
    ['values that are too long', 200, succeed({ id: '9'.repeat(17), status: 1000 }), {}],
    [
      'the longest values',
      200,
      succeed({ id: '9007199254740991', status: 999 }),
      { id: 9_007_199_254_740_991, status: 999 },
    ],
    ['values of other types', 200, succeed({ id: {}, status: null }), {}],
    ['values that are no primitives', 200, succeed({ id: { toString: 1 }, status: [['6']] }), {}],
    ['an object without fields', 200, succeed({}), {}],
    ['no data', 200, succeed(null), {}],
    ['an empty array', 200, succeed([]), {}],
    ['no data field', 200, { success: true }, {}],
    ['space around', 200, `\n ${JSON.stringify(succeed(accepted))} \n`, { id: 1001, status: 0 }],
  ])('%s', (_, status, body, expected) => {
    expect(judgeBody(status, body)).toEqual(expected);
  });
});

describe('a failed message', () => {
  it.each<[string, number, unknown, string[]]>([
    ['credentials', 401, refuse('Invalid credentials.'), ['credentials', 'Invalid credentials.']],
    ['credentials, any body', 401, '<html>', ['credentials']],
    ['funds', 402, refuse('Not enough money'), ['funds', 'Not enough money']],
    ['funds, no body', 402, '', ['funds']],
    ['funds, whatever it says', 402, succeed(accepted), ['funds']],
    ['funds by words', 400, refuse('No credits left'), ['funds', 'No credits left']],
    ['funds by words, with 200', 200, refuse('Low balance'), ['funds', 'Low balance']],
    [
      'funds by words, in Russian',
      400,
      refuse('Недостаточно средств'),
      ['funds', 'Недостаточно средств'],
    ],
    ['address', 403, refuse('Forbidden'), ['address', 'Forbidden']],
    ['address, with 404', 404, refuse('Invalid ip-address'), ['address', 'Invalid ip-address']],
    ['address by words', 403, refuse('ip address'), ['address', 'ip address']],
    [
      'address by other words',
      400,
      refuse('Your IPaddress is unknown'),
      ['address', 'Your IPaddress is unknown'],
    ],
    ['another 404', 404, refuse('Not found'), ['refused', 'Not found']],
    ['rate', 429, '', ['rate']],
    [
      'number',
      400,
      refuse('Validation error.', { number: ['incorrect'] }),
      ['number', 'Validation error. number: incorrect'],
    ],
    [
      'sender',
      400,
      refuse('Validation error.', { sign: ['incorrect'] }),
      ['sender', 'Validation error. sign: incorrect'],
    ],
    [
      'number and sender',
      400,
      refuse('Validation error.', { sign: ['required'], number: ['required', 'incorrect'] }),
      ['number', 'Validation error. sign: required, number: required, incorrect'],
    ],
    [
      'another field',
      400,
      refuse('Validation error.', { text: ['required'] }),
      ['refused', 'Validation error. text: required'],
    ],
    ['with 200', 200, refuse('Nope'), ['refused', 'Nope']],
    ['without words', 200, refuse(null), ['refused']],
    ['words in an array', 400, refuse(['one', 'two', 3]), ['refused', 'one, two, 3']],
    [
      'words in an object',
      400,
      refuse({ date: ['Date is too small'] }),
      ['refused', 'date: Date is too small'],
    ],
    ['words of other types', 400, refuse(true, [null, false]), ['refused']],
    ['words out of depth', 400, nested, ['refused']],
    ['rejected', 200, succeed({ ...accepted, status: 6 }), ['rejected', 'status 6']],
    [
      'undelivered',
      200,
      succeed([{ ...accepted, status: '2' }], 'Sorry'),
      ['rejected', 'Sorry', 'status 2'],
    ],
    ['an empty body', 200, '', ['broken', 'HTTP 200, not a reply in JSON']],
    ['HTML', 200, '<html>Maintenance</html>', ['broken', 'HTTP 200, not a reply in JSON']],
    ['cut-off JSON', 200, '{"success":true,', ['broken', 'HTTP 200, not a reply in JSON']],
    ['JSON twice', 200, '{"success":true}{}', ['broken', 'HTTP 200, not a reply in JSON']],
    ['a text', 200, '"success"', ['broken', 'HTTP 200, not a reply in JSON']],
    ['null', 200, 'null', ['broken', 'HTTP 200, not a reply in JSON']],
    ['an array', 200, [{ success: true }], ['broken', 'HTTP 200, not a reply in JSON']],
    ['success as a text', 200, { success: 'true' }, ['broken', 'HTTP 200, not a reply in JSON']],
    [
      'success as a number',
      200,
      { success: 1, data: accepted },
      ['broken', 'HTTP 200, not a reply in JSON'],
    ],
    ['version 1', 200, { result: 'accepted', id: 1 }, ['broken', 'HTTP 200, not a reply in JSON']],
    ['deep JSON', 200, '['.repeat(60_000), ['broken', 'HTTP 200, not a reply in JSON']],
    [
      'two messages',
      200,
      succeed([accepted, accepted]),
      ['broken', 'HTTP 200, not a reply to one message'],
    ],
    ['data as a text', 200, succeed('queued'), ['broken', 'HTTP 200, not a reply to one message']],
    [
      'success with a client error',
      400,
      succeed(accepted),
      ['broken', 'HTTP 400, not a reply to one message'],
    ],
    ['the first of the redirects', 300, '', ['broken', 'HTTP 300, a redirect']],
    ['a redirect', 302, succeed(accepted), ['broken', 'HTTP 302, a redirect']],
    ['the last of the redirects', 399, '', ['broken', 'HTTP 399, a redirect']],
    [
      'a server error',
      500,
      refuse('Internal error'),
      ['broken', 'Internal error', 'HTTP 500, a server error'],
    ],
    [
      'a server error that calls it a success',
      503,
      succeed(accepted),
      ['broken', 'HTTP 503, a server error'],
    ],
    ['HTML with 404', 404, '<html>', ['broken', 'HTTP 404, not a reply in JSON']],
  ])('%s', (_, status, body, expected) => {
    expect(judgeBody(status, body)).toEqual(expected);
  });
});

describe('any answer', () => {
  it('is a failure, or a success that says so', () => {
    const value = fc.jsonValue({ maxDepth: 5 });
    const envelope = fc.record(
      {
        success: fc.oneof(fc.boolean(), value),
        data: fc.oneof(value, fc.record({ id: value, status: fc.oneof(fc.nat(9), value) })),
        message: value,
      },
      { requiredKeys: [] }
    );
    const status = fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 400, 402));

    fc.assert(
      fc.property(status, fc.oneof(envelope, value), (code, body) => {
        const verdict = judgeBody(code, JSON.stringify(body));

        if (!Array.isArray(verdict)) {
          const { success, data } = body as { success?: unknown; data?: unknown };
          const [item] = [data].flat() as Array<{ status?: unknown } | undefined>;

          expect(success).toBe(true);
          expect(code).toBeLessThan(300);
          expect(['2', '6']).not.toContain(String(item?.status));
        }
      }),
      { numRuns: 2000 }
    );
  });

  it('is judged without a crash when it is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        fc.pre(!body.includes('{'));
        expect(judgeBody(200, body)).toEqual(['broken', 'HTTP 200, not a reply in JSON']);
      })
    );
  });
});
