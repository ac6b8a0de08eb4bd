import nock from 'nock';

import { ConnectorErrorCodes, ConnectorType, TemplateType } from '@logto/connector-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { catchConnectorError, config, data, spyOnConsole } from './fixtures.js';
import createConnector from './index.js';
import { expectNoSecrets, sms } from './smsaero/fixtures.js';
import { visitorSentences } from './visitor.js';

const getConfig = vi.fn<() => Promise<unknown>>();
const { print, getPrinted } = spyOnConsole();

// A wait moves the clock, and is over at once.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    vi.advanceTimersByTime(ms);
  },
}));

/** As Logto does for each message. */
const send = async (message: typeof data, form?: unknown) => {
  const { sendMessage } = await createConnector({ getConfig });

  return sendMessage(message, form);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  getConfig.mockResolvedValue(config);
  nock.disableNetConnect();
});

afterEach(() => {
  const printed = getPrinted();
  const pending = nock.pendingMocks();

  vi.useRealTimers();
  nock.cleanAll();
  getConfig.mockReset();
  print.mockClear();
  expectNoSecrets(printed);
  expect(pending).toEqual([]);
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

  it('sends with the stored config', async () => {
    gateway.post('/v2/sms/send', sms).reply(200, { success: true, data: { id: 7, status: 0 } });

    // A real send asks nothing more: nock would refuse it, and the message would fail.
    await expect(send(data)).resolves.toBeUndefined();
    expect(getConfig).toHaveBeenCalledExactlyOnceWith('smsaero-short-message-service');
    expect(getPrinted()).toEqual([
      ['info', '[connector-smsaero] SMS sent: host=gate.smsaero.ru usageType=SignIn'],
    ]);
  });

  it("sends the console's test with the form's config", async () => {
    gateway
      .post('/v2/sms/testsend', { ...sms, sign: 'Acme' })
      .reply(200, { success: true, data: null });

    await expect(
      send(data, { ...config, senderName: ' Acme ', testMode: true })
    ).resolves.toBeUndefined();
    expect(getConfig).not.toHaveBeenCalled();
    expect(print).not.toHaveBeenCalled();
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
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS not sent: kind=sender status=400 host=gate.smsaero.ru vendorMessage="Validation error. sign: incorrect" usageType=SignIn',
      ],
    ]);
  });

  it('tells the operator of both where an SMS fails after Telegram was refused', async () => {
    getConfig.mockResolvedValueOnce({ ...config, telegram: true });
    gateway.post('/v2/telegram/send').reply(403, { success: false, message: 'No' });
    gateway.post('/v2/sms/send').reply(402);

    await catchConnectorError(send(data));
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS not sent: kind=funds afterTelegram=account status=402 host=gate.smsaero.ru usageType=SignIn',
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
    expect(print).not.toHaveBeenCalled();
  });

  it('tells the admin who tests what happened to an accepted message', async () => {
    gateway.post('/v2/sms/send').reply(200, { success: true, data: { id: 7, status: 0 } });
    gateway.post('/v2/sms/status', { id: '7' }).reply(200, { success: true, data: { status: 8 } });

    await expect(catchConnectorError(send(data, config))).resolves.toMatchObject({
      errorDescription: expect.stringContaining('holds your messages for moderation') as unknown,
    });
    expect(print).not.toHaveBeenCalled();
  });

  it.each([8, '8'])(
    'sends a message that SMSAero holds (%j), and says so in the log',
    async (status) => {
      gateway.post('/v2/sms/send').reply(200, { success: true, data: { id: 7, status } });

      await expect(send(data)).resolves.toBeUndefined();
      expect(getPrinted()).toEqual([
        [
          'warn',
          '[connector-smsaero] SMS held for moderation: host=gate.smsaero.ru usageType=SignIn',
        ],
      ]);
    }
  );

  it('says in the log that a held message is a Telegram code', async () => {
    getConfig.mockResolvedValueOnce({ ...config, telegram: true });
    gateway.post('/v2/telegram/send').reply(200, { success: true, data: { id: 5, status: 8 } });

    await expect(send(data)).resolves.toBeUndefined();
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS held for moderation: channel=telegram host=gate.smsaero.ru usageType=SignIn',
      ],
    ]);
  });

  it('tells the admin who tests that Telegram did not deliver while nothing is known of the SMS', async () => {
    gateway
      .post('/v2/telegram/send')
      .reply(200, { success: true, data: { id: 5, status: 0, telegramCode: '381945' } });
    gateway
      .post('/v2/telegram/status')
      .times(5)
      .reply(200, { success: true, data: { id: 5, status: 2, idSms: 77 } });
    gateway
      .post('/v2/sms/status', { id: '77' })
      .times(5)
      .reply(200, { success: true, data: { id: 77 } });

    await expect(
      catchConnectorError(send(data, { ...config, telegram: true }))
    ).resolves.toMatchObject({
      errorDescription: expect.stringMatching(/^Telegram did not deliver the code/) as unknown,
    });
  });

  it('sends an invitation with its link by SMS, though Logto gives a code, too', async () => {
    const usageType = TemplateType.OrganizationInvitation;

    getConfig.mockResolvedValueOnce({
      ...config,
      telegram: true,
      templates: [...config.templates, { usageType, content: 'Join: {{link}}' }],
    });
    gateway
      .post('/v2/sms/send', { ...sms, text: 'Join: https://shop.example/join' })
      .reply(200, { success: true, data: { id: 7, status: 0 } });

    const payload = { code: '381945', link: 'https://shop.example/join' };

    await expect(send({ ...data, type: usageType, payload })).resolves.toBeUndefined();
  });

  it('calls a reply bad that names something odd as the code for Telegram', async () => {
    getConfig.mockResolvedValueOnce({ ...config, telegram: true });
    gateway
      .post('/v2/telegram/send')
      .reply(200, { success: true, data: { id: 5, status: 0, telegramCode: { toString: 1 } } });

    await catchConnectorError(send(data));
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS not sent: kind=bad-reply channel=telegram status=200 host=gate.smsaero.ru reason="Telegram got another code" usageType=SignIn',
      ],
    ]);
  });

  it.each([
    ['code 4823 is not allowed', '381945', ' vendorMessage="code *** is not allowed"'],
    ['code AB12CD is not allowed', 'AB12CD', ''],
    ['number 8 916 405-82-73 is not allowed', '381945', ''],
  ])("repeats no secret of SMSAero's words: %s", async (message, code, shown) => {
    gateway.post('/v2/sms/send').reply(400, { success: false, message });

    await catchConnectorError(send({ ...data, payload: { code } }));
    expect(getPrinted()).toEqual([
      [
        'warn',
        `[connector-smsaero] SMS not sent: kind=refused status=400 host=gate.smsaero.ru${shown} usageType=SignIn`,
      ],
    ]);
  });

  it('repeats no text of 13,000 characters that SMSAero echoes', async () => {
    const text = 'Ваш код. '.repeat(1500);

    getConfig.mockResolvedValueOnce({
      ...config,
      templates: config.templates.map((template) => ({ ...template, content: `${text}{{code}}` })),
    });
    gateway.post('/v2/sms/send').reply(400, { success: false, message: `No: ${text}381945` });

    await catchConnectorError(send(data));
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS not sent: kind=refused status=400 host=gate.smsaero.ru usageType=SignIn',
      ],
    ]);
  });

  it.each([
    ['a phone that cannot be one', { ...data, to: '12345' }, config],
    ['a country not allowed', data, { ...config, allowedCountryCodes: '375' }],
  ])('refuses before a request: %s', async (_, input, stored) => {
    getConfig.mockResolvedValueOnce(stored);

    await expect(catchConnectorError(send(input))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription: visitorSentences.number.ru,
    });
    expect(print).toHaveBeenCalledOnce();
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

    expect(print).toHaveBeenCalledTimes(form === undefined ? 1 : 0);
  });

  it('sends a code with stored templates that it tells the admin to mend', async () => {
    const flawed = {
      ...config,
      templates: [...config.templates, { usageType: 'BindMfa', content: 'Welcome!' }],
    };

    getConfig.mockResolvedValueOnce(flawed);
    gateway.post('/v2/sms/send', sms).reply(200, { success: true, data: { id: 7, status: 0 } });

    await expect(send(data)).resolves.toBeUndefined();
    await expect(catchConnectorError(send(data, flawed))).resolves.toMatchObject({
      code: ConnectorErrorCodes.InvalidConfig,
    });
  });

  it.each([
    ['a visitor', undefined, visitorSentences.neutral.ru],
    [
      'the admin who tests',
      config,
      'The connector hit an unexpected error; please report the line it left in the server log.',
    ],
  ])('leaves a line of a mistake of its own, which %s is told', async (_, form, sentence) => {
    // What no host gives.
    const to: unknown = {};

    await expect(catchConnectorError(send({ ...data, to: to as string }, form))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription: sentence,
    });
    expect(getPrinted()).toEqual([
      [
        'warn',
        '[connector-smsaero] SMS not sent: kind=internal reason="TypeError at an unknown place" usageType=SignIn',
      ],
    ]);
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
        .times(10)
        .optionally()
        .reply(200, body as nock.Body, headers);

      // eslint-disable-next-line no-await-in-loop -- they share the gateway
      const [outcome] = await Promise.allSettled([send(data, form)]);

      nock.cleanAll();
      expectNoSecrets(outcome);
      expect(JSON.stringify(outcome)).not.toContain(email);

      if (outcome.status === 'rejected') {
        // eslint-disable-next-line no-await-in-loop -- it is over already
        await catchConnectorError(Promise.reject(outcome.reason as Error));
      }
    }
  });
});
