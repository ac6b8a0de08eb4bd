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
  /** Whether gate.smsaero.ru says nothing. */
  isSilent?: boolean;
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
const failedForAdmin: Ends = { visitor: 'sent', admin: 'failed' };

export const smsSteps: Step[] = [
  { title: 'SMSAero accepts the message', ...sent, behaviour: 'delivered', event: 'SMS sent' },
  { title: 'SMSAero refuses the message in an HTTP 200', ...failed, behaviour: 'refuse-with-200' },
  { title: 'SMSAero rejects the message that it accepted', ...failed, behaviour: 'rejected' },
  {
    title: 'SMSAero holds the message for moderation',
    ...failedForAdmin,
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
    title: 'gate.smsaero.ru says nothing; the other hosts work',
    ...sent,
    behaviour: 'delivered',
    isSilent: true,
  },
  { title: 'The connection breaks after SMSAero accepted', ...failed, behaviour: 'reset' },
];

export const telegramSteps: Step[] = [
  { title: 'SMSAero accepts the code for Telegram', ...sent, behaviour: 'delivered' },
  { title: 'The code begins with 0 and goes by SMS', visitor: 'sent', code: codeWithZero },
  { title: 'SMSAero refuses Telegram', ...failedForAdmin, behaviour: 'telegram-refused' },
  { title: 'Telegram does not deliver', admin: 'sent', behaviour: 'no-telegram' },
];

export const watchSteps: Step[] = [
  {
    title: 'SMSAero rejects the message later',
    visitor: 'sent',
    event: 'SMS not delivered',
    instead: 'Nothing; the log says so 15 s later',
  },
];
