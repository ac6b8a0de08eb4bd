// What `npm start` shows, one step after the other.
import { type BehaviourName } from '../emulator/behaviours.js';

/** A code that may go to Telegram, and one that may not. */
export const defaultCode = '421370';
export const codeWithZero = '042137';

/** What a visitor and, in the console, the admin must be told; what is unset is not tried. */
type Ends = { visitor?: 'sent' | 'failed'; admin?: 'sent' | 'failed' };

export type Step = Ends & {
  title: string;
  behaviour?: BehaviourName;
  /** Roubles on the account. */
  balance?: number;
  /** The host that says nothing. */
  silent?: string;
  code?: string;
  /** Fields of the config. */
  override?: Record<string, unknown>;
  /** What this connector must log. */
  event?: string;
  /** What the handset shows of a message that was sent and is not to arrive. */
  instead?: string;
};

const sent: Ends = { visitor: 'sent', admin: 'sent' };
const failed: Ends = { visitor: 'failed', admin: 'failed' };

const smsSteps: Step[] = [
  { title: 'SMSAero accepts the message', ...sent, behaviour: 'delivered', event: 'SMS sent' },
  { title: 'SMSAero refuses the message in an HTTP 200', ...failed, behaviour: 'refuse-with-200' },
  { title: 'SMSAero rejects the message that it accepted', ...failed, behaviour: 'rejected' },
  {
    title: 'SMSAero holds the message for moderation',
    visitor: 'sent',
    admin: 'failed',
    behaviour: 'held',
    event: 'SMS held for moderation',
    instead: 'Nothing yet: it comes minutes late',
  },
  { title: 'The API key is wrong', ...failed, override: { apiKey: 'wrong-api-key-9876543210' } },
  { title: 'There is no money on the account', ...failed, balance: 0 },
  {
    title: 'There are 100 roubles, and "Low balance" is set to 500',
    visitor: 'sent',
    balance: 100,
    override: { lowBalance: '500' },
    event: 'Balance low',
  },
  {
    title: 'gate.smsaero.ru says nothing; gate.smsaero.org works',
    ...sent,
    behaviour: 'delivered',
    silent: 'gate.smsaero.ru',
  },
  { title: 'The connection breaks after SMSAero accepted', ...failed, behaviour: 'reset' },
];

const telegramSteps: Step[] = [
  { title: 'SMSAero accepts the code for Telegram', ...sent, behaviour: 'delivered' },
  { title: 'The code begins with 0 and goes by SMS', visitor: 'sent', code: codeWithZero },
  {
    title: 'SMSAero refuses Telegram',
    visitor: 'sent',
    admin: 'failed',
    behaviour: 'telegram-refused',
    event: "SMS sent in Telegram's place",
  },
  { title: 'Telegram does not deliver', admin: 'sent', behaviour: 'no-telegram' },
];

const watchSteps: Step[] = [
  {
    title: 'SMSAero rejects the message later',
    visitor: 'sent',
    event: 'SMS not delivered',
    instead: 'Nothing; the log says so 15 s later',
  },
];

export const demos = {
  sms: {
    steps: smsSteps,
    statuses: undefined,
    done: 'every code that this connector reported as sent reached the handset that the emulator plays, apart from the one that SMSAero holds',
  },
  telegram: {
    steps: telegramSteps,
    // An SMS in Telegram's place is delivered by the time it is looked up, or else a demo takes 10 s more.
    statuses: [1],
    done: 'every code that was reported as sent reached the handset that the emulator plays',
  },
  watch: {
    steps: watchSteps,
    // Accepted, and rejected by the time of the first look-up.
    statuses: [0, 6],
    done: 'the log names a code that was reported as sent and was not delivered',
  },
};
