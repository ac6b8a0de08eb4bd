import nock from 'nock';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { diagnose } from './diagnosis.js';
import { createClient, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { account, code, endsIn, settle, sms, SystemError } from './smsaero/fixtures.js';

const host = 'gate.smsaero.org';
const gateway = nock(`https://${host}`);

const wait = vi.hoisted(() => vi.fn<(ms: number) => void>());

// A wait moves the clock, and is over at once.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    wait(ms);
    vi.advanceTimersByTime(ms);
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  nock.disableNetConnect();
});

afterEach(() => {
  vi.useRealTimers();
  nock.cleanAll();
  wait.mockReset();
});

type Sent = Partial<Receipt> | SendFailure;

const { number, sign: senderName } = sms;

/** What a console test comes to whose send came to `sent`, on a host that is not the first one. */
const test = async (
  sent: Sent,
  { within = 15_000, ...tried }: { within?: number; number?: string; senderName?: string } = {}
) => {
  const send = async () => {
    if (sent instanceof SendFailure) {
      throw sent;
    }

    return { channel: 'sms' as const, host, ...sent };
  };
  const client = createClient({ ...account, secrets: [sms.text, sms.number, code] });
  const failure = await settle(
    diagnose(send(), client, { endsAt: endsIn(within), number, senderName, ...tried })
  );

  if (!failure) {
    return 'a tick';
  }

  expect(failure.host).toBe(host);

  return { ...failure, host: undefined };
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

const rejected = { kind: 'rejected', channel: 'sms', id: '1001' };
const held = { kind: 'held', channel: 'sms', id: '1001' };

describe('an accepted message', () => {
  it.each<[string, unknown[], unknown]>([
    ['delivered', [0, 3, 4, 1], 'a tick'],
    ['delivered at once', [1], 'a tick'],
    ['on its way to the end', [0, 0, 3, 3, 4], 'a tick'],
    ['of unknown statuses', [26, null, 'x', {}, 999], 'a tick'],
    ['held', [0, 8], held],
    ['held, as a text', ['8'], held],
    ['not delivered', [3, 2], { ...rejected, deliveryStatus: 2 }],
    ['rejected', [0, 0, 0, 0, 6], { ...rejected, deliveryStatus: 6 }],
    ['rejected, as a text', ['0', '6'], { ...rejected, deliveryStatus: 6 }],
  ])('that is %s: %j', async (_, statuses, expected) => {
    answerStatuses(...statuses);

    await expect(test({ id: '1001', deliveryStatus: 0 })).resolves.toEqual(expected);
    // Not asked again once the status is final.
    expect(nock.pendingMocks()).toEqual([]);
  });

  it.each<[string, Sent, unknown]>([
    ['delivered', { id: '1001', deliveryStatus: 1 }, 'a tick'],
    ['held', { id: '1001', deliveryStatus: 8 }, held],
    ['held, without an id', { deliveryStatus: 8 }, { ...held, id: undefined }],
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
    [2, { ...rejected, deliveryStatus: 2 }],
    [6, { ...rejected, deliveryStatus: 6 }],
    [8, held],
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

    await expect(test({ channel: 'testSms', id })).resolves.toEqual({
      kind: 'held',
      channel: 'testSms',
      id,
    });
  });

  it('is told without its id where that could be the code', async () => {
    gateway.post('/v2/sms/status', { id: code }).reply(200, succeed({ status: 6 }));

    await expect(test({ id: code })).resolves.toEqual({
      ...rejected,
      id: undefined,
      deliveryStatus: 6,
    });
  });

  it('is looked up no more than the time allows', async () => {
    answerStatuses(0, 8);

    await expect(test({ id: '1' }, { within: 2000 })).resolves.toBe('a tick');
    expect(nock.pendingMocks()).toHaveLength(1);
  });
});

const answerTelegram = (status: unknown, idSms: unknown = null) =>
  answer('telegram/status', succeed({ id: 5, status, idSms, telegramCode: '123456' }));

const testTelegram = async (deliveryStatus = 0) =>
  test({ channel: 'telegram', id: '5', deliveryStatus });

describe('a code that Telegram has', () => {
  it.each([
    ['delivered', 1, 'a tick'],
    ['held', 8, { kind: 'held', channel: 'telegram' }],
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
    ['held', ['8'], { ...held, id: '2077' }],
    ['not delivered', [3, 2], { ...rejected, id: '2077', deliveryStatus: 2 }],
    ['rejected', [6], { ...rejected, id: '2077', deliveryStatus: 6 }],
  ])(
    "is followed as SMSAero's SMS where Telegram can't deliver it: %s",
    async (_, statuses, expected) => {
      answerTelegram(2, '2077');

      for (const status of statuses) {
        gateway.post('/v2/sms/status', { id: '2077' }).reply(200, succeed({ id: 2077, status }));
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

  it.each<[string, nock.Body]>([
    ['has no status', succeed({ id: 77 })],
    ['is answered with a page', '<html>'],
  ])('is also told as undelivered while that SMS %s', async (_, body) => {
    for (const _ of [1, 2, 3, 4, 5]) {
      answerTelegram(2, 77);
      answer('sms/status', body);
    }

    await expect(testTelegram()).resolves.toEqual({
      kind: 'rejected',
      channel: 'telegram',
      deliveryStatus: 2,
    });
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('is also told as undelivered where later look-ups say nothing', async () => {
    answerTelegram(2);

    for (const _ of [1, 2, 3, 4]) {
      answerTelegram('unknown');
    }

    await expect(testTelegram()).resolves.toMatchObject({ kind: 'rejected', channel: 'telegram' });
  });

  it.each([2, 6])('is no failure yet where Telegram says so at once: %i', async (status) => {
    answerTelegram(status, 2077);
    answerStatuses(1);

    await expect(testTelegram(status)).resolves.toBe('a tick');
    expect(nock.pendingMocks()).toEqual([]);
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

    await expect(test({ id: '1001' })).resolves.toEqual(held);
  });

  it('that fails changes nothing', async () => {
    for (const error of ['ECONNRESET', 'ENOTFOUND', 'x']) {
      gateway.post('/v2/sms/status').replyWithError(new SystemError(error, sms.text));
    }

    answerStatuses(6);

    await expect(test({ id: '1001' })).resolves.toMatchObject({ deliveryStatus: 6 });
  });
});

const names = (...approved: string[]) =>
  succeed(approved.map((name, id) => ({ id, name, status: 1 })));

describe('a refused sender name', () => {
  const refusal = new SendFailure('sender', {
    host,
    status: 400,
    vendorMessage: 'sign: incorrect',
  });
  it.each<[string, unknown, string[] | undefined]>([
    ['two', names('Shop', 'Acme'), ['Shop', 'Acme']],
    ['none', names(), []],
    ['more than five', names('A', 'B', 'C', 'D', 'E', 'F'), ['A', 'B', 'C', 'D', 'E']],
    [
      'names that may not be shown',
      names(account.apiKey, sms.text, sms.number, code, 'Shop'),
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
    gateway.post('/v2/sign/list').delay(60_000).reply(200, names());

    await expect(test(refusal, { within: 100 })).resolves.not.toHaveProperty('approvedNames');
    nock.abortPendingRequests();
  });
});

describe('letters of a refused sender name that are not Latin', () => {
  const refusal = new SendFailure('sender', { host, status: 400, reason: undefined });

  it.each([
    ['Acme', undefined],
    ['Ácme-1 Ⅷ', undefined],
    ['Аcme', '"А" is Cyrillic'],
    ['Асme Аcme', '"А" is Cyrillic, "с" is Cyrillic'],
    ['Acmε', '"ε" is Greek'],
    ['Αcmе Ꭺ', '"Α" is Greek, "е" is Cyrillic, "Ꭺ" is not Latin'],
    ['Магазин', ['М', 'а', 'г', 'з', 'и'].map((letter) => `"${letter}" is Cyrillic`).join(', ')],
  ])('are named: %s', async (senderName, reason) => {
    answer('sign/list', names('Acme'));

    await expect(test(refusal, { senderName })).resolves.toEqual({
      kind: 'sender',
      status: 400,
      approvedNames: ['Acme'],
      ...(reason && { reason }),
    });
  });

  it('are named where SMSAero does not tell the approved names', async () => {
    answer('sign/list', '<html>');

    await expect(test(refusal, { senderName: 'Аcme' })).resolves.toEqual({
      kind: 'sender',
      status: 400,
      reason: '"А" is Cyrillic',
    });
  });
});

describe('a number that SMSAero refused', () => {
  it.each([
    ['89031234567', 'in numbers of Russia and Kazakhstan, 7 takes the place of the first 8'],
    ['87011234567', 'in numbers of Russia and Kazakhstan, 7 takes the place of the first 8'],
    ['84123456789', undefined],
    ['79031234567', undefined],
  ])('%s is told with %j', async (number, reason) => {
    const refusal = new SendFailure('number', { host, status: 400, reason: undefined });

    await expect(test(refusal, { number })).resolves.toEqual({
      kind: 'number',
      status: 400,
      ...(reason && { reason }),
    });
  });
});

describe('what nobody is asked about', () => {
  it.each([
    ['a failure without a host', new SendFailure('unreachable')],
    ['a mistake of our own', new TypeError('A mistake')],
  ])('stays as it is: %s', async (_, error) => {
    const sending = Promise.reject(error);
    const tried = { endsAt: endsIn(100), number, senderName };

    await expect(diagnose(sending, createClient(account), tried)).rejects.toBe(error);
  });

  it('has no reason in the letters of the sender name', async () => {
    const refusal = new SendFailure('refused', { host, status: 400 });

    await expect(test(refusal, { senderName: 'Аcme' })).resolves.toEqual({
      kind: 'refused',
      status: 400,
    });
  });
});

describe('a lack of money', () => {
  it.each<[unknown, number | undefined]>([
    [{ balance: 3.53 }, 3],
    [{ balance: '3.99' }, 3],
    [{ balance: -3.99 }, -3],
    [{ balance: 0 }, 0],
    [{ balance: -0.5 }, -0],
    [{ balance: 9999.99 }, 9999],
    [{ balance: 10_000 }, undefined],
    [{ balance: -10_000 }, undefined],
    [{ balance: Number(sms.number) }, undefined],
    [{ balance: Number(code) }, undefined],
    [{ balance: `1 ${account.apiKey}` }, undefined],
    [{}, undefined],
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
  it.each(['credentials', 'timeout', 'unreachable', 'rejected'] as const)(
    'asks nothing: %s',
    async (kind) => {
      answer('sign/list', succeed([]));
      answer('balance', succeed({ balance: 3 }));

      await expect(test(new SendFailure(kind, { host }))).resolves.toEqual({ kind });
      expect(nock.pendingMocks()).toHaveLength(2);
    }
  );
});
