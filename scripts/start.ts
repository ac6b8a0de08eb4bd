// The connector's main job from end to end, for somebody to watch; demo.ts does it.
import { parseArgs } from 'node:util';

import { TemplateType } from '@logto/connector-kit';

import { toNumber } from '../src/message.js';

export type StartOptions = {
  to: string;
  type: TemplateType;
  locale: string;
  telegram: boolean;
  /** The real account to send through. */
  account?: { email: string; apiKey: string; senderName: string };
};

const parse = () =>
  parseArgs({
    options: {
      to: { type: 'string' },
      type: { type: 'string', default: 'SignIn' },
      locale: { type: 'string', default: 'en' },
      telegram: { type: 'boolean', default: false },
    },
  }).values;

const readAccount = () => {
  const { SMSAERO_EMAIL: email, SMSAERO_API_KEY: apiKey, SMSAERO_SENDER: senderName } = process.env;

  if (email && apiKey && senderName) {
    return { email, apiKey, senderName };
  }

  // Whoever set one of them does not mean the emulator.
  if (email ?? apiKey ?? senderName) {
    throw new Error('Set all of SMSAERO_EMAIL, SMSAERO_API_KEY and SMSAERO_SENDER, or none.');
  }
};

const isNumber = (phone: string) => {
  try {
    return Boolean(toNumber(phone));
  } catch {
    return false;
  }
};

const isLocale = (tag: string) => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};

const readOptions = (): StartOptions => {
  const { to, locale, telegram, ...values } = parse();
  const type = Object.values(TemplateType).find((name) => name === values.type);
  const account = readAccount();

  if (!type) {
    throw new Error(`--type must be one of: ${Object.values(TemplateType).join(', ')}.`);
  }

  if (!isLocale(locale)) {
    throw new Error('--locale must be a language tag such as ru or pt-BR.');
  }

  if (account && to === undefined) {
    throw new Error('Say where the message goes: npm start -- --to 79031234567');
  }

  if (to !== undefined && !isNumber(to)) {
    throw new Error('--to must be a phone number with its country code, such as 79031234567.');
  }

  return { to: to ?? '79031234567', type, locale, telegram, account };
};

try {
  const options = readOptions();
  // What it needs takes a second or two to load; a mistake in the options is told before that.
  const { runDemo } = await import('./demo.js');

  await runDemo(options).catch((error: unknown) => {
    console.error(`\nFailed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
} catch (error: unknown) {
  const { message } = error as Error;

  // Node's own messages go on with advice that does not fit here.
  console.error(message.replace(/(?:\.\s|\n).*/s, '.').replace(/[^\d.]$/, '$&.'));
  process.exitCode = 2;
}
