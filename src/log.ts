import { type Progress } from './delivery.js';
import { describeFailure, type Failure } from './failure.js';
import { type Sent } from './send.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

/** Quotes a value if need be, and replaces control characters: a config's words, for one, may hold any. */
const toField = (value: string | number) => {
  const text = `${value}`.replaceAll(/[\p{C}\u2028\u2029]/gu, ' ');

  return /^[\w.:-]+$/.test(text) ? text : JSON.stringify(text);
};

/** Logto's call to `sendMessage`: the usage type, and the time from the call to SMSAero's answer, in ms. */
export type Call = { usageType: string; ms: number };

type Fields = Record<string, string | number | undefined>;

/** Prints one line: the event, and what is known of it as `key=value`. Give only an id that may be shown. */
const print = (event: string, fields: Fields, write = console.warn) => {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    // Only Telegram is worth naming.
    value === undefined || (key === 'channel' && value !== 'telegram')
      ? []
      : [`${key}=${toField(value)}`]
  );

  write([`[connector-smsaero] ${event}:`, ...pairs].join(' '));
};

/**
 * Prints the operator's line about a message that SMSAero accepted. The line is a warning if nothing will arrive (test
 * mode), if an SMS went out because SMSAero refused Telegram, or if SMSAero holds the message for moderation.
 */
export const logSent = (
  { channel, host, id, deliveryStatus, refusal }: Sent,
  { ms, usageType }: Call
): void => {
  const held = deliveryStatus === deliveryStatuses.held ? deliveryStatus : undefined;
  const fields = { channel, host, id, ms, usageType };

  if (channel === 'testSms') {
    print('Test mode, nothing delivered', fields);
  } else if (refusal) {
    const { kind, status, vendorMessage } = describeFailure(refusal);
    const sms = { host, id, deliveryStatus: held, ms };

    print("SMS sent in Telegram's place", { kind, status, ...sms, vendorMessage, usageType });
  } else if (held) {
    print('SMS held for moderation', fields);
  } else {
    print('SMS sent', fields, console.info);
  }
};

/** Prints the operator's line about a watched message that was not delivered, or not known to be. */
export const logUndelivered = (
  { channel, host, id, deliveryStatus }: Progress,
  usageType: string
): void => {
  const event = isFailedDelivery(deliveryStatus) ? 'SMS not delivered' : 'SMS not confirmed';

  print(event, { channel, deliveryStatus, host, id, usageType });
};

/** Prints the operator's line about a balance below the config's mark, in roubles. The balance is not shown. */
export const logLowBalance = (below: number, host: string): void => {
  print('Balance low', { below, host });
};

/** Prints the operator's line about a failed send, because Logto itself logs no `ConnectorError`. */
export const logFailure = (failure: Failure, { ms, usageType }: Call): void => {
  const { kind, afterTelegram, channel, status, host, id, deliveryStatus } = failure;
  const { vendorMessage, reason } = failure;
  const message = { kind, afterTelegram, channel, status, host, id, deliveryStatus };

  print('SMS not sent', { ...message, ms, vendorMessage, reason, usageType });
};
