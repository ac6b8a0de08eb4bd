import { ConnectorError, ConnectorErrorCodes, ConnectorType } from '@logto/connector-kit';
import fc from 'fast-check';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { catchConnectorError, config, data } from './fixtures.js';
import createConnector, { defaultTiming, withTiming } from './index.js';
import { visitorSentences } from './sentences.js';
import { expectNoSecrets, sms } from './smsaero/fixtures.js';

const getConfig = vi.fn<() => Promise<unknown>>();
const warn = vi.spyOn(console, 'warn').mockReturnValue();

/** As Logto does for each message, but with look-ups that come at once. */
const send = async (message: typeof data, form?: unknown, lookUps = [0, 100]) => {
  const { sendMessage } = await withTiming({ ...defaultTiming, lookUps })({ getConfig });

  return sendMessage(message, form);
};

beforeEach(() => {
  getConfig.mockResolvedValue(config);
  nock.disableNetConnect();
});

afterEach(() => {
  expectNoSecrets(warn.mock.calls);
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
  getConfig.mockReset();
  warn.mockClear();
});

const gateway = nock('https://gate.smsaero.ru');

describe('connector', () => {
  it('is an SMS connector that loads without its config', async () => {
    const connector = await createConnector({
      getConfig: async () => {
        throw new Error('Not implemented');
      },
    });

    expect(connector).toMatchObject({
      type: ConnectorType.Sms,
      metadata: { id: 'smsaero-short-message-service', target: 'smsaero-sms' },
    });
    expect(connector.configGuard.safeParse(config).success).toBe(true);
  });

  it('has 8 s for a send and 15 s for a test, of which 13 s for look-ups', () => {
    expect(defaultTiming).toEqual({
      send: 8000,
      test: 15_000,
      lookUps: [1000, 3000, 6000, 10_000, 13_000],
    });
  });

  it('sends with the stored config', async () => {
    gateway.post('/v2/sms/send', sms).reply(200, { success: true, data: { id: 7, status: 0 } });

    // A real send asks nothing more: nock would refuse it, and the message would fail.
    await expect(send(data)).resolves.toBeUndefined();
    expect(getConfig).toHaveBeenCalledExactlyOnceWith('smsaero-short-message-service');
    expect(warn).not.toHaveBeenCalled();
  });

  it("sends the console's test with the form's config", async () => {
    gateway
      .post('/v2/sms/testsend', { ...sms, sign: 'Acme' })
      .reply(200, { success: true, data: null });

    await expect(
      send(data, { ...config, senderName: ' Acme ', testMode: true })
    ).resolves.toBeUndefined();
    expect(getConfig).not.toHaveBeenCalled();
  });

  it('tells the visitor little and the operator, in one line, what happened', async () => {
    gateway.post('/v2/sms/send').reply(400, {
      success: false,
      data: { sign: ['incorrect'] },
      message: 'Validation error.',
    });

    await expect(catchConnectorError(send(data))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription: visitorSentences.neutral.ru,
    });
    expect(warn.mock.calls).toEqual([
      [
        '[connector-smsaero] SMS not sent: kind=sender status=400 host=gate.smsaero.ru vendorMessage="Validation error. sign: incorrect" usageType=SignIn',
      ],
    ]);
  });

  it('tells the admin who tests the approved sender names, but none that may be the code', async () => {
    gateway.post('/v2/sms/send').reply(400, { success: false, data: { sign: ['incorrect'] } });
    gateway
      .post('/v2/sign/list')
      .reply(200, { success: true, data: ['4823', 'Acme'].map((name) => ({ name, status: 1 })) });

    await expect(
      catchConnectorError(send({ ...data, payload: { code: '4823' } }, config))
    ).resolves.toMatchObject({
      errorDescription: expect.stringContaining('one that it has approved (Acme)') as unknown,
    });
  });

  it('tells the admin who tests what happened, and logs nothing', async () => {
    gateway.post('/v2/sms/send').reply(402);
    gateway.post('/v2/balance').reply(200, { success: true, data: { balance: 3.5 } });

    await expect(catchConnectorError(send(data, config))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription:
        'There is not enough money on the SMSAero account (balance: 3 roubles); top it up and send again.',
    });
    expect(warn).not.toHaveBeenCalled();
  });

  it('tells the admin who tests what happened to an accepted message', async () => {
    gateway.post('/v2/sms/send').reply(200, { success: true, data: { id: 7, status: 0 } });
    gateway.post('/v2/sms/status', { id: '7' }).reply(200, { success: true, data: { status: 8 } });

    await expect(catchConnectorError(send(data, config))).resolves.toMatchObject({
      errorDescription: expect.stringContaining('holds your messages for moderation') as unknown,
    });
    expect(warn).not.toHaveBeenCalled();
  });

  it.each([8, '8'])(
    'sends a message that SMSAero holds (%j), and says so in the log',
    async (status) => {
      gateway.post('/v2/sms/send').reply(200, { success: true, data: { id: 7, status } });

      await expect(send(data)).resolves.toBeUndefined();
      expect(warn.mock.calls).toEqual([
        ['[connector-smsaero] SMS held for moderation: host=gate.smsaero.ru usageType=SignIn'],
      ]);
    }
  );

  it.each([
    ['a phone that cannot be one', { ...data, to: '12345' }, config],
    ['a country not allowed', data, { ...config, allowedCountryCodes: '375' }],
  ])('refuses before a request: %s', async (_, input, stored) => {
    getConfig.mockResolvedValueOnce(stored);

    await expect(catchConnectorError(send(input))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription: visitorSentences.number.ru,
    });
    expect(warn).toHaveBeenCalledOnce();
  });

  it.each([
    ['the stored one', undefined],
    ["the form's", {}],
    ["the form's null", null],
  ])('refuses an invalid config: %s', async (_, form) => {
    getConfig.mockResolvedValue({ ...config, apiKey: '' });

    const outcome = await catchConnectorError(send(data, form));

    if (form === undefined) {
      expect(outcome).toEqual({
        code: ConnectorErrorCodes.General,
        errorDescription: visitorSentences.neutral.ru,
      });
    } else {
      expect(outcome).toMatchObject({ code: ConnectorErrorCodes.InvalidConfig, name: 'ZodError' });
    }

    expect(warn).toHaveBeenCalledTimes(form === undefined ? 1 : 0);
  });

  it('leaves an error of the host as it is', async () => {
    const error = new Error('The connector is gone');

    getConfig.mockRejectedValueOnce(error);

    await expect(send(data)).rejects.toBe(error);
  });

  const { email, apiKey } = config;
  const echo = [
    `${email}:${apiKey}`,
    Buffer.from(`${email}:${apiKey}`).toString('base64'),
    Buffer.from(apiKey).toString('base64'),
    sms.number,
    `+7 (916) 405-82-73`,
    sms.text,
    encodeURIComponent(sms.text),
    '381945',
  ];
  const headers = { 'x-echo': Buffer.from(echo.join(' ')).toString('base64url') };
  const statuses = [200, 302, 400, 401, 402, 403, 503];
  const bodies: Array<[string, unknown]> = [
    ['a page', `<html>${echo.join('<br>')}</html>`],
    ['a message', { success: false, data: null, message: echo.join(' ') }],
    ['a list of messages', { success: false, data: null, message: echo }],
    [
      'field errors',
      { success: false, data: { text: echo, [sms.number]: [apiKey] }, message: 'No' },
    ],
    ['a number refused', { success: false, data: { number: echo }, message: echo[4] }],
    ['a rejected message', { success: true, data: { ...sms, status: 6 }, message: echo.join(',') }],
    ['ids', { success: true, data: { id: sms.number, status: 381_945 }, message: echo }],
    [
      'the code as id',
      { success: true, data: [{ id: 381_945, status: '381945' }], message: apiKey },
    ],
    ['a held message', { success: true, data: { id: 7, status: '8', text: echo }, message: echo }],
    ['a sender refused', { success: false, data: { sign: echo }, message: 'No' }],
    ['another code', { success: true, data: { id: 7, telegramCode: echo }, message: echo }],
    [
      'a code that Telegram did not deliver',
      { success: true, data: { id: 7, status: 2, idSms: sms.number, telegramCode: '381945' } },
    ],
    ['sender names', { success: true, data: echo.map((name) => ({ name, status: 1 })) }],
    ['a balance', { success: true, data: { id: 7, balance: sms.number }, message: echo }],
    ['another shape', { success: echo, data: echo }],
  ];

  it.each(
    statuses.flatMap((status) => bodies.map(([name, body]) => [status, name, body] as const))
  )('repeats no secret that the gateway echoes: %i with %s', async (status, _, body) => {
    const bySms = { ...config, telegram: false };
    const byTelegram = { ...config, telegram: true };

    for (const [stored, form] of [
      [bySms],
      [byTelegram],
      [bySms, bySms],
      [byTelegram, byTelegram],
    ]) {
      getConfig.mockResolvedValue(stored);
      gateway
        .post(/\/(?:sms|telegram)\/send$/)
        .times(2)
        .optionally()
        .reply(status, body as nock.Body, headers);
      // What a test may ask gets the same answer.
      gateway
        .post(/\/(?:(?:sms|telegram)\/status|sign\/list|balance)$/)
        .times(4)
        .optionally()
        .reply(200, body as nock.Body, headers);

      const [outcome] = await Promise.allSettled([send(data, form, [0, 10])]);

      nock.cleanAll();
      expectNoSecrets(outcome);
      expect(JSON.stringify(outcome)).not.toContain(email);

      if (outcome.status === 'rejected') {
        await catchConnectorError(Promise.reject(outcome.reason as Error));
      }
    }
  });

  it('ends as sent or with a ConnectorError, whatever the gateway answers', async () => {
    const envelope = fc.record({
      success: fc.boolean(),
      data: fc.jsonValue(),
      message: fc.jsonValue(),
    });

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(envelope, fc.jsonValue(), fc.string({ unit: 'binary' })),
        async (status, body) => {
          const text = JSON.stringify(body);

          gateway.post('/v2/sms/send').reply(status, text);

          const [outcome] = await Promise.allSettled([send(data)]);
          const isSaid = status < 300 && text.startsWith('{"success":true');

          expect(outcome.status === 'rejected' || isSaid).toBe(true);

          if (outcome.status === 'rejected') {
            expect(outcome.reason).toBeInstanceOf(ConnectorError);
          }
        }
      ),
      { numRuns: 100 }
    );
  });
});
