import { got, type OptionsOfTextResponseBody } from 'got';

import { onTestFinished } from 'vitest';

import { type Emulator, startEmulator } from './emulator.js';

export const message = { number: '79164058273', sign: 'sms aero', text: 'Hi' };

/** An emulator for one test. */
export const start = async (options?: Parameters<typeof startEmulator>[0]) => {
  const emulator = await startEmulator(options);

  onTestFinished(emulator.close);

  return emulator;
};

/** The HTTP status and SMSAero's envelope. */
export const post = async (
  { url, email, apiKey }: Emulator,
  selector: string,
  options: OptionsOfTextResponseBody = {}
) => {
  const { statusCode, body } = await got.post(`${url}${selector}`, {
    username: email,
    password: apiKey,
    throwHttpErrors: false,
    retry: { limit: 0 },
    followRedirect: false,
    ...options,
  });

  return { status: statusCode, ...(JSON.parse(body) as { data: unknown }) };
};
