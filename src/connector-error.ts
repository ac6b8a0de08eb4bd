import { ConnectorError, ConnectorErrorCodes, type SendMessageData } from '@logto/connector-kit';
import { ZodError } from 'zod';

import { pickText } from './language.js';
import { visitorSentences } from './sentences.js';
import { type Receipt } from './smsaero/client.js';
import { type FailureDetails, failureKinds, SendFailure } from './smsaero/failure.js';
import { deliveryStatuses } from './smsaero/reply.js';

/** Thrown when a text wants a code and there is none to put in. */
export class TemplateFailure extends Error {
  override name = 'TemplateFailure';

  constructor(readonly usageType: string) {
    super(usageType);
  }
}

/** Whether SMSAero surely refused to send to Telegram, so that an SMS may go out instead. */
export const isTelegramRefused = (error: unknown): error is SendFailure =>
  error instanceof SendFailure &&
  error.details.channel === 'telegram' &&
  ['refused', 'number', 'sender'].includes(error.kind);

/** Every kind of failure that an operator may read of; the READMEs explain each. */
export const allFailureKinds = [...failureKinds, 'template', 'config', 'internal'] as const;

type AnyKind = (typeof allFailureKinds)[number];

type Description = FailureDetails & { kind: AnyKind };

/** What the admin reads after a console test: what is wrong and what to do next. */
const adminSentences: Record<
  Exclude<AnyKind, 'config'>,
  (details: FailureDetails, usageType: string) => string
> = {
  credentials: () =>
    'SMSAero refused the e-mail address or the API key; copy both again from your SMSAero account.',
  account: () =>
    "The e-mail address and the API key are right, but this account may not use the API yet; check its activation, sender name and balance, and whether this server's IP address is allowed.",
  'ip-address': () =>
    "SMSAero does not accept this server's IP address; add it to the allowed addresses in SMSAero's API settings.",
  funds: ({ balance }) =>
    `There is not enough money on the SMSAero account${
      balance === undefined ? '' : ` (balance: ${balance} roubles)`
    }; top it up and send again.`,
  'rate-limit': () =>
    'SMSAero limits how many messages it takes; wait a minute and send again, and ask SMSAero for a higher limit if this keeps happening.',
  number: ({ reason }) => `The phone number was refused: ${reason ?? 'SMSAero cannot send to it'}.`,
  sender: ({ approvedNames }) => {
    if (!approvedNames) {
      return 'SMSAero has not approved this sender name for your account; ask SMSAero to approve it, or enter an approved one.';
    }

    return approvedNames.length > 0
      ? `SMSAero has not approved this sender name for your account; enter one that it has approved (${approvedNames.join(', ')}).`
      : 'SMSAero has not approved this sender name for your account, nor any other; request one in your SMSAero account and wait for its approval.';
  },
  refused: ({ vendorMessage }) =>
    vendorMessage
      ? 'SMSAero refused the message; fix what it complains about and send again.'
      : 'SMSAero refused the message without giving a reason; ask its support.',
  rejected: ({ deliveryStatus, channel }) => {
    if (channel === 'telegram') {
      return 'Telegram did not deliver the code; SMSAero should send an SMS instead, so check whether one arrives.';
    }

    return deliveryStatus === 2
      ? 'The message was not delivered; check the number, use a sender name of your own, and name your service in the text.'
      : 'SMSAero or the operator rejected the message; use a sender name of your own, name your service in the text, and ask SMSAero whether this text and country are allowed for you.';
  },
  held: () =>
    'SMSAero holds your messages for moderation, so codes arrive minutes late; a contract or approved texts lift this, so ask SMSAero for them.',
  unreachable: ({ reason }) =>
    `No connection to SMSAero (${reason}); check this server's DNS, firewall and proxy.`,
  timeout: ({ reason }) =>
    `No answer from SMSAero (${reason}); the message may still arrive, so wait a minute before sending again.`,
  'bad-reply': ({ reason }) =>
    `The gateway gave an unexpected answer (${reason}); try again later, and check the gateway address if you set one.`,
  template: (_, usageType) =>
    `Logto gave no code for the ${usageType} template; give this usage type a template of its own without {{code}}.`,
  internal: () =>
    'The connector hit an unexpected error; please report the line it left in the server log.',
};

/** The codes for which Logto has a sentence of its own on the sign-in page. */
const visitorCodes: Partial<Record<AnyKind, ConnectorErrorCodes>> = {
  // Only kits from 5.1.1 on have it; Logto then offers the password page.
  ...('UsageLimitExceeded' in ConnectorErrorCodes && {
    funds: ConnectorErrorCodes.UsageLimitExceeded,
  }),
  'rate-limit': ConnectorErrorCodes.RateLimitExceeded,
};

/** Class and place of a mistake of our own. Never its message, which may hold the request. */
const locate = (error: unknown) => {
  if (!(error instanceof Error)) {
    return typeof error;
  }

  const [frame = 'an unknown place'] = /\blib\/index\.js:\d+:\d+/.exec(error.stack ?? '') ?? [];

  return `${error.constructor.name} at ${frame}`;
};

const describe = (error: unknown): Description => {
  if (error instanceof SendFailure) {
    return { kind: error.kind, ...error.details };
  }

  if (error instanceof TemplateFailure) {
    return { kind: 'template' };
  }

  return error instanceof ZodError
    ? { kind: 'config', reason: error.issues.map(({ message }) => message).join(' ') }
    : { kind: 'internal', reason: locate(error) };
};

/**
 * Turns what a send threw into the host's `ConnectorError`, the only class that Logto does not answer with
 * a 500 and print whole. Its `data` reaches the browser of whoever asked, a visitor's too.
 *
 * - A console test (`isTest`) gets the admin's sentence and SMSAero's words, or the config's `ZodError`, whose
 *   issues the console lists.
 * - A real send gets one of two sentences in the visitor's language.
 */
export const toConnectorError = (
  error: unknown,
  { type, payload }: SendMessageData,
  isTest: boolean
): ConnectorError => {
  const { kind, ...details } = describe(error);

  if (!isTest) {
    const sentences = visitorSentences[kind === 'number' ? 'number' : 'neutral'];

    return new ConnectorError(visitorCodes[kind] ?? ConnectorErrorCodes.General, {
      errorDescription: pickText(sentences, payload),
    });
  }

  if (kind === 'config') {
    return new ConnectorError(ConnectorErrorCodes.InvalidConfig, error);
  }

  const { vendorMessage } = details;

  return new ConnectorError(ConnectorErrorCodes.General, {
    errorDescription: [
      adminSentences[kind](details, type),
      isTelegramRefused(error) && 'This concerns Telegram only; visitors are sent an SMS instead.',
      vendorMessage && `SMSAero says: "${vendorMessage}"`,
    ]
      .filter(Boolean)
      .join(' '),
  });
};

const toLine = (event: string, fields: Record<string, string | number | undefined>) =>
  [
    `[connector-smsaero] ${event}:`,
    ...Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, /^[\w.:-]+$/.test(`${value}`) ? value : JSON.stringify(value)])
      .map((pair) => pair.join('=')),
  ].join(' ');

/**
 * Prints the operator's line about a message that was accepted, if there is anything to know of it: an SMS
 * went out because SMSAero refused Telegram (`refusal`), or SMSAero holds the message back.
 */
export const logSent = (
  { host, deliveryStatus, refusal }: Receipt & { refusal?: SendFailure },
  { type }: SendMessageData
) => {
  const isHeld = deliveryStatus === deliveryStatuses.held;

  if (refusal) {
    const { status, vendorMessage } = refusal.details;

    console.warn(
      toLine("SMS sent in Telegram's place", {
        kind: refusal.kind,
        status,
        host,
        ...(isHeld && { deliveryStatus }),
        vendorMessage,
        usageType: type,
      })
    );
  } else if (isHeld) {
    console.warn(toLine('SMS held for moderation', { host, usageType: type }));
  }
};

/**
 * Prints the operator's line about a failed send; Logto itself logs no `ConnectorError`. After a console
 * test, whose admin reads all of it, only our own mistakes are printed.
 */
export const logFailure = (error: unknown, { type }: SendMessageData, isTest: boolean) => {
  const { kind, channel, status, host, deliveryStatus, vendorMessage, reason } = describe(error);

  if (!isTest || kind === 'internal') {
    console.warn(
      toLine('SMS not sent', {
        kind,
        channel,
        status,
        host,
        deliveryStatus,
        vendorMessage,
        reason,
        usageType: type,
      })
    );
  }
};
