import { inspect } from 'node:util';

import { ConnectorError, type SendMessageData, TemplateType } from '@logto/connector-kit';
import { expect } from 'vitest';

/** A valid config, with secrets that stand out where they leak. */
export const config = {
  email: 'owner@shop.example',
  apiKey: 'Kq7vXz2mWp9sLd4tRb6nYc3h',
  senderName: 'SMSAero',
  templates: ['Register', 'SignIn', 'ForgotPassword', 'Generic'].map((usageType) => ({
    usageType,
    content: { en: `${usageType}: your code is {{code}}`, ru: `${usageType}: ваш код {{code}}` },
  })),
};

export const authorization = `Basic ${Buffer.from(`${config.email}:${config.apiKey}`).toString('base64')}`;

/** What Logto asks for on a sign-in page in Russian. */
export const data: SendMessageData = {
  to: '79164058273',
  type: TemplateType.SignIn,
  payload: { code: '381945', locale: 'ru' },
};

/** The message that {@link data} and {@link config} make. */
export const message = { number: '79164058273', sign: 'SMSAero', text: 'SignIn: ваш код 381945' };

const secrets = [
  config.apiKey,
  Buffer.from(config.apiKey).toString('base64'),
  authorization.slice('Basic '.length),
  data.to,
  '381945',
  message.text,
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

/** Waits for a rejection with the kit's `ConnectorError`, and checks what of it reaches a browser. */
export const catchConnectorError = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    (result) => {
      throw new Error(`Called a success: ${JSON.stringify(result)}`);
    },
    (error: unknown) => error
  );

  if (!(error instanceof ConnectorError)) {
    throw error;
  }

  expectNoSecrets(error);

  const { code, data: shown } = error;

  return { code, ...(typeof shown === 'object' && shown) };
};
