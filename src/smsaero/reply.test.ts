import { describe, expect, it } from 'vitest';

import { accepted as acceptedReply } from './fixtures.js';
import {
  isFailedDelivery,
  parseAccepted,
  parseBalance,
  parseMessage,
  parseReply,
  parseSenderNames,
} from './reply.js';

const accepted = acceptedReply.data;

const parse = (status: number, body: unknown) =>
  parseReply({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** What a reply about one message comes to: what is known of it, or its failure in words. */
const judge = (status: number, body: unknown) => {
  const reply = parse(status, body);
  const { id, deliveryStatus, kind, reason }: ReturnType<typeof parseAccepted> = reply.kind
    ? reply
    : parseAccepted(reply.data);

  return kind
    ? [kind, reply.words, reason, deliveryStatus].filter(Boolean)
    : { id, status: deliveryStatus };
};
const succeed = (data: unknown, message: unknown = null) => ({ success: true, data, message });
const refuse = (message: unknown, data: unknown = null) => ({ success: false, data, message });
const nested = `{"success":false,"message":${'['.repeat(20_000)}"x"${']'.repeat(20_000)}}`;

const noSuccess = ['bad-reply', 'HTTP 200, JSON without a "success" that is true or false'];
const notOneMessage = ['bad-reply', 'not a reply about one message'];

describe('an accepted message', () => {
  it.each([
    ['an object', 200, succeed(accepted), { id: '1001', status: 0 }],
    ['an array of one', 200, succeed([accepted]), { id: '1001', status: 0 }],
    ...[
      { 0: accepted },
      { 7: accepted, totalCount: '1', links: { self: 'x' } },
      [[accepted]],
      { 0: [accepted] },
      [{ 0: { 0: accepted } }],
    ].map<[string, number, unknown, unknown]>((data) => [
      `in ${JSON.stringify(data)}`,
      200,
      succeed(data),
      { id: '1001', status: 0 },
    ]),
    ['created', 201, succeed(accepted), { id: '1001', status: 0 }],
    ['numbers as strings', 200, succeed({ id: '1001', status: '3' }), { id: '1001', status: 3 }],
    ['in moderation', 200, succeed({ id: 1001, status: 8 }), { id: '1001', status: 8 }],
    ['delivered at once', 200, succeed({ id: 1001, status: 1 }), { id: '1001', status: 1 }],
    ['an unknown status', 200, succeed({ id: 1001, status: 26 }), { id: '1001', status: 26 }],
    ['odd values', 200, succeed({ id: 'x12', status: '6x' }), {}],
    ['in moderation, as a text', 200, succeed({ status: '8' }), { status: 8 }],
    ['values that are too long', 200, succeed({ id: '9'.repeat(20), status: 1000 }), {}],
    ['a number that JSON rounds', 200, '{"success":true,"data":{"id":9007199254740993}}', {}],
    ['odd numbers', 200, succeed({ id: -1, status: 1.5 }), {}],
    ['the longest id', 200, succeed({ id: '9'.repeat(19) }), { id: '9'.repeat(19) }],
    ['the largest status', 200, succeed({ status: '999' }), { status: 999 }],
    ['the largest id', 200, succeed({ id: 2 ** 53 - 1 }), { id: '9007199254740991' }],
    ['values of other types', 200, succeed({ id: {}, status: null }), {}],
    ['values that are no primitives', 200, succeed({ id: { toString: 1 }, status: [['6']] }), {}],
    ['an object without fields', 200, succeed({}), {}],
    [
      'an object with fields of a list',
      200,
      succeed({ ...accepted, 0: {}, totalCount: '1' }),
      { id: '1001', status: 0 },
    ],
    ['no data', 200, succeed(null), {}],
    ['an empty array', 200, succeed([]), {}],
    ['an empty array in another', 200, succeed([[]]), {}],
    ['another result', 200, { ...acceptedReply, result: 'accepted' }, { id: '1001', status: 0 }],
    ['no data field', 200, { success: true }, {}],
    ['space around', 200, `\n ${JSON.stringify(succeed(accepted))} \n`, { id: '1001', status: 0 }],
  ])('%s', (_, status, body, expected) => {
    expect(judge(status, body)).toEqual(expected);
  });
});

describe('a failed message', () => {
  it.each<[string, number, unknown, Array<string | number>]>([
    ['credentials', 401, refuse('Invalid credentials.'), ['credentials', 'Invalid credentials.']],
    ['credentials, any body', 401, '<html>', ['credentials']],
    ['funds', 402, refuse('Not enough money'), ['funds', 'Not enough money']],
    ['funds, no body', 402, '', ['funds']],
    ['funds, whatever it says', 402, succeed(accepted), ['funds']],
    ...[
      'Not enough money',
      'NOT ENOUGH FUNDS.',
      'not enough credits',
      'No credits left',
      'Insufficient funds',
      'Insufficient balance',
      'Недостаточно средств',
      'На счёте недостаточно денег',
    ].map<[string, number, unknown, string[]]>((words) => [
      `funds by words: ${words}`,
      200,
      refuse(words),
      ['funds', words],
    ]),
    ...[
      'Отправка посредством общей подписи запрещена',
      'Low balance',
      'Bad credit card',
      'Enter money',
      'Your ip address is unknown',
    ].map<[string, number, unknown, string[]]>((words) => [
      `no funds by words: ${words}`,
      400,
      refuse(words),
      ['refused', words],
    ]),
    ['account', 403, refuse('Forbidden'), ['account', 'Forbidden']],
    ['account, without words', 403, refuse(null), ['account']],
    ['no account, in HTML', 403, '<html>', ['bad-reply', 'HTTP 403, no reply in JSON']],
    ['address', 404, refuse('Invalid ip-address'), ['ip-address', 'Invalid ip-address']],
    ['address, with 403', 403, refuse('invalid IP'), ['ip-address', 'invalid IP']],
    ['address, with 200', 200, refuse('Invalid ip'), ['ip-address', 'Invalid ip']],
    ['another 404', 404, refuse('Not found'), ['refused', 'Not found']],
    ['rate limit', 429, '', ['rate-limit']],
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
      ['sender', 'Validation error. sign: required, number: required, incorrect'],
    ],
    [
      'an echo of the fields',
      400,
      refuse('Bad request', { number: '7916', sign: 'Shop' }),
      ['refused', 'Bad request number: 7916, sign: Shop'],
    ],
    ['number, in the message', 400, refuse({ number: ['x'] }), ['number', 'number: x']],
    ['sender, in the message', 400, refuse({ sign: ['x'] }), ['sender', 'sign: x']],
    [
      'number in the data and sender in the message',
      400,
      refuse({ sign: ['incorrect'] }, { number: ['incorrect'] }),
      ['sender', 'sign: incorrect number: incorrect'],
    ],
    [
      'a list and an echo',
      403,
      refuse('No', { number: ['incorrect'], sign: 'Shop' }),
      ['number', 'No number: incorrect, sign: Shop'],
    ],
    ['another field', 400, refuse('No', { text: ['x'] }), ['refused', 'No text: x']],
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
    ['rejected', 200, succeed({ ...accepted, status: 6 }), ['rejected', 6]],
    [
      'undelivered',
      200,
      succeed([{ ...accepted, status: '2' }], 'Sorry'),
      ['rejected', 'Sorry', 2],
    ],
    ...[[[accepted]], { 0: accepted }, { 0: [accepted] }].map<
      [string, number, unknown, Array<string | number>]
    >((data) => [
      `rejected, in ${JSON.stringify(data)}`,
      200,
      JSON.stringify(succeed(data)).replace('"status":0', '"status":"6"'),
      ['rejected', 6],
    ]),
    // The guards of SMSAero's SDKs.
    [
      'rejected by its result',
      200,
      { success: true, result: 'reject', reason: 'bad text' },
      ['rejected', 'bad text'],
    ],
    ['rejected beside data', 200, { ...acceptedReply, result: 'reject' }, ['rejected']],
    ['refused and rejected', 200, { ...refuse('No'), result: 'reject' }, ['refused', 'No']],
    ['funds by its result', 200, { success: true, result: 'no credits' }, ['funds']],
    [
      'funds by its result, refused',
      400,
      { ...refuse('No'), result: 'no credits' },
      ['funds', 'No'],
    ],
    [
      'a server error with a result',
      500,
      { success: true, result: 'reject' },
      ['bad-reply', 'HTTP 500, a server error'],
    ],
    ['an empty body', 200, '', ['bad-reply', 'HTTP 200, no reply in JSON']],
    ['HTML', 200, '<html>Maintenance</html>', ['bad-reply', 'HTTP 200, no reply in JSON']],
    ['cut-off JSON', 200, '{"success":true,', ['bad-reply', 'HTTP 200, no reply in JSON']],
    ['JSON twice', 200, '{"success":true}{}', ['bad-reply', 'HTTP 200, no reply in JSON']],
    ['a text', 200, '"success"', noSuccess],
    ['null', 200, 'null', noSuccess],
    ['an array', 200, [{ success: true }], noSuccess],
    ['success as a text', 200, { success: 'true' }, noSuccess],
    ['success as a number', 200, { success: 1, data: accepted }, noSuccess],
    ['version 1', 200, { result: 'accepted', id: 1 }, noSuccess],
    ['deep JSON', 200, '['.repeat(60_000), ['bad-reply', 'HTTP 200, no reply in JSON']],
    ['two messages', 200, succeed([accepted, accepted]), notOneMessage],
    ['two numbered messages', 200, succeed({ 0: accepted, 1: accepted }), notOneMessage],
    [
      'data out of depth',
      200,
      `{"success":true,"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      notOneMessage,
    ],
    ['data as a text', 200, succeed('queued'), notOneMessage],
    ['null in a list', 200, succeed([null]), notOneMessage],
    ['success with a 400', 400, succeed(accepted), ['bad-reply', 'HTTP 400, yet a success']],
    ['success with a broken status', 0, succeed(accepted), ['bad-reply', 'HTTP 0, yet a success']],
    ['success with a 199', 199, succeed(accepted), ['bad-reply', 'HTTP 199, yet a success']],
    ['the first of the redirects', 300, '', ['bad-reply', 'HTTP 300, a redirect']],
    ['a redirect', 302, succeed(accepted), ['bad-reply', 'HTTP 302, a redirect']],
    ['the last of the redirects', 399, '', ['bad-reply', 'HTTP 399, a redirect']],
    [
      'a server error',
      500,
      refuse('Internal error'),
      ['bad-reply', 'Internal error', 'HTTP 500, a server error'],
    ],
    ['success with a 503', 503, succeed(accepted), ['bad-reply', 'HTTP 503, a server error']],
    ['HTML with 404', 404, '<html>', ['bad-reply', 'HTTP 404, no reply in JSON']],
  ])('%s', (_, status, body, expected) => {
    expect(judge(status, body)).toEqual(expected);
  });
});

describe("SMSAero's own answer", () => {
  it.each<[string, number, unknown, boolean]>([
    ['an accepted message', 200, acceptedReply, true],
    ['a refusal', 400, refuse('No'), true],
    ['a success about two messages', 200, succeed([accepted, accepted]), true],
    ['a lack of money, any body', 402, '<html>', true],
    ['credentials, any body', 401, '', true],
    ['a limit, any body', 429, '', true],
    ['a 403 in HTML', 403, '<html>', false],
    ['a page', 200, '<html>', false],
    ['a redirect', 302, acceptedReply, false],
    ['a server error', 500, refuse('No'), false],
    ['another shape', 200, { success: 'true' }, false],
  ])('%s, %i: %j is %s', (_, status, body, expected) => {
    expect(parse(status, body)).toMatchObject({ status, isOwn: expected });
  });
});

describe('a code sent to Telegram', () => {
  it.each<[unknown, boolean]>([
    ['381945', true],
    [381_945, true],
    [null, true],
    [undefined, true],
    ['381946', false],
    ['0381945', false],
    ['', false],
    [81_945, false],
    [true, false],
    [['381945'], false],
    [{}, false],
    [{ toString: 1 }, false],
  ])('that the reply gives as %j is the same one: %s', (telegramCode, isSame) => {
    const data = { id: 5, status: 0, telegramCode };

    for (const reply of [parseAccepted(data, '381945'), parseAccepted([data], '381945')]) {
      expect(reply).toEqual(
        isSame
          ? { id: '5', deliveryStatus: 0, idSms: undefined }
          : { kind: 'bad-reply', reason: 'Telegram got another code' }
      );
    }

    // Of an SMS it says nothing.
    expect(parseAccepted(data)).not.toHaveProperty('kind');
  });

  it('is rejected whatever code the reply gives', () => {
    expect(parseAccepted({ status: 6, telegramCode: '1' }, '381945')).toMatchObject({
      kind: 'rejected',
      deliveryStatus: 6,
    });
  });

  it.each([2, 6])('is taken if SMSAero has sent its SMS, whatever Telegram says: %i', (status) => {
    const data = { id: 5, status, idSms: 77, telegramCode: '381945' };

    expect(parseAccepted(data, '381945')).toEqual({ id: '5', deliveryStatus: status, idSms: '77' });
    // An SMS has no SMS in its place.
    expect(parseAccepted(data)).toMatchObject({ kind: 'rejected', deliveryStatus: status });
    // And the code may be another one.
    expect(parseAccepted({ ...data, telegramCode: '1' }, '381945')).toMatchObject({
      kind: 'bad-reply',
    });
  });

  it.each([
    [77, '77'],
    ['77', '77'],
    [null, undefined],
    ['x', undefined],
    [{ toString: 1 }, undefined],
  ])('that went on as the SMS %j names it', (idSms, expected) => {
    expect(parseMessage({ id: 5, status: 2, idSms })).toEqual({
      id: '5',
      deliveryStatus: 2,
      idSms: expected,
    });
  });
});

describe('a refusal', () => {
  it('may name a message in its data, its words, beside the envelope, or without one', () => {
    expect(parse(400, refuse('No', [{ id: 5 }]))).toMatchObject({ hasId: true });
    expect(parse(400, refuse({ telegramCode: '1' }))).toMatchObject({ hasId: true });
    expect(parse(400, { ...refuse('No'), id: 5 })).toMatchObject({ hasId: true });
    expect(parse(429, { data: { id: 5 } })).toMatchObject({ hasId: true });
    expect(parse(429, '')).toMatchObject({ hasId: false });
  });
});

describe('a delivery status', () => {
  it.each([
    [undefined, false],
    [0, false],
    [1, false],
    [2, true],
    [3, false],
    [6, true],
    [8, false],
  ])('%s is final and no delivery: %s', (status, expected) => {
    expect(isFailedDelivery(status)).toBe(expected);
  });
});

const entry = (name: unknown, status: unknown = 1) => ({ id: 1, name, status });
const keyed = (...entries: unknown[]) => ({
  totalCount: String(entries.length),
  ...Object.fromEntries(entries.entries()),
});

describe('the approved sender names', () => {
  it.each<[string, unknown, string[], boolean]>([
    ['a keyed object', keyed(entry('Shop'), entry('Acme')), ['Shop', 'Acme'], false],
    ['an array', [entry('Shop'), entry('Acme')], ['Shop', 'Acme'], false],
    ['plain strings', ['Shop', ' Acme ', ' '], ['Shop', 'Acme'], false],
    ['numbered strings', keyed('Shop'), ['Shop'], false],
    ['items', { items: [entry('Shop'), 'Acme'] }, ['Shop', 'Acme'], false],
    ['items under numbers', { items: { 0: { sign: 'Shop' } }, totalCount: 1 }, ['Shop'], false],
    ['a status as a text', keyed(entry('Shop', '1')), ['Shop'], false],
    [
      'the field sign',
      [
        { sign: 'Shop', status: 1 },
        { sign: 'Acme', status: 0 },
      ],
      ['Shop'],
      false,
    ],
    ['the first page', { ...keyed(entry('Shop')), totalCount: '60' }, ['Shop'], false],
    ['names not approved', keyed(entry('Shop', 0), entry('Acme', 2), entry('X', null)), [], false],
    [
      'names of other types',
      keyed(entry(''), entry({ toString: 'x' }), entry(7), null, entry('Shop')),
      ['Shop'],
      false,
    ],
    // Empty for sure.
    ['no entries', { totalCount: '0' }, [], true],
    ['an empty array', [], [], true],
    ['an empty array in another', [[]], [], true],
    ['no items', { items: [], totalCount: 0, links: { next: null } }, [], true],
    // Or perhaps not.
    ['nothing', null, [], false],
    ['a text', 'Shop', [], false],
    ['an object without fields', {}, [], false],
    ['another shape', { names: ['Shop'] }, [], false],
    ['a count without entries', { totalCount: '3' }, [], false],
    ['a count of another type', { items: [], totalCount: { toString: 1 } }, [], false],
    ['a second page', { totalCount: '0', links: { next: '/v2/sign/list?page=2' } }, [], false],
  ])('in %s', (_, data, names, isEmpty) => {
    expect(parseSenderNames(data)).toEqual({ names, isEmpty });
  });
});

describe('the balance', () => {
  it.each<[unknown, number | undefined]>([
    [{ balance: 3.53 }, 3.53],
    [{ balance: '3.99' }, 3.99],
    [{ balance: 0 }, 0],
    [{ balance: -0.5 }, -0.5],
    [{ balance: '1e3' }, undefined],
    [{ balance: '1 x' }, undefined],
    [{ balance: 'x 1' }, undefined],
    [{ balance: [5] }, undefined],
    [{ balance: {} }, undefined],
    [{}, undefined],
    [null, undefined],
    ['5', undefined],
  ])('in %j is %s', (data, balance) => {
    expect(parseBalance(data)).toBe(balance);
  });
});
