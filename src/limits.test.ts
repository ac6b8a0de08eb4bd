import nock from 'nock';

import { ConnectorErrorCodes } from '@logto/connector-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { catchConnectorError, config, data, spyOnConsole } from './fixtures.js';
import createConnector from './index.js';
import { accepted } from './smsaero/fixtures.js';
import { visitorSentences } from './visitor.js';

const getConfig = vi.fn<() => Promise<unknown>>();
const { print, getPrinted } = spyOnConsole();
const gateway = nock('https://gate.smsaero.ru');

// A wait moves the clock, and is over at once.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    vi.advanceTimersByTime(ms);
  },
}));

const send = async (message: typeof data, form?: unknown) => {
  const { sendMessage } = await createConnector({ getConfig });

  return sendMessage(message, form);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  nock.disableNetConnect();
});

afterEach(() => {
  const pending = nock.pendingMocks();

  vi.useRealTimers();
  nock.cleanAll();
  getConfig.mockReset();
  print.mockClear();
  expect(pending).toEqual([]);
});

/** Is silent until the next timer has fired: the request's own, for the clock stands still otherwise. */
const stayAsSilent = async () => {
  vi.advanceTimersToNextTimer();

  return new Promise<never>(() => {
    // Never answers.
  });
};

describe('a gateway that is silent', () => {
  // One host has all the time.
  const silent = { ...config, gatewayUrl: 'https://gate.smsaero.ru/v2/' };

  it.each([
    ['a send', undefined],
    ["a test's send", silent],
  ])('ends %s after 8 s', async (_, form) => {
    getConfig.mockResolvedValue(silent);
    gateway.post('/v2/sms/send').reply(200, stayAsSilent);

    await catchConnectorError(send(data, form));
    expect(performance.now()).toBe(8000);
  });

  it.each([0, 3000, 7000])(
    "ends a send 8 s after Logto's call, of which its database took %i ms",
    async (time) => {
      getConfig.mockImplementation(async () => {
        vi.advanceTimersByTime(time);

        return silent;
      });
      gateway.post('/v2/sms/send').reply(200, stayAsSilent);

      await catchConnectorError(send(data));
      expect(performance.now()).toBe(8000);
    }
  );

  it('ends a test after 15 s, with look-ups 1, 3, 6, 10 and 13 s after acceptance', async () => {
    const onRequest = vi.fn();

    gateway.post('/v2/sms/send').reply(200, () => {
      vi.advanceTimersByTime(500);

      return { success: true, data: { id: 7, status: 0 } };
    });
    gateway
      .post('/v2/sms/status')
      .times(5)
      .reply(200, async () => {
        onRequest(performance.now());

        return stayAsSilent();
      });

    await expect(send(data, config)).resolves.toBeUndefined();
    expect(onRequest.mock.calls.flat()).toEqual([1500, 3500, 6500, 10_500, 13_500]);
    expect(performance.now()).toBe(15_000);
  });
});

describe("a database of Logto's that takes all the time there is", () => {
  it.each<[string, () => Promise<unknown>]>([
    ['without an answer', stayAsSilent],
    [
      'and answers then',
      async () => {
        vi.advanceTimersByTime(8000);

        return config;
      },
    ],
    [
      'and fails then',
      async () => {
        vi.advanceTimersByTime(8000);

        throw new Error('The connector is gone');
      },
    ],
  ])('fails the message after 8 s, and nothing is sent: %s', async (_, read) => {
    getConfig.mockImplementation(read);

    await expect(catchConnectorError(send(data))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription: visitorSentences.neutral.ru,
    });
    // Nock would refuse a request, and the reason would be another.
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS not sent: kind=unreachable reason="Logto took 8 s to read the connector\'s config" usageType=SignIn',
      ],
    ]);
    expect(performance.now()).toBe(8000);
  });

  it('leaves no timer behind where it answers in time', async () => {
    getConfig
      .mockResolvedValueOnce(null)
      .mockRejectedValueOnce(new Error('Gone'))
      .mockImplementationOnce(() => {
        throw new Error('Gone at once');
      });

    await catchConnectorError(send(data));
    await expect(send(data)).rejects.toThrow('Gone');
    await expect(send(data)).rejects.toThrow('Gone at once');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the operator's line", () => {
  const { data: taken } = accepted;

  it.each<[string, number, Record<string, unknown>]>([
    ['SMS sent: host=gate.smsaero.ru id=1001', 200, accepted],
    [
      'SMS held for moderation: host=gate.smsaero.ru id=1001',
      200,
      { ...accepted, data: { ...taken, status: 8 } },
    ],
    ['SMS not sent: kind=funds status=402 host=gate.smsaero.ru', 402, {}],
  ])("has the whole ms from Logto's call to SMSAero's answer: %s", async (event, status, body) => {
    getConfig.mockImplementation(async () => {
      vi.advanceTimersByTime(100);

      return config;
    });
    gateway.post('/v2/sms/send').reply(status, () => {
      vi.advanceTimersByTime(212.4);

      return body;
    });

    await Promise.allSettled([send(data)]);
    expect(print.mock.calls.map(([, line]) => line)).toEqual([
      `[connector-smsaero] ${event} ms=312 usageType=SignIn`,
    ]);
  });
});
