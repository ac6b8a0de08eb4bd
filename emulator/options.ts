import { readArguments, toColumns, toHelp } from './arguments.js';
import { behaviours, isBehaviourName } from './behaviours.js';
import { defaultAccount } from './emulator.js';

const names = Object.keys(behaviours).join(', ');
const options = {
  port: { type: 'string', default: '7672', help: 'Port, 0 for a free one' },
  tls: { type: 'boolean', default: false, help: 'HTTPS with a temporary certificate' },
  email: { type: 'string', default: defaultAccount.email, help: 'E-mail address' },
  key: { type: 'string', default: defaultAccount.apiKey, help: 'API key' },
  balance: { type: 'string', default: '1000', help: 'Roubles on the account' },
  behave: { type: 'string', help: 'What SMSAero does with each request, see below' },
} as const;

export const help = `${toHelp('npm run emulator --', options)}

Without --behave, SMSAero delivers each message; the third look-up finds it
delivered. With --behave NAME, it

${toColumns(Object.entries(behaviours).map(([name, behaviour]) => [name, behaviour.help]))}`;

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
