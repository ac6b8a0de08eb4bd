import { ConnectorErrorCodes, ConnectorType } from '@logto/connector-kit';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { catchConnectorError, config, data, expectNoSecrets, message } from '../test/fixtures.js';

import createConnector from './index.js';

const getConfig = vi.fn<() => Promise<unknown>>();
const warn = vi.spyOn(console, 'warn').mockReturnValue();

/** As Logto does for each message. */
const send = async (...args: [typeof data, unknown?]) => {
  const { sendMessage } = await createConnector({ getConfig });

  return sendMessage(...args);
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

  it('sends with the stored config', async () => {
    gateway.post('/v2/sms/send', message).reply(200, { success: true, data: { id: 7, status: 0 } });

    await expect(send(data)).resolves.toEqual({ id: 7, status: 0, host: 'gate.smsaero.ru' });
    expect(getConfig).toHaveBeenCalledExactlyOnceWith('smsaero-short-message-service');
    expect(warn).not.toHaveBeenCalled();
  });

  it("sends the console's test with the form's config", async () => {
    gateway
      .post('/v2/sms/testsend', { ...message, sign: 'Shop' })
      .reply(200, { success: true, data: null });

    await expect(
      send(data, { ...config, senderName: ' Shop ', testMode: true })
    ).resolves.toBeDefined();
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
      errorDescription: 'Не удалось отправить сообщение. Попробуйте ещё раз позже.',
    });
    expect(warn.mock.calls).toEqual([
      [
        '[connector-smsaero] SMS not sent: kind=sender status=400 host=gate.smsaero.ru words="Validation error. sign: incorrect" type=SignIn',
      ],
    ]);
  });

  it('tells the admin who tests what happened, and logs nothing', async () => {
    gateway.post('/v2/sms/send').reply(402);

    await expect(catchConnectorError(send(data, config))).resolves.toEqual({
      code: ConnectorErrorCodes.General,
      errorDescription:
        'There is not enough money on the SMSAero account; top it up and send again.',
    });
    expect(warn).not.toHaveBeenCalled();
  });

  it.each([
    ['a phone that cannot be one', { ...data, to: '12345' }, config],
    ['a country not allowed', data, { ...config, allowedCountryCodes: '375' }],
  ])('refuses before a request: %s', async (_, input, stored) => {
    getConfig.mockResolvedValueOnce(stored);

    await expect(catchConnectorError(send(input))).resolves.toMatchObject({
      code: ConnectorErrorCodes.InvalidRequestParameters,
    });
    expect(warn).toHaveBeenCalledOnce();
  });

  it.each([
    ['the stored one', undefined],
    ["the form's", {}],
    ["the form's null", null],
  ])('refuses an invalid config: %s', async (_, form) => {
    getConfig.mockResolvedValue({ ...config, apiKey: '' });

    await expect(catchConnectorError(send(data, form))).resolves.toMatchObject({
      code: ConnectorErrorCodes.InvalidConfig,
    });
    expect(warn).toHaveBeenCalledTimes(form === undefined ? 1 : 0);
  });

  it('leaves an error of the host as it is', async () => {
    const error = new Error('The connector is gone');

    getConfig.mockRejectedValueOnce(error);

    await expect(send(data)).rejects.toBe(error);
  });
});
