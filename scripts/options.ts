import { TemplateType } from '@logto/connector-kit';

import { readArguments, toHelp } from '../emulator/arguments.js';
import { toNumber } from '../src/message.js';

const types = Object.values(TemplateType).join(', ');
const options = {
  to: {
    type: 'string',
    help: 'The phone number, such as 79031234567; required for a real message.',
  },
  type: { type: 'string', default: 'SignIn', help: `One of: ${types}; SignIn by default.` },
  locale: {
    type: 'string',
    default: 'en',
    help: "The visitor's language, such as ru or pt-BR; en by default.",
  },
  telegram: { type: 'boolean', default: false, help: 'Shows how codes go to Telegram first.' },
  watch: {
    type: 'boolean',
    default: false,
    help: 'Shows, after 15 s, the log line about a code that SMSAero took and then rejected.',
  },
} as const;

export const realSend =
  'SMSAERO_EMAIL=… SMSAERO_API_KEY=… SMSAERO_SENDER=… npm start -- --to 79031234567';

export const help = `${toHelp('npm start --', options)}

Sends through an emulated SMSAero. One real message, which may cost money:
  ${realSend}`;

const readAccount = ({
  SMSAERO_EMAIL: email,
  SMSAERO_API_KEY: apiKey,
  SMSAERO_SENDER: senderName,
}: NodeJS.ProcessEnv) => {
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

/**
 * What `npm start` is to do.
 *
 * @param env May name the real account to send through.
 * @throws Error whose message is one sentence.
 */
export const readOptions = (args: string[], env: NodeJS.ProcessEnv) => {
  const { to, type: typeName, locale, telegram, watch } = readArguments(args, options);
  const type = Object.values(TemplateType).find((name) => name === typeName);
  const account = readAccount(env);

  if (!type) {
    throw new Error(`--type must be one of: ${types}.`);
  }

  if (!isLocale(locale)) {
    throw new Error('--locale must be a language tag such as ru or pt-BR.');
  }

  if (watch && (telegram || account)) {
    throw new Error('--watch goes neither with --telegram nor with a real account.');
  }

  if (account && to === undefined) {
    throw new Error('Say where the message goes: npm start -- --to 79031234567');
  }

  if (to !== undefined && !isNumber(to)) {
    throw new Error('--to must be a phone number with its country code, such as 79031234567.');
  }

  return { to: to ?? '79031234567', type, locale, telegram, watch, account };
};

export type StartOptions = ReturnType<typeof readOptions>;
