// What the tests of the connector share.
import { ConnectorError, type SendMessageData, TemplateType } from '@logto/connector-kit';
import { vi } from 'vitest';

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

/** Takes the place of the console. The mock gets the name of each method that is called, and its arguments. */
export const spyOnConsole = () => {
  const print = vi.fn<(method: string, ...values: unknown[]) => void>();

  for (const method of ['debug', 'error', 'info', 'log', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
      print(method, ...values);
    });
  }

  return {
    print,
    /** What was printed, without how long it took: `ms` may equal a code of four digits. */
    getPrinted: () =>
      print.mock.calls.map((call) =>
        call.map((value) => (typeof value === 'string' ? value.replace(/ ms=\d+/, '') : value))
      ),
  };
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
