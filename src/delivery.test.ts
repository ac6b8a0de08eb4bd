import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { follow, isSettled } from './delivery.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';

const wait = vi.hoisted(() => vi.fn<(ms: number, options?: { ref?: boolean }) => void>());

// Vitest's fake timers leave this module as it is.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number, _: undefined, options?: { ref?: boolean }) => {
    wait(ms, options);
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  },
}));

const getStatus = vi.fn<Client['getStatus']>();
const startedAt = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(startedAt);
});

afterEach(() => {
  vi.useRealTimers();
  getStatus.mockReset();
  wait.mockReset();
});

const receipt: Receipt = { channel: 'sms', host: 'gate.smsaero.org', id: '7', deliveryStatus: 0 };

it.each([
  ['sms', [1, 2, 6]],
  ['testSms', [1, 2, 6]],
  ['telegram', [1]],
] as const)('a message is settled on its channel by these statuses: %s, %j', (channel, final) => {
  const statuses = [undefined, 0, 1, 2, 3, 4, 6, 8];

  expect(
    statuses.filter((deliveryStatus) => isSettled({ ...receipt, channel, deliveryStatus }))
  ).toEqual(final);
});

/** What becomes of a message that 1 is final for, and after how many ms. */
const tryFollow = async (
  sent: Partial<Receipt> = {},
  { delays = [1000, 3000, 6000], within = 15_000 } = {}
) => {
  const run = async () => {
    const { isLimited, host, ...progress } = await follow(
      { ...receipt, ...sent },
      { getStatus },
      {
        delays,
        endsAt: startedAt + within,
        isFinal: ({ deliveryStatus }) => deliveryStatus === 1,
      }
    );

    return { ...progress, after: performance.now() - startedAt };
  };
  const running = run();

  await vi.runAllTimersAsync();

  return running;
};

/** When each look-up had to be over, in ms after acceptance. */
const getLimits = () => getStatus.mock.calls.map((call) => call[2].endsAt - startedAt);

const getWaits = () => wait.mock.calls.map(([ms]) => ms);

const looked = { channel: 'sms', id: '7' };

/** Like the client's where no answer comes. */
const hang: Client['getStatus'] = async (_channel, _id, { endsAt }) =>
  new Promise((_resolve, reject) => {
    setTimeout(() => {
      reject(new SendFailure('timeout'));
    }, endsAt - performance.now());
  });

describe('an accepted message', () => {
  it('is looked up at the given times, by its id on the host that took it', async () => {
    getStatus.mockResolvedValue({ deliveryStatus: 3 });

    await expect(tryFollow()).resolves.toEqual({ ...looked, deliveryStatus: 3, after: 6000 });
    expect(getWaits()).toEqual([1000, 2000, 3000]);
    expect(getStatus).toHaveBeenCalledTimes(3);
    expect(getStatus).toHaveBeenCalledWith(
      'sms',
      '7',
      expect.objectContaining({ host: 'gate.smsaero.org' })
    );
  });

  it('is not looked up again once its progress is final', async () => {
    getStatus
      .mockResolvedValueOnce({ deliveryStatus: 0 })
      .mockResolvedValueOnce({ deliveryStatus: 1 });

    await expect(tryFollow()).resolves.toEqual({ ...looked, deliveryStatus: 1, after: 3000 });
    expect(getStatus).toHaveBeenCalledTimes(2);
  });

  it.each<[string, Partial<Receipt>]>([
    ['that is final already', { deliveryStatus: 1 }],
    ['without an id', { id: undefined }],
    ['without an id or a status', { id: undefined, deliveryStatus: undefined }],
  ])('is not looked up at all: %s', async (_, sent) => {
    const { channel, id, deliveryStatus } = { ...receipt, ...sent };

    await expect(tryFollow(sent)).resolves.toEqual({ channel, id, deliveryStatus, after: 0 });
    expect(getStatus).not.toHaveBeenCalled();
  });

  it('is looked up no more where the time is over, nor is its end waited for', async () => {
    getStatus.mockResolvedValue({ deliveryStatus: 3 });

    await expect(tryFollow({}, { within: 3000 })).resolves.toMatchObject({ after: 1000 });
    expect(getWaits()).toEqual([1000]);
  });
});

describe('a look-up', () => {
  it('has until the next one, at most 8 s, and no more than there is', async () => {
    getStatus.mockResolvedValue({ deliveryStatus: 0 });
    await tryFollow({}, { delays: [1000, 3000, 20_000, 21_000], within: 24_000 });

    expect(getLimits()).toEqual([3000, 11_000, 21_000, 24_000]);
  });

  it('that hangs leaves the next ones their turn', async () => {
    getStatus.mockImplementationOnce(hang).mockImplementationOnce(hang);
    getStatus.mockResolvedValueOnce({ deliveryStatus: 1 });

    await expect(tryFollow()).resolves.toEqual({ ...looked, deliveryStatus: 1, after: 6000 });
    expect(getLimits()).toEqual([3000, 6000, 14_000]);
  });

  it('that hangs is over when all is', async () => {
    getStatus.mockImplementation(hang);

    await expect(tryFollow({}, { within: 7000 })).resolves.toEqual({
      ...looked,
      deliveryStatus: 0,
      after: 7000,
    });
  });

  it('that is late makes no wait negative', async () => {
    // A timer may be late, too.
    getStatus.mockImplementationOnce(async () => {
      vi.advanceTimersByTime(2500);

      return {};
    });
    getStatus.mockResolvedValue({ deliveryStatus: 0 });
    await tryFollow();

    expect(getWaits()).toEqual([1000, 0, 2500]);
  });

  it('does not begin after the end, however late the one before it was', async () => {
    getStatus.mockImplementationOnce(async () => {
      vi.advanceTimersByTime(10_000);

      return {};
    });
    await tryFollow({}, { within: 7000 });

    expect(getStatus).toHaveBeenCalledOnce();
  });

  it('that fails or tells nothing leaves what is known', async () => {
    getStatus
      .mockResolvedValueOnce({ deliveryStatus: 3 })
      .mockRejectedValueOnce(new SendFailure('bad-reply'))
      .mockResolvedValueOnce({});

    await expect(tryFollow()).resolves.toMatchObject({ channel: 'sms', deliveryStatus: 3 });
  });
});

const followTelegram = async () => {
  const { channel, id, deliveryStatus } = await tryFollow({ channel: 'telegram' });

  return [channel, id, deliveryStatus];
};

describe('a message that was not delivered', () => {
  type Status = Awaited<ReturnType<Client['getStatus']>>;

  /** Telegram's answers to the look-ups, and those about the SMS 77. */
  const answer = (telegram: Status[], sms: Array<Status | SendFailure> = []) => {
    const left = { telegram: telegram.values(), sms: sms.values() };

    getStatus.mockImplementation(async (channel, id) => {
      expect(id).toBe(channel === 'sms' ? '77' : '7');

      const [value] = left[channel === 'sms' ? 'sms' : 'telegram'];

      if (!value || value instanceof SendFailure) {
        throw value ?? new Error('One look-up too many');
      }

      return value;
    });
  };

  it.each([2, 6])('goes on as the SMS that SMSAero names: %i', async (deliveryStatus) => {
    const undelivered = { deliveryStatus, idSms: '77' };

    // Of which alone SMSAero is asked from then on.
    answer([undelivered], [{ deliveryStatus: 3 }, {}, { deliveryStatus: 1 }]);

    await expect(followTelegram()).resolves.toEqual(['sms', '77', 1]);
    expect(getLimits()).toEqual([3000, 3000, 6000, 14_000]);
  });

  it.each([0, 1, 3, 8])('does not go on where Telegram says %i', async (deliveryStatus) => {
    const status = { deliveryStatus, idSms: '77' };

    answer([status, status, status], [{ deliveryStatus: 6 }]);

    await expect(followTelegram()).resolves.toEqual(['telegram', '7', deliveryStatus]);
    expect(getStatus.mock.calls.map(([channel]) => channel)).not.toContain('sms');
  });

  it('does not go on where it is an SMS itself', async () => {
    getStatus.mockResolvedValue({ deliveryStatus: 2, idSms: '77' });

    await expect(tryFollow()).resolves.toMatchObject({ ...looked, deliveryStatus: 2 });
    expect(getStatus.mock.calls.map(([, id]) => id)).toEqual(['7', '7', '7']);
  });

  it.each<[string, Status | SendFailure]>([
    ['has no status', {}],
    ['can not be looked up', new SendFailure('bad-reply')],
  ])('is as undelivered as before where that SMS %s', async (_, sms) => {
    const undelivered = { deliveryStatus: 2, idSms: '77' };

    answer([undelivered, undelivered, undelivered], [sms, sms, sms]);

    await expect(followTelegram()).resolves.toEqual(['telegram', '7', 2]);
  });

  it('goes on where an SMS is named later', async () => {
    const undelivered = { deliveryStatus: 2 };

    answer([undelivered, { ...undelivered, idSms: '77' }], [{ deliveryStatus: 1 }]);

    await expect(followTelegram()).resolves.toEqual(['sms', '77', 1]);
  });

  it('stays so where later look-ups tell nothing', async () => {
    answer([{ deliveryStatus: 2 }, {}, {}]);

    await expect(followTelegram()).resolves.toEqual(['telegram', '7', 2]);
  });
});

const limited = new SendFailure('rate-limit', { status: 429 });

/** Follows a message until it is limited. */
const followLimited = async (channel: Receipt['channel']) => {
  const running = follow(
    { ...receipt, channel },
    { getStatus },
    { delays: [1, 2, 3], isFinal: ({ isLimited }) => isLimited === true }
  );

  await vi.runAllTimersAsync();

  return running;
};

describe('a look-up that is answered with a 429', () => {
  it.each([
    ['sms', { deliveryStatus: 3 }],
    ['telegram', { deliveryStatus: 3, idSms: '77' }],
    ['telegram', { deliveryStatus: 2 }],
    ['telegram', { deliveryStatus: 2, idSms: '77' }],
  ] as const)('is told as such, with what is known by then: %s, %j', async (channel, status) => {
    getStatus.mockResolvedValueOnce(status).mockRejectedValueOnce(limited);

    await expect(followLimited(channel)).resolves.toEqual({
      channel,
      host: receipt.host,
      id: '7',
      deliveryStatus: status.deliveryStatus,
      isLimited: true,
    });
    expect(getStatus).toHaveBeenCalledTimes(2);
  });

  it('is told as such no more after one that fails in another way', async () => {
    getStatus.mockRejectedValueOnce(limited).mockRejectedValue(new SendFailure('timeout'));

    const running = follow(receipt, { getStatus }, { delays: [1, 2], isFinal: () => false });

    await vi.runAllTimersAsync();
    await expect(running).resolves.toMatchObject({ isLimited: false });
  });
});

it.each([
  [undefined, true],
  [false, false],
])('keeps the process alive while it waits, or not: %s', async (keepsAlive, isReferenced) => {
  const running = follow(receipt, { getStatus }, { delays: [1], isFinal: () => false, keepsAlive });

  await vi.runAllTimersAsync();
  await running;
  expect(wait).toHaveBeenCalledExactlyOnceWith(1, { ref: isReferenced });
});
