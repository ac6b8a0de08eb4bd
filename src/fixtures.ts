// What the tests of the connector share.
import { ConnectorError, type SendMessageData, TemplateType } from '@logto/connector-kit';

import { account, code, expectNoSecrets, sms } from './smsaero/fixtures.js';

/** A valid config. */
export const config = {
  ...account,
  senderName: sms.sign,
  templates: ['Register', 'SignIn', 'ForgotPassword', 'Generic'].map((usageType) => ({
    usageType,
    content: {
      default: `${usageType}: your code is {{code}}`,
      ru: `${usageType}: ваш код {{code}}`,
    },
  })),
};

/** What Logto asks for on a sign-in page in Russian; with {@link config} it makes {@link sms}. */
export const data: SendMessageData = {
  to: sms.number,
  type: TemplateType.SignIn,
  payload: { code, locale: 'ru' },
};

/** What Logto asks for on "Send" in the console. */
export const testData: SendMessageData = {
  to: sms.number,
  type: TemplateType.Generic,
  payload: { code: '000000' },
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

  const { code: errorCode, data: shown } = error;

  return { code: errorCode, ...(typeof shown === 'object' && shown) };
};
