import nock from 'nock';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { checkBalance } from './balance.js';
import { configGuard } from './config.js';
import { config as rawConfig, data, spyOnConsole } from './fixtures.js';
import createConnector from './index.js';
import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { accepted, expectNoSecrets } from './smsaero/fixtures.js';

const host = 'gate.smsaero.org';
const hour = 60 * 60 * 1000;
const receipt: Receipt = { channel: 'sms', host, id: '1001', deliveryStatus: 0 };
const low = `[connector-smsaero] Balance low: below=500 host=${host}`;
const getBalance = vi.fn<Client['getBalance']>();
const emails = Array.from({ length: 1000 }, (_, index) => `${index}.${rawConfig.email}`).values();
const { print, getPrinted } = spyOnConsole();

/** The config of an account that no test has asked about yet. */
const createConfig = (overrides: Record<string, unknown> = {}) => {
  const [email] = emails;

  return { ...configGuard.parse({ ...rawConfig, email }), lowBalance: 500, ...overrides };
};

const check = async (config: ReturnType<typeof createConfig>, sent: Partial<Receipt> = {}) =>
  checkBalance({ ...receipt, ...sent }, { getBalance }, config);

/** Asks about accounts that no test has asked about yet, and gives the e-mail address of the last. */
const checkNew = async (count: number) => {
  const configs = Array.from({ length: count }, () => createConfig());

  await Promise.all(configs.map(async (config) => check(config)));

  return configs.at(-1)?.email ?? '';
};

const getLines = () => getPrinted().map(([, line]) => line);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  getBalance.mockResolvedValue(499);
  nock.disableNetConnect();
});

afterEach(() => {
  const pending = nock.pendingMocks();

  vi.useRealTimers();
  nock.cleanAll();
  expectNoSecrets(getPrinted());
  print.mockReset();
  getBalance.mockReset();
  expect(pending).toEqual([]);
});

describe('the balance after an accepted message', () => {
  it.each([
    [499.99, 500, true],
    [500, 500, false],
    [500.01, 500, false],
    [-0.01, 0, true],
    [0, 0, false],
    [-501, -500, true],
    [-499, -500, false],
  ])('leaves a line only where it is below the mark: %d, %d', async (balance, mark, isLow) => {
    getBalance.mockResolvedValueOnce(balance);
    await check(createConfig({ lowBalance: mark }));

    expect(print.mock.calls).toEqual(
      isLow ? [['warn', low.replace('below=500', `below=${mark}`)]] : []
    );
  });

  it.each(['sms', 'telegram'] as const)(
    'is asked of the host that took the message, for 8 s: %s',
    async (channel) => {
      vi.advanceTimersByTime(1500);
      await check(createConfig(), { channel });

      expect(getBalance.mock.calls).toEqual([[{ host, endsAt: 9500 }]]);
    }
  );

  it.each<[string, Record<string, unknown>, Partial<Receipt>]>([
    ['without a mark', { lowBalance: undefined }, {}],
    ['in test mode', {}, { channel: 'testSms' }],
  ])('is not asked for %s', async (_, overrides, sent) => {
    await check(createConfig(overrides), sent);

    expect(getBalance).not.toHaveBeenCalled();
  });

  it('is asked for once an hour, and told each time while it is low', async () => {
    const config = createConfig();

    await check(config);
    await check(config);
    vi.advanceTimersByTime(hour - 1);
    await check(config);
    expect(print.mock.calls).toEqual([['warn', low]]);

    vi.advanceTimersByTime(1);
    await check(config);
    await check(config);
    expect(print.mock.calls).toEqual([
      ['warn', low],
      ['warn', low],
    ]);

    getBalance.mockResolvedValueOnce(501);
    vi.advanceTimersByTime(hour);
    await check(config);
    expect(getBalance).toHaveBeenCalledTimes(3);
    expect(print).toHaveBeenCalledTimes(2);
  });

  it('has an hour for each account and each mark', async () => {
    const config = createConfig();

    await check(config);
    await check({ ...config, lowBalance: 501 });
    await check(createConfig());
    await check({ ...config, senderName: 'Acme', apiKey: 'another' });

    expect(getBalance).toHaveBeenCalledTimes(3);
  });

  it.each<[string, Client['getBalance']]>([
    [
      'fails',
      async () => {
        throw new SendFailure('rate-limit', { status: 429 });
      },
    ],
    [
      'goes wrong',
      async () => {
        throw new TypeError(rawConfig.apiKey);
      },
    ],
    [
      'hangs',
      async () =>
        new Promise(() => {
          // Never answers.
        }),
    ],
    ['is answered with what is no number', async () => Number.NaN],
  ])('is asked for again only after an hour where the question %s', async (_, ask) => {
    const config = createConfig();

    getBalance.mockImplementationOnce(ask);
    void check(config);
    vi.advanceTimersByTime(hour - 1);
    await check(config);
    expect(getBalance).toHaveBeenCalledOnce();
    expect(print).not.toHaveBeenCalled();

    vi.advanceTimersByTime(1);
    await check(config);
    expect(print.mock.calls).toEqual([['warn', low]]);
  });

  it('throws nothing where the line cannot be printed', async () => {
    print.mockImplementationOnce(() => {
      throw new Error('EPIPE');
    });

    await expect(check(createConfig())).resolves.toBeUndefined();
    expect(print).toHaveBeenCalledOnce();
  });

  it('sets no timer', async () => {
    const checking = check(createConfig());

    expect(vi.getTimerCount()).toBe(0);
    await checking;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is remembered of no account for longer than its hour', async () => {
    const set = vi.spyOn(Map.prototype, 'set');
    const getSize = (email: string) => {
      const index = set.mock.calls.findLastIndex(([key]) => String(key).includes(email));
      const map = set.mock.contexts[index];

      return map instanceof Map ? map.size : undefined;
    };
    // Beyond the hours of the tests before.
    vi.advanceTimersByTime(10 * hour);
    expect(getSize(await checkNew(100))).toBe(100);
    vi.advanceTimersByTime(hour);
    expect(getSize(await checkNew(1))).toBe(1);
    set.mockRestore();
  });
});

/** Sends a visitor's message under an account with a mark. */
const send = async () => {
  const [email] = emails;
  const stored = { ...rawConfig, email, lowBalance: '500' };
  const { sendMessage } = await createConnector({ getConfig: async () => stored });

  await sendMessage(data);
};

describe('a message', () => {
  const gateway = nock('https://gate.smsaero.ru');
  const line = low.replace(host, 'gate.smsaero.ru');

  const sent = '[connector-smsaero] SMS sent: host=gate.smsaero.ru id=1001 usageType=SignIn';

  it('is sent before the balance is known, and then leaves the line', async () => {
    const clock = new EventTarget();
    const answered = new Promise((resolve) => {
      clock.addEventListener('answer', resolve);
    });

    gateway.post('/v2/sms/send').reply(200, accepted);
    gateway.post('/v2/balance', {}).reply(200, async () => {
      await answered;

      return { success: true, data: { balance: 12.5 } };
    });

    await expect(send()).resolves.toBeUndefined();
    expect(getLines()).toEqual([sent]);
    clock.dispatchEvent(new Event('answer'));
    await expect.poll(getLines).toEqual([sent, line]);
  });

  it('is sent where the question hangs, which is over after 8 s', async () => {
    const asked = new Promise<void>((resolve) => {
      gateway.post('/v2/sms/send').reply(200, accepted);
      gateway.post('/v2/balance').reply(200, async () => {
        resolve();

        return new Promise<never>(() => {
          // Never answers.
        });
      });
    });

    await expect(send()).resolves.toBeUndefined();
    await asked;
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(8000);
    expect(vi.getTimerCount()).toBe(0);
    expect(getLines()).toEqual([sent]);
  });
});
