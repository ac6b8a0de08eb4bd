import { type Progress } from './delivery.js';
import { describeFailure, type Failure } from './failure.js';
import { type Sent } from './send.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

/** A value in quotes where it needs them. It may hold what no terminal should get: a config's words, say. */
const toField = (value: string | number) => {
  const text = `${value}`.replaceAll(/[\p{C}\u2028\u2029]/gu, ' ');

  return /^[\w.:-]+$/.test(text) ? text : JSON.stringify(text);
};

/** The call of Logto's that a line is about: what for, and how many ms it took until SMSAero's answer. */
export type Call = { usageType: string; ms: number };

/** One line: what happened, and what is known of it as `key=value`. An id must be fit to be shown. */
const toLine = (event: string, fields: Record<string, string | number | undefined>) => {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    // An SMS needs no mention.
    value === undefined || (key === 'channel' && value !== 'telegram')
      ? []
      : [`${key}=${toField(value)}`]
  );

  return [`[connector-smsaero] ${event}:`, ...pairs].join(' ');
};

const warn = (...line: Parameters<typeof toLine>) => {
  console.warn(toLine(...line));
};

/**
 * Prints the operator's line about a message that SMSAero accepted. It is a warning if there is more to know:
 * nothing will arrive in test mode, an SMS went out because SMSAero refused Telegram, or SMSAero holds the message.
 */
export const logSent = (
  { channel, host, id, deliveryStatus, refusal }: Sent,
  { ms, usageType }: Call
): void => {
  const held = deliveryStatus === deliveryStatuses.held ? deliveryStatus : undefined;

  if (channel === 'testSms') {
    warn('Test mode, nothing delivered', { host, id, ms, usageType });
  } else if (refusal) {
    const { kind, status, vendorMessage } = describeFailure(refusal);
    const sms = { host, id, deliveryStatus: held, ms };

    warn("SMS sent in Telegram's place", { kind, status, ...sms, vendorMessage, usageType });
  } else if (held) {
    warn('SMS held for moderation', { channel, host, id, ms, usageType });
  } else {
    console.info(toLine('SMS sent', { channel, host, id, ms, usageType }));
  }
};

/** Prints the operator's line about a message that was followed and not seen to arrive. */
export const logUndelivered = (
  { channel, host, id, deliveryStatus }: Progress,
  usageType: string
): void => {
  const event = isFailedDelivery(deliveryStatus) ? 'SMS not delivered' : 'SMS not confirmed';

  warn(event, { channel, deliveryStatus, host, id, usageType });
};

/** Prints the operator's line about an account that has less money than its mark, in roubles; never how much. */
export const logLowBalance = (below: number, host: string): void => {
  warn('Balance low', { below, host });
};

/** Prints the operator's line about a failed send; Logto itself logs no `ConnectorError`. */
export const logFailure = (
  { kind, afterTelegram, vendorMessage, reason, ...rest }: Failure,
  { ms, usageType }: Call
): void => {
  const { channel, status, host, id, deliveryStatus } = rest;
  const message = { channel, status, host, id, deliveryStatus, ms };

  warn('SMS not sent', { kind, afterTelegram, ...message, vendorMessage, reason, usageType });
};
