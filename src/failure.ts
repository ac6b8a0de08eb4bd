/** Every way in which a message can fail to be sent; the README's troubleshooting section lists them. */
export type FailureKind =
  | 'credentials'
  | 'address'
  | 'funds'
  | 'rate'
  | 'number'
  | 'sender'
  | 'refused'
  | 'rejected'
  | 'unreachable'
  | 'timeout'
  | 'broken';

/** What is known of a failure. Nothing in it may hold the API key, the phone, the text or the code. */
export type FailureDetails = {
  /** The gateway's host name, with the port unless it is the standard one. */
  host?: string;
  /** The HTTP status of the answer. */
  status?: number;
  /** SMSAero's own words, one line of at most 200 characters, with all secrets masked. */
  words?: string;
  /** Our own words: a phrase that completes the sentence for the admin. */
  reason?: string;
};

/** Thrown where a message is not sent, or where nobody can tell; {@link FailureKind} says why. */
export class SendFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly details: FailureDetails = {}
  ) {
    super(kind);
  }
}
