import fc from 'fast-check';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { diagnose } from './diagnosis.js';
import { createClient, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { account, code, endsIn, expectNoSecrets, sms } from './smsaero/fixtures.js';

const host = 'gate.smsaero.org';
const gateway = nock(`https://${host}`);

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  nock.cleanAll();
});

type Sent = Partial<Receipt> | SendFailure;

/** What a console test comes to whose send came to `sent`, on a host that is not the first one. */
const test = async (sent: Sent, { lookUps = [0, 100, 200, 300, 400], within = 2000 } = {}) => {
  const send = async () => {
    if (sent instanceof SendFailure) {
      throw sent;
    }

    return { channel: 'sms' as const, host, ...sent };
  };

  try {
    await diagnose(send, createClient(account), {
      endsAt: endsIn(within),
      lookUps,
      secrets: [sms.text],
    });

    return 'a tick';
  } catch (error: unknown) {
    expectNoSecrets(error);

    if (!(error instanceof SendFailure)) {
      throw error;
    }

    expect(error.details.host).toBe(host);

    return { kind: error.kind, ...error.details, host: undefined };
  }
};

const answer = (
  selector: string,
  body: nock.Body | ((...args: never[]) => unknown),
  status = 200
) => gateway.post(`/v2/${selector}`).reply(status, body as nock.Body);

const succeed = (data: unknown) => ({ success: true, data, message: null });

/** SMSAero's replies to the look-ups, one after another. */
const answerStatuses = (...statuses: unknown[]) => {
  for (const status of statuses) {
    answer('sms/status', succeed({ id: 1001, status, number: 79_164_058_273, cost: '5.49' }));
  }
};

describe('an accepted message', () => {
  it.each<[string, unknown[], unknown]>([
    ['delivered', [0, 3, 4, 1], 'a tick'],
    ['delivered at once', [1], 'a tick'],
    ['on its way to the end', [0, 0, 3, 3, 4], 'a tick'],
    ['of unknown statuses', [26, null, 'x', {}, 999], 'a tick'],
    ['held', [0, 8], { kind: 'held' }],
    ['held, as a text', ['8'], { kind: 'held' }],
    ['not delivered', [3, 2], { kind: 'rejected', deliveryStatus: 2 }],
    ['rejected', [0, 0, 0, 0, 6], { kind: 'rejected', deliveryStatus: 6 }],
    ['rejected, as a text', ['0', '6'], { kind: 'rejected', deliveryStatus: 6 }],
  ])('that is %s: %j', async (_, statuses, expected) => {
    answerStatuses(...statuses);

    await expect(test({ id: '1001', deliveryStatus: 0 })).resolves.toEqual(expected);
    // Not asked again once the status is final.
    expect(nock.pendingMocks()).toEqual([]);
  });

  it.each<[string, Sent, unknown]>([
    ['delivered', { id: '1001', deliveryStatus: 1 }, 'a tick'],
    ['held', { id: '1001', deliveryStatus: 8 }, { kind: 'held' }],
    ['held, without an id', { deliveryStatus: 8 }, { kind: 'held' }],
    ['without an id', { deliveryStatus: 0 }, 'a tick'],
    ['without anything', {}, 'a tick'],
  ])(
    'is not looked up when the reply to it was final or had no id: %s',
    async (_, sent, expected) => {
      answerStatuses(6);

      await expect(test(sent)).resolves.toEqual(expected);
      expect(nock.pendingMocks()).toHaveLength(1);
    }
  );

  it.each([
    [1, 'a tick'],
    [2, { kind: 'rejected', deliveryStatus: 2 }],
    [6, { kind: 'rejected', deliveryStatus: 6 }],
    [8, { kind: 'held' }],
  ])('is not looked up again once its status is %i', async (status, expected) => {
    // Even if a look-up names another SMS, as only one for Telegram does.
    answer('sms/status', succeed({ id: 1001, status, idSms: 77 }));
    answerStatuses(0);

    await expect(test({ id: '1001' })).resolves.toEqual(expected);
    expect(nock.pendingMocks()).toHaveLength(1);
  });

  it('is looked up by its id on the host that took it, in test mode with sms/teststatus', async () => {
    const id = '9'.repeat(19);

    gateway.post('/v2/sms/teststatus', { id }).reply(200, succeed([{ id, status: '8' }]));

    await expect(test({ channel: 'testSms', id })).resolves.toEqual({ kind: 'held' });
  });

  it('is looked up no more than the time allows', async () => {
    answerStatuses(0, 8);

    await expect(test({ id: '1' }, { lookUps: [0, 3_600_000] })).resolves.toBe('a tick');
    expect(nock.pendingMocks()).toHaveLength(1);
  });
});

describe('a code that Telegram has', () => {
  const answerTelegram = (status: unknown, idSms: unknown = null) =>
    answer('telegram/status', succeed({ id: 5, status, idSms, telegramCode: '123456' }));

  const testTelegram = async () => test({ channel: 'telegram', id: '5', deliveryStatus: 0 });

  it.each([
    ['delivered', 1, 'a tick'],
    ['held', 8, { kind: 'held' }],
  ])('is looked up with telegram/status: %s', async (_, status, expected) => {
    answerTelegram(0);
    answerTelegram(status);

    await expect(testTelegram()).resolves.toEqual(expected);
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('is not followed as an SMS where Telegram delivered it', async () => {
    answerTelegram(1, 77);
    answerStatuses(6);

    await expect(testTelegram()).resolves.toBe('a tick');
    expect(nock.pendingMocks()).toHaveLength(1);
  });

  it.each([
    ['delivered', [0, 1], 'a tick'],
    ['held', ['8'], { kind: 'held' }],
    ['not delivered', [3, 2], { kind: 'rejected', deliveryStatus: 2 }],
    ['rejected', [6], { kind: 'rejected', deliveryStatus: 6 }],
  ])(
    "is followed as SMSAero's SMS where Telegram can't deliver it: %s",
    async (_, statuses, expected) => {
      for (const status of statuses) {
        answerTelegram(2, '77');
        gateway.post('/v2/sms/status', { id: '77' }).reply(200, succeed({ id: 77, status }));
      }

      await expect(testTelegram()).resolves.toEqual(expected);
      expect(nock.pendingMocks()).toEqual([]);
    }
  );

  it.each([2, 6])('is told as not delivered by Telegram while no SMS shows: %i', async (status) => {
    for (const _ of [1, 2, 3, 4, 5]) {
      answerTelegram(status);
    }

    await expect(testTelegram()).resolves.toEqual({
      kind: 'rejected',
      channel: 'telegram',
      deliveryStatus: status,
    });
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('is also told as undelivered while nothing is known of that SMS', async () => {
    for (const _ of [1, 2, 3, 4, 5]) {
      answerTelegram(2, 77);
      answer('sms/status', '<html>');
    }

    await expect(testTelegram()).resolves.toMatchObject({ kind: 'rejected', channel: 'telegram' });
  });

  it('is also told as undelivered where later look-ups say nothing', async () => {
    answerTelegram(2);

    for (const _ of [1, 2, 3, 4]) {
      answerTelegram('unknown');
    }

    await expect(testTelegram()).resolves.toMatchObject({ kind: 'rejected', channel: 'telegram' });
  });

  it('is followed further where the SMS shows later', async () => {
    answerTelegram(2);
    answerTelegram(2, 77);
    answerStatuses(1);

    await expect(testTelegram()).resolves.toBe('a tick');
    expect(nock.pendingMocks()).toEqual([]);
  });
});

/** Everything but a reply that tells the status. */
const nonsense: Array<[string, number, nock.Body]> = [
  ['a page', 200, '<html>Maintenance</html>'],
  ['an empty body', 200, ''],
  ['cut-off JSON', 200, '{"success":true,"data":{"st'],
  ['a refusal', 404, { success: false, data: null, message: `No ${sms.text}` }],
  ['a refusal with a status', 200, { success: false, data: { status: 6 } }],
  ['a server error with a status', 500, succeed({ status: 6 })],
  ['a redirect', 302, succeed({ status: 6 })],
  ['two messages', 200, succeed([{ status: 6 }, { status: 6 }])],
  ['a text', 200, succeed('6')],
  ['nothing', 200, succeed(null)],
  ['an empty list', 200, succeed([])],
  ['credentials refused', 401, ''],
  ['no money', 402, ''],
  ['a limit', 429, ''],
];

describe('a look-up', () => {
  it.each(nonsense)('that is answered with %s changes nothing', async (_, status, body) => {
    answer('sms/status', body, status);
    answerStatuses(8);

    await expect(test({ id: '1001' })).resolves.toEqual({ kind: 'held' });
  });

  it('that fails changes nothing', async () => {
    for (const error of ['ECONNRESET', 'ENOTFOUND', 'x']) {
      gateway
        .post('/v2/sms/status')
        .replyWithError(Object.assign(new Error(sms.text), { code: error }));
    }

    answerStatuses(6);

    await expect(test({ id: '1001' })).resolves.toMatchObject({ deliveryStatus: 6 });
  });

  it('that hangs leaves the next one its turn, and the last one the end', async () => {
    gateway
      .post('/v2/sms/status')
      .delay(60_000)
      .reply(200, succeed({ status: 1 }));
    answerStatuses(8);

    await expect(test({ id: '1001' }, { lookUps: [0, 200] })).resolves.toEqual({ kind: 'held' });

    gateway
      .post('/v2/sms/status')
      .delay(60_000)
      .reply(200, succeed({ status: 1 }));

    await expect(test({ id: '1001' }, { lookUps: [0], within: 100 })).resolves.toBe('a tick');
    nock.abortPendingRequests();
  });

  it('changes nothing or tells a final status, whatever JSON answers it', async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const status = fc.oneof(fc.constantFrom<unknown>(0, 1, 2, 6, 8, '2', '6', '8'), value);
    const data = fc.oneof(
      value,
      fc.record({ status, id: value }),
      fc.tuple(fc.record({ status, id: value }))
    );
    const body = fc.oneof(value, fc.record({ success: fc.boolean(), data, message: value }));

    await fc.assert(
      fc.asyncProperty(body, async (reply) => {
        answer('sms/status', JSON.stringify(reply));

        const { success, data: told } = { ...(reply as { success?: unknown; data?: unknown }) };
        const [message] = [told].flat() as Array<{ status?: unknown } | undefined>;
        const outcome = await test({ id: '1001' }, { lookUps: [0] });

        if (outcome !== 'a tick') {
          expect(success).toBe(true);
          expect(String(message?.status)).toBe(
            typeof outcome === 'object' && outcome.kind === 'held'
              ? '8'
              : String(typeof outcome === 'object' && outcome.deliveryStatus)
          );
        }
      }),
      { numRuns: 200 }
    );
  });
});

describe('a refused sender name', () => {
  const refusal = new SendFailure('sender', {
    host,
    status: 400,
    vendorMessage: 'sign: incorrect',
  });
  const entry = (name: unknown, status: unknown = 1) => ({ id: 1, name, status });
  const keyed = (...entries: unknown[]) =>
    succeed({ totalCount: String(entries.length), ...Object.fromEntries(entries.entries()) });

  it.each<[string, unknown, string[] | undefined]>([
    ['a keyed object', keyed(entry('Shop'), entry('Acme')), ['Shop', 'Acme']],
    ['an array', succeed([entry('Shop'), entry('Acme')]), ['Shop', 'Acme']],
    ['none', succeed({ totalCount: '0' }), []],
    ['nothing', succeed(null), []],
    ['a text', succeed('Shop'), []],
    ['a status as a text', keyed(entry('Shop', '1')), ['Shop']],
    ['names not approved', keyed(entry('Shop', 0), entry('Acme', 2), entry('X', 8)), []],
    [
      'more than five',
      keyed(...['A', 'B', 'C', 'D', 'E', 'F'].map((name) => entry(name))),
      ['A', 'B', 'C', 'D', 'E'],
    ],
    [
      'names that may not be shown',
      keyed(
        entry(account.apiKey),
        entry(account.email.toUpperCase()),
        entry(sms.text),
        entry(sms.number),
        entry('x'.repeat(24)),
        entry('two\nlines'),
        entry(`%4b${account.apiKey.slice(1)}`),
        entry(''),
        entry({ toString: 'x' }),
        entry(7),
        null,
        entry('Shop')
      ),
      ['Shop'],
    ],
    ['a page', '<html>', undefined],
    ['a refusal', { success: false, message: 'No' }, undefined],
  ])('is told with the approved ones: %s', async (_, body, approvedNames) => {
    answer('sign/list', body as nock.Body);

    await expect(test(refusal)).resolves.toEqual({
      kind: 'sender',
      status: 400,
      vendorMessage: 'sign: incorrect',
      ...(approvedNames && { approvedNames }),
    });
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('is told without them in time when that hangs', async () => {
    gateway.post('/v2/sign/list').delay(60_000).reply(200, keyed());

    await expect(test(refusal, { within: 100 })).resolves.not.toHaveProperty('approvedNames');
    nock.abortPendingRequests();
  });
});

describe('a lack of money', () => {
  it.each<[unknown, number | undefined]>([
    [{ balance: 3.53 }, 3],
    [{ balance: '3.99' }, 3],
    [{ balance: 0 }, 0],
    [{ balance: -0.5 }, -1],
    [{ balance: 9999.99 }, 9999],
    [{ balance: 10_000 }, undefined],
    [{ balance: -10_000 }, undefined],
    [{ balance: Number(sms.number) }, undefined],
    [{ balance: Number(code) }, undefined],
    [{ balance: '1e3' }, undefined],
    [{ balance: `1 ${account.apiKey}` }, undefined],
    [{ balance: [5] }, undefined],
    [{ balance: {} }, undefined],
    [{}, undefined],
    [null, undefined],
    ['5', undefined],
  ])('is told with the balance: %j is %s', async (data, balance) => {
    answer('balance', succeed(data));

    await expect(test(new SendFailure('funds', { host, status: 402 }))).resolves.toEqual({
      kind: 'funds',
      status: 402,
      ...(balance !== undefined && { balance }),
    });
  });
});

describe('any other failure', () => {
  it('asks nothing', async () => {
    answer('sign/list', succeed([]));
    answer('balance', succeed({ balance: 3 }));

    for (const kind of ['credentials', 'timeout', 'unreachable', 'rejected'] as const) {
      await expect(test(new SendFailure(kind, { host }))).resolves.toEqual({ kind });
    }

    expect(nock.pendingMocks()).toHaveLength(2);
  });
});
