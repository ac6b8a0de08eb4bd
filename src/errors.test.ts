import { ConnectorError, ConnectorErrorCodes, TemplateType } from '@logto/connector-kit';
import { describe, expect, it } from 'vitest';

import { data } from '../test/fixtures.js';

import { configGuard } from './config.js';
import { toConnectorError, toLogLine } from './errors.js';
import { type FailureKind, SendFailure } from './failure.js';

const neutral = 'The message could not be sent. Please try again later.';

describe('a failure', () => {
  it.each<[FailureKind, SendFailure['details'], ConnectorErrorCodes, string]>([
    [
      'credentials',
      { words: 'Invalid credentials.' },
      ConnectorErrorCodes.General,
      'SMSAero refused the e-mail or the API key; copy both again from your SMSAero account. SMSAero says: "Invalid credentials."',
    ],
    [
      'address',
      {},
      ConnectorErrorCodes.General,
      "SMSAero does not accept this server's IP address; add it to the allowed addresses in SMSAero's API settings.",
    ],
    [
      'funds',
      {},
      ConnectorErrorCodes.UsageLimitExceeded,
      'There is not enough money on the SMSAero account; top it up and send again.',
    ],
    [
      'rate',
      {},
      ConnectorErrorCodes.RateLimitExceeded,
      'SMSAero takes no more messages for now; wait a minute and send again.',
    ],
    [
      'number',
      { reason: 'it is too short' },
      ConnectorErrorCodes.InvalidRequestParameters,
      'The phone number was refused: it is too short.',
    ],
    [
      'number',
      { words: 'number: incorrect' },
      ConnectorErrorCodes.InvalidRequestParameters,
      'The phone number was refused: SMSAero cannot send to it. SMSAero says: "number: incorrect"',
    ],
    [
      'sender',
      {},
      ConnectorErrorCodes.General,
      'SMSAero has not approved this sender name for your account; ask for its approval, or use SMSAero, the shared one.',
    ],
    [
      'refused',
      { words: 'text: required' },
      ConnectorErrorCodes.General,
      'SMSAero refused the message; change what it names and send again. SMSAero says: "text: required"',
    ],
    [
      'refused',
      {},
      ConnectorErrorCodes.General,
      'SMSAero refused the message without a reason; ask its support.',
    ],
    [
      'rejected',
      { reason: 'status 6' },
      ConnectorErrorCodes.General,
      'SMSAero rejected the message at once; check that it allows this sender name, text and country for your account.',
    ],
    [
      'unreachable',
      { reason: 'gate.smsaero.ru: name not found' },
      ConnectorErrorCodes.General,
      "No connection to SMSAero (gate.smsaero.ru: name not found); check this server's DNS, firewall and proxy.",
    ],
    [
      'timeout',
      { reason: 'not in time' },
      ConnectorErrorCodes.General,
      'No answer from SMSAero (not in time); the message may still arrive, so wait a minute before you send again.',
    ],
    [
      'broken',
      { reason: 'HTTP 502, a server error' },
      ConnectorErrorCodes.General,
      'The gateway did not answer as SMSAero does (HTTP 502, a server error); try again later, and check the gateway address if you set one.',
    ],
  ])('%s %j: what the visitor and the admin are told', (kind, details, code, sentence) => {
    const failure = new SendFailure(kind, details);
    const english = { ...data, payload: {} };
    const forVisitor = toConnectorError(failure, english, false);
    const forAdmin = toConnectorError(failure, english, true);

    expect(forVisitor).toBeInstanceOf(ConnectorError);
    expect(forVisitor.code).toBe(code);
    expect(forVisitor.data).toEqual({ errorDescription: neutral });
    expect(forAdmin.code).toBe(
      kind === 'rate' ? ConnectorErrorCodes.RateLimitExceeded : ConnectorErrorCodes.General
    );
    expect(forAdmin.data).toEqual({ errorDescription: sentence });
  });

  it.each([
    ['ru-RU', 'Не удалось отправить сообщение. Попробуйте ещё раз позже.'],
    ['zh-CN', '短信发送失败，请稍后重试。'],
    ['tr-TR', 'Mesaj gönderilemedi. Lütfen daha sonra tekrar deneyin.'],
    ['ko', '메시지를 보내지 못했습니다. 잠시 후 다시 시도해 주세요.'],
    ['de', neutral],
  ])('is told to a visitor in %s: %s', (locale, sentence) => {
    const error = toConnectorError(
      new SendFailure('broken'),
      { ...data, payload: { locale } },
      false
    );

    expect(error.data).toEqual({ errorDescription: sentence });
  });

  it('that nobody foresaw is told without its words, which may hold the request', () => {
    const error = new TypeError('Invalid header: Basic a2V5');

    expect(toConnectorError(error, data, true).data).toEqual({
      errorDescription:
        'The gateway did not answer as SMSAero does (unexpected TypeError); try again later, and check the gateway address if you set one.',
    });
    expect(toConnectorError('Basic a2V5', data, false).code).toBe(ConnectorErrorCodes.General);
    expect(toLogLine(error, data)).toBe(
      '[connector-smsaero] SMS not sent: kind=broken reason="unexpected TypeError" type=SignIn'
    );
    expect(toLogLine('Basic a2V5', data)).toBe(
      '[connector-smsaero] SMS not sent: kind=broken reason="unexpected string" type=SignIn'
    );
  });

  it('of the config carries the issues, which the console lists', () => {
    const { error } = configGuard.safeParse({});
    const connectorError = toConnectorError(error, data, false);

    expect(connectorError.code).toBe(ConnectorErrorCodes.InvalidConfig);
    expect(connectorError.data).toBe(error);
    expect(toLogLine(error, data)).toBe(
      '[connector-smsaero] SMS not sent: kind=config reason="Enter the e-mail address of your SMSAero account. Enter the API key of your SMSAero account. Enter a sender name; SMSAero is the shared one. Templates must be a JSON list; copy the example of the guide." type=SignIn'
    );
  });

  it("that is the host's own error stays what it is", () => {
    const error = new ConnectorError(ConnectorErrorCodes.TemplateNotFound);

    expect(toConnectorError(error, data, false)).toBe(error);
    expect(toLogLine(error, { ...data, type: TemplateType.BindMfa })).toBe(
      '[connector-smsaero] SMS not sent: kind=template_not_found type=BindMfa'
    );
  });

  it('is logged in one line with all that is known', () => {
    const failure = new SendFailure('sender', {
      host: 'gate.smsaero.ru',
      status: 400,
      words: 'Validation error. sign: incorrect "x"',
    });

    expect(toLogLine(failure, data)).toBe(
      '[connector-smsaero] SMS not sent: kind=sender status=400 host=gate.smsaero.ru words="Validation error. sign: incorrect \\"x\\"" type=SignIn'
    );
  });
});
