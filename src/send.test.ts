import nock from 'nock';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { configGuard } from './config.js';
import { config as rawConfig } from './fixtures.js';
import { send } from './send.js';
import { createClient } from './smsaero/client.js';
import { accepted, account, code, endsIn, settle, sms, SystemError } from './smsaero/fixtures.js';

const gateway = nock('https://gate.smsaero.ru');
const config = configGuard.parse({ ...rawConfig, telegram: true });
const { number, sign, text } = sms;

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  const pending = nock.pendingMocks();

  nock.cleanAll();
  expect(pending).toEqual([]);
});

/** What a send comes to. */
const trySend = async ({
  code: codeToSend = code,
  isConsoleTest = false,
  overrides = {},
  within = 20_000,
} = {}) => {
  const outcome = await settle(
    send({ number, code: codeToSend, text }, { ...config, ...overrides }, createClient(account), {
      endsAt: endsIn(within),
      isConsoleTest,
    })
  );

  if ('kind' in outcome) {
    const { host, ...failure } = outcome;

    return failure;
  }

  const { channel, id, refusal } = outcome;

  return { channel, id, ...(refusal && { after: refusal.kind }) };
};

const telegramData = {
  id: 2005,
  number,
  telegramCode: code,
  smsText: text,
  smsFrom: sign,
  idSms: null,
  status: 0,
  extendStatus: 'queue',
  cost: '1.00',
  dateCreate: 1_700_000_000,
};

const answerTelegram = (body: nock.Body, status = 200) =>
  gateway.post('/v2/telegram/send').reply(status, body);
const answerSms = (body: nock.Body = accepted, status = 200) =>
  gateway.post('/v2/sms/send', sms).reply(status, body);
const succeed = (data: unknown): nock.Body =>
  JSON.stringify({ success: true, data, message: null });
const refuse = (message: string, data: unknown = null): nock.Body =>
  JSON.stringify({ success: false, data, message });

/** What comes of a code that goes by SMS after such a refusal. */
const bySms = (kind: string) => ({ channel: 'sms', id: '1001', after: kind });

/** A name, SMSAero's answer with its HTTP status, and what the send comes to. */
type Row = [string, nock.Body, number, Record<string, unknown>];

describe('a code for Telegram', () => {
  it('is one form with number, code, and sender name and text of the SMS in its place', async () => {
    const takes = vi.fn(() => true);

    nock('https://gate.smsaero.ru', {
      reqheaders: { 'content-type': 'application/x-www-form-urlencoded' },
    })
      .post('/v2/telegram/send', takes)
      .reply(200, succeed(telegramData));

    await expect(trySend()).resolves.toEqual({ channel: 'telegram', id: '2005' });
    expect(takes.mock.calls).toEqual([[{ number, code, sign, text }]]);
  });

  const sent = { channel: 'telegram', id: '2005' };
  const failure = { channel: 'telegram', status: 200 };
  const taken = { ...failure, id: '2005', hasId: true };

  it.each<Row>([
    ['an array of one', succeed([telegramData]), 200, sent],
    ['no data', succeed([]), 200, { ...sent, id: undefined }],
    [
      'another code',
      succeed({ ...telegramData, telegramCode: '381946' }),
      200,
      { ...taken, kind: 'bad-reply', reason: 'Telegram got another code' },
    ],
    // SMSAero rejects some at once; if it names an SMS, that is out.
    ...[2, 6].flatMap<Row>((status) => [
      [
        `a status ${status}`,
        succeed({ ...telegramData, status }),
        200,
        { ...taken, kind: 'rejected', deliveryStatus: status },
      ],
      [
        `a status ${status} and an SMS`,
        succeed({ ...telegramData, status, idSms: 2077 }),
        200,
        sent,
      ],
    ]),
    // Sure refusals.
    ['a refusal', refuse('Telegram is off'), 200, bySms('refused')],
    ['an unknown call', refuse('Unknown method'), 404, bySms('refused')],
    ['a number', refuse('No', { number: ['incorrect'] }), 400, bySms('number')],
    ['a sender name', refuse('No', { sign: ['incorrect'] }), 400, bySms('sender')],
    ['no access', refuse('No'), 403, bySms('account')],
    ['a limit', '', 429, bySms('rate-limit')],
    ['a refusal without an id', refuse('No', { id: null }), 400, bySms('refused')],
    ['a refusal with a list', refuse('No', ['x', null]), 400, bySms('refused')],
    ['a refusal without a code', refuse('No', { telegramCode: null }), 400, bySms('refused')],
    // Refusals for which the code may be on its way all the same.
    ...[201, 202, 299, 408, 409, 425, 499].map<Row>((status) => [
      'a refusal under a status that leaves it open',
      refuse('No'),
      status,
      { ...failure, kind: 'refused', status, vendorMessage: 'No' },
    ]),
    ...[
      [400, 'refused', { id: 2005 }],
      [400, 'refused', [{ id: '2005' }]],
      [400, 'sender', { id: 2005, sign: ['x'] }],
      [400, 'number', { id: 2005, number: ['x'] }],
      [403, 'account', { id: 2005 }],
      [429, 'rate-limit', { id: 2005 }],
      [400, 'refused', { 0: { id: 2005 } }],
      [400, 'refused', [[{ id: 2005 }]]],
    ].map<Row>(([status, kind, data]) => [
      `a refusal with an id, ${JSON.stringify(data)}`,
      refuse('', data),
      Number(status),
      { ...taken, kind, status, vendorMessage: expect.stringContaining('id: ***') as unknown },
    ]),
    [
      'a refusal with the code that Telegram got',
      refuse('', { telegramCode: code }),
      400,
      {
        ...failure,
        kind: 'refused',
        status: 400,
        hasId: true,
        vendorMessage: 'telegramCode: ***',
      },
    ],
    [
      'a refusal with an odd id',
      refuse('', [1, { id: { x: 1 } }]),
      400,
      { ...failure, kind: 'refused', status: 400, hasId: true, vendorMessage: '1, id: x: 1' },
    ],
    // What an SMS would meet with as well.
    ['credentials', '', 401, { ...failure, kind: 'credentials', status: 401 }],
    ['no money', '', 402, { ...failure, kind: 'funds', status: 402 }],
    [
      'an address',
      refuse('Invalid ip'),
      403,
      { ...failure, kind: 'ip-address', status: 403, vendorMessage: 'Invalid ip' },
    ],
    // No answers of SMSAero's own.
    [
      'no access to anything',
      '<html>',
      403,
      { ...failure, kind: 'bad-reply', status: 403, reason: 'HTTP 403, no reply in JSON' },
    ],
    [
      'a server error',
      refuse('No'),
      500,
      {
        ...failure,
        kind: 'bad-reply',
        status: 500,
        vendorMessage: 'No',
        reason: 'HTTP 500, a server error',
      },
    ],
    [
      'a page',
      '<html>',
      200,
      { ...failure, kind: 'bad-reply', reason: 'HTTP 200, no reply in JSON' },
    ],
  ])('that is answered with %s (%s, %i) comes to this', async (_, body, status, expected) => {
    answerTelegram(body, status);

    if (expected.channel === 'sms') {
      answerSms();
    }

    await expect(trySend()).resolves.toEqual(expected);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET'])('that fails is no SMS either: %s', async (errorCode) => {
    for (const zone of ['ru', 'org', 'net']) {
      nock(`https://gate.smsaero.${zone}`)
        .post('/v2/telegram/send')
        .replyWithError(new SystemError(errorCode, code));
    }

    await expect(trySend()).resolves.toMatchObject({ kind: 'unreachable', channel: 'telegram' });
  });
});

describe('a code that Telegram surely refused', () => {
  it("comes to the SMS's failure where that fails, too", async () => {
    answerTelegram(refuse('No'));
    answerSms('', 402);

    await expect(trySend()).resolves.toEqual({
      kind: 'funds',
      channel: 'sms',
      status: 402,
      afterTelegram: 'refused',
    });
  });

  it('goes nowhere without a second left of the deadline', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    gateway.post('/v2/telegram/send').reply(200, () => {
      vi.advanceTimersByTime(2001);

      return refuse('No');
    });

    await expect(trySend({ within: 3000 })).resolves.toMatchObject({
      kind: 'refused',
      channel: 'telegram',
    });
    vi.useRealTimers();
  });

  it('is told on a console test, without an SMS', async () => {
    answerTelegram(refuse('Telegram is off'));

    await expect(trySend({ isConsoleTest: true })).resolves.toEqual({
      kind: 'refused',
      channel: 'telegram',
      status: 200,
      vendorMessage: 'Telegram is off',
    });
  });
});

describe('a message', () => {
  it.each([
    ['Telegram is off', { overrides: { telegram: false } }],
    ['the code begins with 0', { code: '038194' }],
    ['the code has three digits', { code: '381' }],
    ['the code has nine digits', { code: '381945381' }],
    ['the code has letters', { code: '38194a' }],
    ['the code has digits of another script', { code: '٣٨١٩٤٥' }],
    ['there is no code', { code: '' }],
    ['there is no code on a console test', { code: '', isConsoleTest: true }],
  ])('goes by SMS where %s', async (_, options) => {
    answerSms();

    await expect(trySend(options)).resolves.toEqual({ channel: 'sms', id: '1001' });
  });

  it('goes by SMS in test mode, which wins', async () => {
    gateway.post('/v2/sms/testsend', sms).reply(200, accepted);

    await expect(trySend({ overrides: { testMode: true } })).resolves.toMatchObject({
      channel: 'testSms',
    });
  });

  it.each(['3819', '38194538'])('goes to Telegram where the code is %s', async (codeToSend) => {
    answerTelegram(succeed({ ...telegramData, telegramCode: codeToSend }));

    await expect(trySend({ code: codeToSend })).resolves.toMatchObject({ channel: 'telegram' });
  });

  it.each([
    ['000000', '123456'],
    ['381945', '381945'],
  ])('of a console test with the code %s goes to Telegram with %s', async (given, telegramCode) => {
    gateway
      .post('/v2/telegram/send', (body: { code?: unknown }) => body.code === telegramCode)
      .reply(200, succeed({ ...telegramData, telegramCode }));

    await expect(trySend({ code: given, isConsoleTest: true })).resolves.toEqual({
      channel: 'telegram',
      id: '2005',
    });
  });
});
