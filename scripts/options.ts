import { TemplateType } from '@logto/connector-kit';

import { readArguments, toHelp } from '../emulator/arguments.js';
import { hintAtPrefix, toNumber } from '../src/message.js';

import { wrap } from './print.js';

const types = Object.values(TemplateType).join(', ');
const options = {
  to: { type: 'string', help: 'Phone number, such as 79031234567; required for a real message' },
  type: { type: 'string', default: 'SignIn', help: 'Usage type' },
  locale: { type: 'string', default: 'en', help: 'Language of the visitor, such as ru or pt-BR' },
  telegram: { type: 'boolean', default: false, help: 'Shows how codes go to Telegram first' },
  watch: { type: 'boolean', default: false, help: 'Shows how a lost code is logged after 15 s' },
} as const;

export const realSend = `SMSAERO_EMAIL=… SMSAERO_API_KEY=… SMSAERO_SENDER=… \\
npm start -- --to 79031234567`;

export const help = `${toHelp('npm start --', options)}

Usage types:
${wrap(types, 78).join('\n')}

Sends through an emulated SMSAero. To send one real message (may be charged):
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
    throw new Error(
      'Set all three of SMSAERO_EMAIL, SMSAERO_API_KEY and SMSAERO_SENDER, or none of them.'
    );
  }
};

const read = <Value>(parse: () => Value, sentence: string) => {
  try {
    return parse();
  } catch {
    throw new Error(sentence);
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

  if (watch && (telegram || account)) {
    throw new Error('--watch cannot be combined with --telegram or a real account.');
  }

  if (account && to === undefined) {
    throw new Error('Give the number to send to, such as --to 79031234567.');
  }

  read(
    () => Intl.getCanonicalLocales(locale),
    '--locale must be a language tag such as ru or pt-BR.'
  );

  const number = read(
    () => toNumber(to ?? '79031234567'),
    '--to must be a phone number with its country code, such as 79031234567.'
  );
  const hint = hintAtPrefix(number);

  if (hint) {
    throw new Error(`--to must begin with the country code: ${hint}.`);
  }

  return { to: number, type, locale, telegram, watch, account };
};

export type StartOptions = ReturnType<typeof readOptions>;
