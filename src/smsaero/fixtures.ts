// What the tests of this folder share.
import { inspect } from 'node:util';

import { expect } from 'vitest';

import { SendFailure } from './failure.js';

/** An account whose secrets stand out where they leak. */
export const account = { email: 'owner@shop.example', apiKey: 'Kq7vXz2mWp9sLd4tRb6nYc3h' };

export const authorization = `Basic ${Buffer.from(`${account.email}:${account.apiKey}`).toString('base64')}`;

export const code = '381945';

export const sms = { number: '79164058273', sign: 'Shop', text: `SignIn: ваш код ${code}` };

/** What SMSAero answers to a message that it accepted. */
export const accepted = {
  success: true,
  data: {
    id: 1001,
    from: sms.sign,
    number: sms.number,
    text: sms.text,
    status: 0,
    extendStatus: 'queue',
    channel: 'FREE SIGN',
    cost: 5.49,
    dateCreate: 1_700_000_000,
    dateSend: 1_700_000_000,
  },
  message: null,
};

/** When a call must be over that has `ms` left. */
export const endsIn = (ms: number) => performance.now() + ms;

const secrets = [
  account.email,
  account.apiKey,
  Buffer.from(account.apiKey).toString('base64'),
  authorization.slice('Basic '.length),
  sms.number,
  sms.text,
  code,
];

/**
 * Expects that nothing reachable from the values holds a secret: own, hidden and inherited properties,
 * `cause`, stack, and what `console` would print.
 */
export const expectNoSecrets = (...values: unknown[]) => {
  const texts = values.flatMap((value) => [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    value instanceof Error ? `${value.stack} ${value.message} ${inspect(value.cause)}` : '',
    String(JSON.stringify(value)),
  ]);

  for (const secret of secrets) {
    expect(texts.join('\n')).not.toContain(secret);
  }
};

/** An error with a code, as Node's own have. */
export class SystemError extends Error {
  constructor(
    readonly code: string,
    message = code
  ) {
    super(message);
  }
}

/** What a promise resolves to, or else the kind and the details of its `SendFailure`, which has no secrets. */
export const settle = async <Value>(promise: Promise<Value>) => {
  try {
    return await promise;
  } catch (error: unknown) {
    if (!(error instanceof SendFailure)) {
      throw error;
    }

    expectNoSecrets(error);

    return { kind: error.kind, ...error.details };
  }
};

// How a gateway may write what it echoes.
export const toHex = (value: string) => Buffer.from(value).toString('hex');
export const toPercent = (value: string) => toHex(value).replaceAll(/../g, '%$&');
export const toUnicode = (value: string) =>
  value.replaceAll(/[^]/gu, (one) => `\\u${one.codePointAt(0)?.toString(16).padStart(4, '0')}`);
export const toEntities = (value: string) =>
  value.replaceAll(/[^]/gu, (one) => `&#${one.codePointAt(0)};`);
export const toHexEntities = (value: string) =>
  value.replaceAll(/[^]/gu, (one) => `&#x${one.codePointAt(0)?.toString(16)};`);
