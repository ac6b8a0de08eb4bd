/** Every way in which sending through SMSAero can fail. `docs/operating.md` explains each. */
export const failureKinds = [
  'credentials',
  'account',
  'ip-address',
  'funds',
  'rate-limit',
  'number',
  'sender',
  'refused',
  'rejected',
  'held',
  'unreachable',
  'timeout',
  'bad-reply',
] as const;

/** One of {@link failureKinds}. */
export type FailureKind = (typeof failureKinds)[number];

/** How a message travels: as an SMS, as an SMS that is only checked, or to Telegram. */
export type Channel = 'sms' | 'testSms' | 'telegram';

/** What was wrong with a connection, as far as it tells what to do about it. */
export type Fault =
  | 'network'
  | 'proxy'
  | 'open-files'
  | 'no-tls'
  | 'tls'
  | 'tls-refused'
  | 'certificate-name'
  | 'certificate-date'
  | 'certificate-authority'
  | 'client-certificate';

/** What is known of a failure. Nothing here may contain the API key, the phone number, the text or the code. */
export type FailureDetails = {
  /** The gateway's host name, with the port unless it is the standard one. */
  host?: string;
  /** The HTTP status of the answer. */
  status?: number;
  /** Which way the message was meant to go, where it came to that. */
  channel?: Channel;
  /** The message's id, for SMSAero's support; none that could be taken for the number or the code. */
  id?: string;
  /** Whether SMSAero's answer names a message, shown or not: it may be on its way despite a refusal. */
  hasId?: boolean;
  /** The message's delivery status, where that is what failed it. */
  deliveryStatus?: number;
  /** SMSAero's own words, made fit to be shown by `redact`. */
  vendorMessage?: string;
  /** Whether SMSAero lists the sender name as approved, although it refused it; only where that was looked up. */
  isApproved?: boolean;
  /** The first five approved sender names, without any that repeats a secret; empty only if there surely are none. */
  approvedNames?: string[];
  /** Money on the account in whole roubles, below 10,000; only where it was looked up. */
  balance?: number;
  /** What was wrong with the connections: to all hosts where none could be reached, or to the one that got the request. */
  faults?: Fault[];
  /** Why SMSAero refused the message to Telegram before, where this is the failure of the SMS in its place. */
  afterTelegram?: FailureKind;
  /** Our own words: a phrase that fits in brackets behind "No answer". */
  reason?: string;
};

/** Thrown when a message is not sent or not delivered in time, or when that is unknown. */
export class SendFailure extends Error {
  override name = 'SendFailure';

  constructor(
    readonly kind: FailureKind,
    readonly details: FailureDetails = {}
  ) {
    super(kind);
  }
}
