import { readArguments, toHelp } from './arguments.js';
import { behaviours, isBehaviourName } from './behaviours.js';

const names = Object.keys(behaviours).join(', ');
const options = {
  port: { type: 'string', default: '8025', help: 'The port; 8025 by default, 0 for a free one.' },
  tls: {
    type: 'boolean',
    default: false,
    help: 'HTTPS, with a certificate made for the occasion.',
  },
  email: { type: 'string', help: "The account's e-mail address." },
  key: { type: 'string', help: "The account's API key." },
  balance: { type: 'string', default: '1000', help: 'Roubles on the account; 1000 by default.' },
  behave: { type: 'string', help: `What SMSAero does with each request: ${names}.` },
} as const;

export const help = toHelp('npm run emulator --', options);

/** @throws Error whose message is one sentence. */
export const readOptions = (args: string[]) => {
  const { port, balance, behave, ...values } = readArguments(args, options);

  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new Error('--port must be a number from 0 to 65535.');
  }

  if (!/^\d+(?:\.\d+)?$/.test(balance)) {
    throw new Error('--balance must be an amount in roubles, such as 20 or 5.49.');
  }

  if (behave !== undefined && !isBehaviourName(behave)) {
    throw new Error(`--behave must be one of: ${names}.`);
  }

  return { ...values, port: Number(port), balance: Number(balance), behave };
};
