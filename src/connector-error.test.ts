import { ConnectorError, ConnectorErrorCodes } from '@logto/connector-kit';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { configGuard } from './config.js';
import { logFailure, logSent, TemplateFailure, toConnectorError } from './connector-error.js';
import { data } from './fixtures.js';
import { visitorSentences } from './sentences.js';
import {
  type FailureDetails,
  type FailureKind,
  failureKinds,
  SendFailure,
} from './smsaero/failure.js';

const warn = vi.spyOn(console, 'warn').mockReturnValue();

afterEach(() => {
  warn.mockClear();
});

const log = (error: unknown, isTest = false) => {
  logFailure(error, data, isTest);

  return warn.mock.lastCall?.[0] as unknown;
};

const { General, UsageLimitExceeded, RateLimitExceeded } = ConnectorErrorCodes;
const neutral = visitorSentences.neutral.default;

describe('a failure', () => {
  const rows: Array<[FailureKind, FailureDetails, ConnectorErrorCodes, string]> = [
    [
      'credentials',
      { vendorMessage: 'Invalid credentials.' },
      General,
      'SMSAero refused the e-mail address or the API key; copy both again from your SMSAero account. SMSAero says: "Invalid credentials."',
    ],
    [
      'account',
      {},
      General,
      "The e-mail address and the API key are right, but this account may not use the API yet; check its activation, sender name and balance, and whether this server's IP address is allowed.",
    ],
    [
      'ip-address',
      {},
      General,
      "SMSAero does not accept this server's IP address; add it to the allowed addresses in SMSAero's API settings.",
    ],
    [
      'funds',
      {},
      UsageLimitExceeded,
      'There is not enough money on the SMSAero account; top it up and send again.',
    ],
    [
      'funds',
      { balance: 0 },
      UsageLimitExceeded,
      'There is not enough money on the SMSAero account (balance: 0 roubles); top it up and send again.',
    ],
    [
      'rate-limit',
      {},
      RateLimitExceeded,
      'SMSAero limits how many messages it takes; wait a minute and send again, and ask SMSAero for a higher limit if this keeps happening.',
    ],
    [
      'number',
      { reason: 'it is too short' },
      General,
      'The phone number was refused: it is too short.',
    ],
    [
      'number',
      { vendorMessage: 'number: incorrect' },
      General,
      'The phone number was refused: SMSAero cannot send to it. SMSAero says: "number: incorrect"',
    ],
    [
      'sender',
      {},
      General,
      'SMSAero has not approved this sender name for your account; ask SMSAero to approve it, or enter an approved one.',
    ],
    [
      'sender',
      { approvedNames: ['Shop', 'Acme'] },
      General,
      'SMSAero has not approved this sender name for your account; enter one that it has approved (Shop, Acme).',
    ],
    [
      'sender',
      { approvedNames: [] },
      General,
      'SMSAero has not approved this sender name for your account, nor any other; request one in your SMSAero account and wait for its approval.',
    ],
    [
      'refused',
      { vendorMessage: 'text: required' },
      General,
      'SMSAero refused the message; fix what it complains about and send again. SMSAero says: "text: required"',
    ],
    [
      'refused',
      {},
      General,
      'SMSAero refused the message without giving a reason; ask its support.',
    ],
    [
      'rejected',
      { deliveryStatus: 6 },
      General,
      'SMSAero or the operator rejected the message; use a sender name of your own, name your service in the text, and ask SMSAero whether this text and country are allowed for you.',
    ],
    [
      'rejected',
      { deliveryStatus: 2 },
      General,
      'The message was not delivered; check the number, use a sender name of your own, and name your service in the text.',
    ],
    [
      'held',
      {},
      General,
      'SMSAero holds your messages for moderation, so codes arrive minutes late; a contract or approved texts lift this, so ask SMSAero for them.',
    ],
    [
      'rejected',
      { channel: 'telegram', deliveryStatus: 2 },
      General,
      'Telegram did not deliver the code; SMSAero should send an SMS instead, so check whether one arrives.',
    ],
    [
      'refused',
      { channel: 'telegram', vendorMessage: 'No' },
      General,
      'SMSAero refused the message; fix what it complains about and send again. This concerns Telegram only; visitors are sent an SMS instead. SMSAero says: "No"',
    ],
    [
      'unreachable',
      { reason: 'gate.smsaero.ru: name not found' },
      General,
      "No connection to SMSAero (gate.smsaero.ru: name not found); check this server's DNS, firewall and proxy.",
    ],
    [
      'timeout',
      { reason: 'not in time' },
      General,
      'No answer from SMSAero (not in time); the message may still arrive, so wait a minute before sending again.',
    ],
    [
      'bad-reply',
      { reason: 'HTTP 502, a server error' },
      General,
      'The gateway gave an unexpected answer (HTTP 502, a server error); try again later, and check the gateway address if you set one.',
    ],
  ];

  it('of every kind is in the table below', () => {
    expect(new Set(rows.map(([kind]) => kind))).toEqual(new Set(failureKinds));
  });

  it.each(rows)(
    '%s %j: what the visitor and the admin are told',
    (kind, details, code, sentence) => {
      const failure = new SendFailure(kind, details);
      const forVisitor = toConnectorError(failure, { ...data, payload: {} }, false);
      const forAdmin = toConnectorError(failure, data, true);

      expect(forVisitor).toBeInstanceOf(ConnectorError);
      expect(forVisitor.code).toBe(code);
      expect(forVisitor.data).toEqual({
        errorDescription: kind === 'number' ? visitorSentences.number.default : neutral,
      });
      expect(forAdmin.code).toBe(General);
      expect(forAdmin.data).toEqual({ errorDescription: sentence });
    }
  );

  it.each([
    [{ locale: 'ru-RU' }, 'ru'],
    [{ locale: 'pt-BR' }, 'pt-BR'],
    [{ uiLocales: 'uk-UA ru', locale: 'ru' }, 'uk'],
    [{ uiLocales: 'en de' }, 'en'],
    [{ locale: 'sv' }, 'default'],
  ])('is told to a visitor with %j in %s', (payload, tag) => {
    for (const kind of ['number', 'bad-reply'] as const) {
      const { [kind === 'number' ? 'number' : 'neutral']: texts } = visitorSentences;

      expect(toConnectorError(new SendFailure(kind), { ...data, payload }, false).data).toEqual({
        errorDescription: texts[tag],
      });
    }
  });

  it('is logged in one line with all that is known', () => {
    const failure = new SendFailure('sender', {
      host: 'gate.smsaero.ru',
      status: 400,
      vendorMessage: 'Validation error. sign: incorrect "x"',
    });

    expect(log(failure)).toBe(
      '[connector-smsaero] SMS not sent: kind=sender status=400 host=gate.smsaero.ru vendorMessage="Validation error. sign: incorrect \\"x\\"" usageType=SignIn'
    );
    expect(
      log(new SendFailure('rejected', { host: 'localhost:8025', status: 200, deliveryStatus: 6 }))
    ).toBe(
      '[connector-smsaero] SMS not sent: kind=rejected status=200 host=localhost:8025 deliveryStatus=6 usageType=SignIn'
    );
  });

  it('is not logged on a test, whose admin reads all of it', () => {
    expect(log(new SendFailure('sender'), true)).toBeUndefined();
  });
});

describe('an accepted message', () => {
  const receipt = { channel: 'sms' as const, host: 'gate.smsaero.ru', id: '7' };
  const refusal = new SendFailure('refused', {
    channel: 'telegram',
    host: 'gate.smsaero.ru',
    status: 400,
    vendorMessage: 'Telegram is off',
  });

  it.each([
    ['delivered', { ...receipt, deliveryStatus: 1 }, undefined],
    ['of no known status', receipt, undefined],
    [
      'held',
      { ...receipt, deliveryStatus: 8 },
      '[connector-smsaero] SMS held for moderation: host=gate.smsaero.ru usageType=SignIn',
    ],
    [
      "sent in Telegram's place",
      { ...receipt, deliveryStatus: 0, refusal },
      '[connector-smsaero] SMS sent in Telegram\'s place: kind=refused status=400 host=gate.smsaero.ru vendorMessage="Telegram is off" usageType=SignIn',
    ],
    [
      "sent in Telegram's place and held",
      { ...receipt, deliveryStatus: 8, refusal },
      '[connector-smsaero] SMS sent in Telegram\'s place: kind=refused status=400 host=gate.smsaero.ru deliveryStatus=8 vendorMessage="Telegram is off" usageType=SignIn',
    ],
  ])('that is %s leaves the line it should', (_, sent, line) => {
    logSent(sent, data);

    expect(warn.mock.calls).toEqual(line ? [[line]] : []);
  });
});

describe('a template without a code to put in', () => {
  const failure = new TemplateFailure('OrganizationInvitation');

  it('is told to the admin and logged', () => {
    expect(toConnectorError(failure, data, true)).toMatchObject({
      code: General,
      data: {
        errorDescription:
          'Logto gave no code for the SignIn template; give this usage type a template of its own without {{code}}.',
      },
    });
    expect(toConnectorError(failure, { ...data, payload: {} }, false)).toMatchObject({
      code: General,
      data: { errorDescription: neutral },
    });
    expect(log(failure)).toBe('[connector-smsaero] SMS not sent: kind=template usageType=SignIn');
  });
});

describe('an invalid config', () => {
  const { error } = configGuard.safeParse({ email: 'x' });

  it('is told to the admin who tests with its issues, which the console lists', () => {
    const connectorError = toConnectorError(error, data, true);

    expect(connectorError.code).toBe(ConnectorErrorCodes.InvalidConfig);
    expect(connectorError.data).toBe(error);
  });

  it('is not shown to a visitor', () => {
    expect(toConnectorError(error, { ...data, payload: {} }, false)).toMatchObject({
      code: General,
      data: { errorDescription: neutral },
    });
  });

  it('is logged with its sentences', () => {
    expect(log(error)).toBe(
      '[connector-smsaero] SMS not sent: kind=config reason="Enter a valid e-mail address, such as name@example.com. Enter the API key of your SMSAero account. Enter a sender name that SMSAero has approved for you. Templates must be a JSON list; copy the one in the guide." usageType=SignIn'
    );
  });
});

describe('a mistake of our own', () => {
  const error = new TypeError('Invalid header: Basic a2V5');

  error.stack = `TypeError: Invalid header: Basic a2V5
    at Socket.emit (node:events:524:28)
    at render (file:///logto/packages/core/connectors/@logto-connector-smsaero/lib/index.js:120:11)
    at sendMessage (file:///logto/packages/core/connectors/@logto-connector-smsaero/lib/index.js:9:3)`;

  it('is told without its words, which may hold the request', () => {
    expect(toConnectorError(error, data, true)).toMatchObject({
      code: General,
      data: {
        errorDescription:
          'The connector hit an unexpected error; please report the line it left in the server log.',
      },
    });
    expect(toConnectorError('Basic a2V5', { ...data, payload: {} }, false)).toMatchObject({
      code: General,
      data: { errorDescription: neutral },
    });
  });

  it.each([false, true])('leaves its class and place in the log, on a test (%s), too', (isTest) => {
    expect(log(error, isTest)).toBe(
      '[connector-smsaero] SMS not sent: kind=internal reason="TypeError at lib/index.js:120:11" usageType=SignIn'
    );
    expect(log('Basic a2V5', isTest)).toBe(
      '[connector-smsaero] SMS not sent: kind=internal reason=string usageType=SignIn'
    );
  });
});
