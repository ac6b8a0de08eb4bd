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
  it('is looked up 1, 3, 6, 10 and 13 s after acceptance, which is a tick if nothing is final', async () => {
    answerStatuses(0, 0, 3, 3, 4);

    await expect(test({ id: '1001', deliveryStatus: 0 })).resolves.toBe('a tick');
    expect(wait.mock.calls).toEqual([[1000], [2000], [3000], [4000], [3000]]);
    expect(nock.pendingMocks()).toEqual([]);
  });

  it.each([
    [1, 'a tick'],
    [2, { ...rejected, deliveryStatus: 2 }],
    [6, { ...rejected, deliveryStatus: 6 }],
    [8, held],
  ])('is not looked up again once its status is %i', async (status, expected) => {
    answerStatuses(status, 0);

    await expect(test({ id: '1001' })).resolves.toEqual(expected);
    expect(nock.pendingMocks()).toHaveLength(1);
  });

  it.each<[string, Sent, unknown]>([
    ['delivered', { id: '1001', deliveryStatus: 1 }, 'a tick'],
    ['held', { id: '1001', deliveryStatus: 8 }, held],
    ['held, without an id', { deliveryStatus: 8 }, { ...held, id: undefined }],
  ])('is not looked up where the reply to it was final: %s', async (_, sent, expected) => {
    await expect(test(sent)).resolves.toEqual(expected);
    expect(wait).not.toHaveBeenCalled();
  });

  it('goes on being looked up after look-ups that fail, even after a 429', async () => {
    gateway.post('/v2/sms/status').replyWithError(new SystemError('ECONNRESET', sms.text));
    answer('sms/status', '', 429);
    answer('sms/status', { success: false, data: { status: 6 } });
    answerStatuses(8);

    await expect(test({ id: '1001' })).resolves.toEqual(held);
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

const answerTelegram = (idSms: unknown) =>
  answer('telegram/status', succeed({ id: 5, status: 2, idSms, telegramCode: '123456' }));

describe('a code that Telegram did not deliver', () => {
  it.each([
    ['delivered', 1, 'a tick'],
    ['rejected', 6, { ...rejected, id: '2077', deliveryStatus: 6 }],
  ])('is reported by the fate of the SMS in its place: %s', async (_, status, expected) => {
    answerTelegram('2077');
    gateway.post('/v2/sms/status', { id: '2077' }).reply(200, succeed({ id: 2077, status }));

    await expect(test({ channel: 'telegram', id: '5', deliveryStatus: 2 })).resolves.toEqual(
      expected
    );
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('is reported as not delivered by Telegram while no SMS shows', async () => {
    for (const _ of [1, 2, 3, 4, 5]) {
      answerTelegram(null);
    }

    await expect(test({ channel: 'telegram', id: '5' })).resolves.toEqual({
      kind: 'rejected',
      channel: 'telegram',
      deliveryStatus: 2,
    });
    expect(nock.pendingMocks()).toEqual([]);
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
    ['two', names('Acme', '20 26 2027'), ['Acme', '20 26 2027']],
    ['none', names(), []],
    ['more than five', names('A', 'B', 'C', 'D', 'E', 'F'), ['A', 'B', 'C', 'D', 'E']],
    ['names that may not be shown', names(account.apiKey, sms.text, sms.number, code), undefined],
    ['none that are approved', succeed([{ name: 'Acme', status: 0 }]), undefined],
    ['a page', '<html>', undefined],
    ['a refusal', { success: false, message: 'No' }, undefined],
  ])('is told with the approved ones: %s', async (_, body, approvedNames) => {
    answer('sign/list', body as nock.Body);

    await expect(test(refusal)).resolves.toEqual({
      kind: 'sender',
      status: 400,
      vendorMessage: 'sign: incorrect',
      isApproved: (body as { success?: unknown }).success ? false : undefined,
      approvedNames,
    });
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('is told as approved where SMSAero lists it', async () => {
    answer('sign/list', names('Acme', senderName));

    await expect(test(refusal)).resolves.toMatchObject({ kind: 'sender', isApproved: true });
  });

  it('is told without them in time when that hangs', async () => {
    gateway.post('/v2/sign/list').delay(60_000).reply(200, names());

    await expect(test(refusal, { within: 100 })).resolves.not.toHaveProperty('approvedNames');
    nock.abortPendingRequests();
  });
});

describe('letters of a refused sender name that are not Latin', () => {
  const refusal = new SendFailure('sender', { host, status: 400, reason: undefined });

  it('are named beside the approved names', async () => {
    answer('sign/list', names('Acme'));

    await expect(test(refusal, { senderName: 'Аcme' })).resolves.toEqual({
      kind: 'sender',
      status: 400,
      isApproved: false,
      approvedNames: ['Acme'],
      reason: '"А" is Cyrillic',
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

  it('is told without the balance where that question fails', async () => {
    answer('balance', '<html>');

    await expect(test(new SendFailure('funds', { host, status: 402 }))).resolves.toEqual({
      kind: 'funds',
      status: 402,
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
