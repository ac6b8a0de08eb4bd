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
  within = 3000,
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
  id: 5,
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

describe('a code for Telegram', () => {
  it('is one form with number, code, and sender name and text of the SMS in its place', async () => {
    const takes = vi.fn(() => true);

    nock('https://gate.smsaero.ru', {
      reqheaders: { 'content-type': 'application/x-www-form-urlencoded' },
    })
      .post('/v2/telegram/send', takes)
      .reply(200, succeed(telegramData));

    await expect(trySend()).resolves.toEqual({ channel: 'telegram', id: '5' });
    expect(takes.mock.calls).toEqual([[{ number, code, sign, text }]]);
  });

  it.each<[string, nock.Body, number, unknown]>([
    ['an array of one', succeed([telegramData]), 200, { channel: 'telegram', id: '5' }],
    [
      'a code as a number',
      succeed({ ...telegramData, telegramCode: 381_945 }),
      200,
      { channel: 'telegram', id: '5' },
    ],
    [
      'no code',
      succeed({ ...telegramData, telegramCode: undefined }),
      200,
      { channel: 'telegram', id: '5' },
    ],
    [
      'null as the code',
      succeed({ ...telegramData, telegramCode: null }),
      200,
      { channel: 'telegram', id: '5' },
    ],
    ['no data', succeed([]), 200, { channel: 'telegram', id: undefined }],
    ...['381946', '81945', '0381945', 81_945, '', {}, [], true, { toString: 1 }].map<
      [string, nock.Body, number, unknown]
    >((telegramCode) => [
      `another code, ${JSON.stringify(telegramCode)}`,
      succeed({ ...telegramData, telegramCode }),
      200,
      { kind: 'bad-reply', channel: 'telegram', status: 200, reason: 'Telegram got another code' },
    ]),
    [
      'a rejection at once',
      succeed({ ...telegramData, status: 6 }),
      200,
      { kind: 'rejected', channel: 'telegram', status: 200, deliveryStatus: 6 },
    ],
    ['credentials', '', 401, { kind: 'credentials', channel: 'telegram', status: 401 }],
    ['no money', '', 402, { kind: 'funds', channel: 'telegram', status: 402 }],
    [
      'an account that may not',
      refuse('No'),
      403,
      { kind: 'account', channel: 'telegram', status: 403, vendorMessage: 'No' },
    ],
    ['a limit', '', 429, { kind: 'rate-limit', channel: 'telegram', status: 429 }],
    [
      'a server error',
      refuse('No'),
      500,
      {
        kind: 'bad-reply',
        channel: 'telegram',
        status: 500,
        vendorMessage: 'No',
        reason: 'HTTP 500, a server error',
      },
    ],
    [
      'a page',
      '<html>',
      200,
      { kind: 'bad-reply', channel: 'telegram', status: 200, reason: 'HTTP 200, no reply in JSON' },
    ],
  ])('that is answered with %s comes to this, and no SMS', async (_, body, status, expected) => {
    answerTelegram(body, status);

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
  it.each([
    ['refused', refuse('Telegram is off'), 200],
    ['refused', refuse('Unknown method'), 404],
    ['number', refuse('No', { number: ['incorrect'] }), 400],
    ['sender', refuse('No', { sign: ['incorrect'] }), 400],
  ])('goes to a visitor by SMS: %s', async (kind, body, status) => {
    answerTelegram(body, status);
    answerSms();

    await expect(trySend()).resolves.toEqual({ channel: 'sms', id: '1001', after: kind });
  });

  it("comes to the SMS's failure where that fails, too", async () => {
    answerTelegram(refuse('No'));
    answerSms('', 402);

    await expect(trySend()).resolves.toEqual({ kind: 'funds', channel: 'sms', status: 402 });
  });

  it('goes nowhere without a second left of the deadline', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    gateway.post('/v2/telegram/send').reply(200, () => {
      vi.advanceTimersByTime(2001);

      return refuse('No');
    });

    await expect(trySend()).resolves.toMatchObject({ kind: 'refused', channel: 'telegram' });
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

  it.each([
    ['000000', '123456'],
    ['381945', '381945'],
  ])('of a console test with the code %s goes to Telegram with %s', async (given, telegramCode) => {
    gateway
      .post('/v2/telegram/send', (body: { code?: unknown }) => body.code === telegramCode)
      .reply(200, succeed({ ...telegramData, telegramCode }));

    await expect(trySend({ code: given, isConsoleTest: true })).resolves.toEqual({
      channel: 'telegram',
      id: '5',
    });
  });
});
