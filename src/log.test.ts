import { afterEach, describe, expect, it } from 'vitest';

import { type Progress } from './delivery.js';
import { type Failure } from './failure.js';
import { spyOnConsole } from './fixtures.js';
import { logFailure, logLowBalance, logSent, logUndelivered } from './log.js';
import { type Sent } from './send.js';
import { SendFailure } from './smsaero/failure.js';

const { print } = spyOnConsole();

afterEach(() => {
  print.mockClear();
});

describe('a failed send', () => {
  it.each<[Failure, string]>([
    [
      {
        kind: 'sender',
        channel: 'sms',
        host: 'gate.smsaero.ru',
        status: 400,
        vendorMessage: 'Validation error. sign: incorrect "x"',
      },
      'kind=sender status=400 host=gate.smsaero.ru ms=312 vendorMessage="Validation error. sign: incorrect \\"x\\"" usageType=SignIn',
    ],
    [
      { kind: 'rejected', host: 'localhost:8025', status: 200, id: '1001', deliveryStatus: 6 },
      'kind=rejected status=200 host=localhost:8025 id=1001 deliveryStatus=6 ms=312 usageType=SignIn',
    ],
    [{ kind: 'refused', channel: 'testSms' }, 'kind=refused ms=312 usageType=SignIn'],
    [
      { kind: 'timeout', channel: 'telegram', host: 'gate.smsaero.ru', reason: 'not in time' },
      'kind=timeout channel=telegram host=gate.smsaero.ru ms=312 reason="not in time" usageType=SignIn',
    ],
    [
      { kind: 'funds', channel: 'sms', status: 402, afterTelegram: 'account' },
      'kind=funds afterTelegram=account status=402 ms=312 usageType=SignIn',
    ],
    [{ kind: 'template' }, 'kind=template ms=312 usageType=SignIn'],
    [
      { kind: 'config', reason: 'Enter the API key of your SMSAero account.' },
      'kind=config ms=312 reason="Enter the API key of your SMSAero account." usageType=SignIn',
    ],
    [{ kind: 'internal', reason: 'string' }, 'kind=internal ms=312 reason=string usageType=SignIn'],
    [
      {
        kind: 'config',
        reason: 'a\nb\u007Fc\u0085d\u009B31me\u2028f\u2029g\u202Eh\u200Bi\uE000j\uD800k',
      },
      'kind=config ms=312 reason="a b c d 31me f g h i j k" usageType=SignIn',
    ],
  ])('leaves one line with all that is known: %j', (failure, line) => {
    logFailure(failure, { ms: 312, usageType: 'SignIn' });

    expect(print.mock.calls).toEqual([['warn', `[connector-smsaero] SMS not sent: ${line}`]]);
  });
});

describe('an accepted message', () => {
  const receipt: Sent = { channel: 'sms', host: 'gate.smsaero.ru', id: '1001' };
  const refusal = new SendFailure('refused', {
    channel: 'telegram',
    host: 'gate.smsaero.ru',
    status: 400,
    vendorMessage: 'Telegram is off',
  });

  const sent = 'SMS sent: host=gate.smsaero.ru id=1001 ms=312 usageType=SignIn';

  it.each<[string, Sent, string]>([
    ['queued', { ...receipt, deliveryStatus: 0 }, sent],
    ['delivered', { ...receipt, deliveryStatus: 1 }, sent],
    ['of no known status', receipt, sent],
    [
      'on its way to Telegram',
      { ...receipt, channel: 'telegram' },
      'SMS sent: channel=telegram host=gate.smsaero.ru id=1001 ms=312 usageType=SignIn',
    ],
    [
      'without an id',
      { ...receipt, id: undefined },
      'SMS sent: host=gate.smsaero.ru ms=312 usageType=SignIn',
    ],
    [
      'held',
      { ...receipt, deliveryStatus: 8 },
      'SMS held for moderation: host=gate.smsaero.ru id=1001 ms=312 usageType=SignIn',
    ],
    [
      'held on its way to Telegram, without an id',
      { ...receipt, id: undefined, channel: 'telegram', deliveryStatus: 8 },
      'SMS held for moderation: channel=telegram host=gate.smsaero.ru ms=312 usageType=SignIn',
    ],
    [
      "sent in Telegram's place",
      { ...receipt, deliveryStatus: 0, refusal },
      'SMS sent in Telegram\'s place: kind=refused status=400 host=gate.smsaero.ru id=1001 ms=312 vendorMessage="Telegram is off" usageType=SignIn',
    ],
    [
      "sent in Telegram's place and held",
      { ...receipt, deliveryStatus: 8, refusal },
      'SMS sent in Telegram\'s place: kind=refused status=400 host=gate.smsaero.ru id=1001 deliveryStatus=8 ms=312 vendorMessage="Telegram is off" usageType=SignIn',
    ],
    ...[0, 1, 8].map<[string, Sent, string]>((deliveryStatus) => [
      `in test mode (${deliveryStatus})`,
      { ...receipt, channel: 'testSms', deliveryStatus },
      'Test mode, nothing delivered: host=gate.smsaero.ru id=1001 ms=312 usageType=SignIn',
    ]),
  ])('that is %s leaves one line', (_, message, line) => {
    logSent(message, { ms: 312, usageType: 'SignIn' });

    const method = line.startsWith('SMS sent:') ? 'info' : 'warn';

    expect(print.mock.calls).toEqual([[method, `[connector-smsaero] ${line}`]]);
  });
});

describe('a followed message that was not seen to arrive', () => {
  it.each<[Omit<Progress, 'host'>, string]>([
    [
      { channel: 'sms', id: '1001', deliveryStatus: 2 },
      'SMS not delivered: deliveryStatus=2 host=gate.smsaero.ru id=1001 usageType=SignIn',
    ],
    [
      { channel: 'telegram', deliveryStatus: 6 },
      'SMS not delivered: channel=telegram deliveryStatus=6 host=gate.smsaero.ru usageType=SignIn',
    ],
    [
      { channel: 'sms', id: '1001', deliveryStatus: 0 },
      'SMS not confirmed: deliveryStatus=0 host=gate.smsaero.ru id=1001 usageType=SignIn',
    ],
    [
      { channel: 'telegram', id: '1001', isLimited: true },
      'SMS not confirmed: channel=telegram host=gate.smsaero.ru id=1001 usageType=SignIn',
    ],
  ])('leaves one line: %j', (progress, line) => {
    logUndelivered({ host: 'gate.smsaero.ru', ...progress }, 'SignIn');

    expect(print.mock.calls).toEqual([['warn', `[connector-smsaero] ${line}`]]);
  });
});

it.each([500, 0, -500])('leaves one line about a balance below %i, without the balance', (mark) => {
  logLowBalance(mark, 'gate.smsaero.ru');

  expect(print.mock.calls).toEqual([
    ['warn', `[connector-smsaero] Balance low: below=${mark} host=gate.smsaero.ru`],
  ]);
});
