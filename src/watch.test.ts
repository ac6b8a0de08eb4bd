import nock from 'nock';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { config, data, spyOnConsole } from './fixtures.js';
import createConnector from './index.js';
import { type Client, createClient, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { account, authorization, code, expectNoSecrets, sms } from './smsaero/fixtures.js';
import { watch } from './watch.js';

const host = 'gate.smsaero.ru';
const receipt: Receipt = { channel: 'sms', host, id: '1001', deliveryStatus: 0 };
const { print, getPrinted } = spyOnConsole();
const sleep = vi.hoisted(() => vi.fn());

vi.mock('node:timers/promises', () => ({ setTimeout: sleep }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  sleep.mockImplementation(
    async (time: number) =>
      new Promise((resolve) => {
        setTimeout(resolve, time);
      })
  );
  nock.disableNetConnect();
});

afterEach(async () => {
  vi.useRealTimers();
  expectNoSecrets(getPrinted());
  expect(nock.pendingMocks()).toEqual([]);
  print.mockReset();
  sleep.mockReset();
});

const getLines = () => getPrinted().map(([, line]) => String(line).replace(/^\[.*?] /, ''));

type Answer = Awaited<ReturnType<Client['getStatus']>>;

/** A client whose look-ups come to this, one after another, and then go wrong. */
const createStatusClient = (answers: Array<Answer | Error>) => {
  const rest = answers.values();

  return {
    getStatus: vi.fn<Client['getStatus']>(async () => {
      const [answer] = rest;

      if (!answer || answer instanceof Error) {
        throw answer ?? new Error(sms.text);
      }

      return answer;
    }),
    toShownId: createClient({ ...account, secrets: [sms.number, code] }).toShownId,
  };
};

/** The calls that following a message makes, and the lines that it leaves. */
const follow = async (sent: Receipt, answers: Array<Answer | Error>) => {
  const { getStatus, ...client } = createStatusClient(answers);

  void watch(sent, { getStatus, ...client }, 'SignIn');
  await vi.advanceTimersByTimeAsync(600_000);

  return {
    asked: getStatus.mock.calls.map(([channel, id]) => `${channel} ${id}`),
    lines: getLines(),
  };
};

const tell = (deliveryStatus?: number, idSms?: string): Answer => ({ deliveryStatus, idSms });
const repeat = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value);
const limited = new SendFailure('rate-limit', { host, status: 429 });
const lost = new SendFailure('timeout', { host });

describe('a message', () => {
  it('is looked up 15 s, 1 min, 3 min and 10 min after acceptance, each time for 8 s', async () => {
    const start = performance.now();
    const times = [15_000, 60_000, 180_000, 600_000].map((delay) => start + delay);
    const { getStatus, ...client } = createStatusClient(repeat(4, tell(0)));
    const asked: number[] = [];

    void watch(receipt, { getStatus, ...client }, 'SignIn');
    expect(getStatus).not.toHaveBeenCalled();

    for (const time of times) {
      // eslint-disable-next-line no-await-in-loop -- time passes step by step
      await vi.advanceTimersByTimeAsync(time - performance.now() - 1);
      // eslint-disable-next-line @silverhand/fp/no-mutating-methods -- notes how it was before
      asked.push(getStatus.mock.calls.length);
      // eslint-disable-next-line no-await-in-loop -- time passes step by step
      await vi.advanceTimersByTimeAsync(1);
    }

    expect(asked).toEqual([0, 1, 2, 3]);
    expect(getStatus.mock.calls).toEqual(
      times.map((time) => ['sms', '1001', { host, endsAt: time + 8000 }])
    );
  });

  it.each<[string, Array<Answer | Error>, number, string?]>([
    ['delivered at once', [tell(1)], 1],
    ['held, then delivered', [tell(8), tell(8), tell(1)], 3],
    ['rejected', [tell(6)], 1, 'SMS not delivered: deliveryStatus=6'],
    ['not delivered', [tell(3), tell(2)], 2, 'SMS not delivered: deliveryStatus=2'],
    ['held', repeat(4, tell(8)), 4, 'SMS not confirmed: deliveryStatus=8'],
    ['silent', repeat(4, lost), 4, 'SMS not confirmed:'],
    ['a mistake of ours', repeat(4, new TypeError(sms.text)), 4, 'SMS not confirmed:'],
    ['limited after a status', [tell(4), limited], 2, 'SMS not confirmed: deliveryStatus=4'],
  ])('leaves a line unless it was delivered: %s', async (_, answers, lookUps, event) => {
    await expect(follow(receipt, answers)).resolves.toEqual({
      asked: repeat(lookUps, 'sms 1001'),
      lines: event ? [`${event} host=${host} id=1001 usageType=SignIn`] : [],
    });
  });

  it('leaves a line without an id that could be taken for the number', async () => {
    await expect(follow({ ...receipt, id: '4058273' }, [tell(6)])).resolves.toEqual({
      asked: ['sms 4058273'],
      lines: [`SMS not delivered: deliveryStatus=6 host=${host} usageType=SignIn`],
    });
  });

  it.each<[string, Partial<Receipt>]>([
    ['has no id', { id: undefined }],
    ['was sent in test mode', { channel: 'testSms' }],
    ['was delivered on acceptance', { deliveryStatus: 1 }],
  ])('is not followed if it %s', async (_, sent) => {
    await expect(follow({ ...receipt, ...sent }, [tell(6)])).resolves.toEqual({
      asked: [],
      lines: [],
    });
  });
});

describe('a code for Telegram', () => {
  // Telegram did not deliver it, but an SMS may follow.
  const telegram: Receipt = { ...receipt, channel: 'telegram', id: '2005', deliveryStatus: 2 };
  const byTelegram = `channel=telegram deliveryStatus=2 host=${host} id=2005 usageType=SignIn`;
  const bySms = `deliveryStatus=6 host=${host} id=2077 usageType=SignIn`;

  it.each<[string, Array<Answer | Error>, string[], string?]>([
    ['delivered', [tell(1)], ['telegram 2005']],
    ['by SMS', [tell(2, '2077'), tell(1)], ['telegram 2005', 'sms 2077']],
    [
      'by SMS, rejected',
      [tell(2, '2077'), tell(6)],
      ['telegram 2005', 'sms 2077'],
      `SMS not delivered: ${bySms}`,
    ],
    [
      'by SMS, limited',
      [tell(2, '2077'), limited],
      ['telegram 2005', 'sms 2077'],
      `SMS not delivered: ${byTelegram}`,
    ],
    [
      'not delivered',
      repeat(4, tell(2)),
      repeat(4, 'telegram 2005'),
      `SMS not delivered: ${byTelegram}`,
    ],
  ])('is followed to the SMS in its place: %s', async (_, answers, asked, line) => {
    await expect(follow(telegram, answers)).resolves.toEqual({ asked, lines: line ? [line] : [] });
  });
});

/** Follows a message that is queued at its first look-up and rejected at its second. */
const watchOne = () => {
  const statuses = [0, 6].values();
  // No mock, which would hold what it was called on.
  const client = {
    getStatus: async () => {
      const [status] = statuses;

      return tell(status);
    },
    toShownId: (id?: string) => id,
  };

  void watch(receipt, client, 'SignIn');

  return new WeakRef(client);
};

describe('following', () => {
  it('is for a thousand messages at a time, and for as many once they are done', async () => {
    const watchAll = async () => {
      const client = createStatusClient(repeat(2000, tell(1)));

      for (const index of Array.from({ length: 1600 }).keys()) {
        void watch({ ...receipt, id: String(5000 + index) }, client, 'SignIn');
      }

      await vi.advanceTimersByTimeAsync(15_000);

      return client.getStatus.mock.calls.map(([, id]) => Number(id));
    };
    const firstThousand = Array.from({ length: 1000 }, (_, index) => 5000 + index);

    await expect(watchAll()).resolves.toEqual(firstThousand);
    await expect(watchAll()).resolves.toEqual(firstThousand);
  });

  it('keeps the account no longer than the message is followed', async () => {
    setFlagsFromString('--expose-gc');

    const collectGarbage = runInNewContext('gc') as () => void;
    const reference = watchOne();

    await vi.advanceTimersByTimeAsync(15_000);
    collectGarbage();
    expect(reference.deref()).toBeDefined();
    await vi.advanceTimersByTimeAsync(45_000);
    collectGarbage();
    expect(reference.deref()).toBeUndefined();
  });

  it('lets the process end between look-ups', async () => {
    await follow(receipt, [tell(0), tell(1)]);

    expect(sleep.mock.calls).toEqual([
      [15_000, undefined, { ref: false }],
      [45_000, undefined, { ref: false }],
    ]);
  });

  it('throws nothing where the line cannot be printed', async () => {
    print.mockImplementationOnce(() => {
      throw new Error('EPIPE');
    });

    // Vitest fails on an unhandled rejection.
    await expect(follow(receipt, [tell(6)])).resolves.toMatchObject({ asked: ['sms 1001'] });
    await expect(follow(receipt, [tell(1)])).resolves.toMatchObject({ asked: ['sms 1001'] });
  });
});

describe('a visitor', () => {
  const gateway = nock(`https://${host}`, { reqheaders: { authorization } });
  const clock = new EventTarget();
  const getConfig = vi.fn<() => Promise<unknown>>();

  beforeEach(() => {
    vi.useRealTimers();
    sleep.mockImplementation(async () => once(clock, 'time'));
  });

  /** Sends a message that is answered with this; then the config gets another key. */
  const send = async (overrides: Record<string, unknown>, deliveryStatus = 0) => {
    getConfig.mockResolvedValue({ ...config, ...overrides });
    gateway
      .post(/\/(?:send|testsend)$/)
      .reply(200, { success: true, data: { id: 1001, status: deliveryStatus } });

    const { sendMessage } = await createConnector({ getConfig });

    await sendMessage(data);
    getConfig.mockResolvedValue({ ...config, ...overrides, apiKey: 'another' });
  };

  const sent = `SMS sent: host=${host} id=1001 usageType=SignIn`;
  const held = `SMS held for moderation: host=${host} id=1001 usageType=SignIn`;
  const rejected = `SMS not delivered: deliveryStatus=6 host=${host} id=1001 usageType=SignIn`;

  it.each([
    ['held', 8, [held, rejected]],
    ['queued', 0, [sent, rejected]],
  ])(
    'has an answer before the first look-up, which is made with the key of the sending: %s',
    async (_, deliveryStatus, lines) => {
      await send({ watchDelivery: true }, deliveryStatus);
      gateway
        .post('/v2/sms/status', { id: '1001' })
        .reply(200, { success: true, data: { status: 6 } });
      expect(getLines()).toEqual(lines.slice(0, -1));
      clock.dispatchEvent(new Event('time'));

      await vi.waitFor(() => {
        expect(getLines()).toEqual(lines);
      }, 10_000);
    }
  );

  it.each([
    ['off', {}, [sent]],
    ['off in the form', { watchDelivery: false }, [sent]],
    [
      'on in test mode',
      { watchDelivery: true, testMode: true },
      [`Test mode, nothing delivered: host=${host} id=1001 usageType=SignIn`],
    ],
  ])('makes one request where the switch is %s', async (_, overrides, lines) => {
    await send(overrides);

    expect(sleep).not.toHaveBeenCalled();
    expect(getLines()).toEqual(lines);
  });
});
