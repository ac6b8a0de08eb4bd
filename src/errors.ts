import { ConnectorError, ConnectorErrorCodes, type SendMessageData } from '@logto/connector-kit';
import { ZodError } from 'zod';

import { type FailureDetails, type FailureKind, SendFailure } from './failure.js';
import { pickText } from './language.js';

/** What the admin reads after a console test: what is wrong and what to do next. */
const adminSentences: Record<FailureKind, (details: FailureDetails) => string> = {
  credentials: () =>
    'SMSAero refused the e-mail or the API key; copy both again from your SMSAero account.',
  address: () =>
    "SMSAero does not accept this server's IP address; add it to the allowed addresses in SMSAero's API settings.",
  funds: () => 'There is not enough money on the SMSAero account; top it up and send again.',
  rate: () => 'SMSAero takes no more messages for now; wait a minute and send again.',
  number: ({ reason }) => `The phone number was refused: ${reason ?? 'SMSAero cannot send to it'}.`,
  sender: () =>
    'SMSAero has not approved this sender name for your account; ask for its approval, or use SMSAero, the shared one.',
  refused: ({ words }) =>
    words
      ? 'SMSAero refused the message; change what it names and send again.'
      : 'SMSAero refused the message without a reason; ask its support.',
  rejected: () =>
    'SMSAero rejected the message at once; check that it allows this sender name, text and country for your account.',
  unreachable: ({ reason }) =>
    `No connection to SMSAero (${reason}); check this server's DNS, firewall and proxy.`,
  timeout: ({ reason }) =>
    `No answer from SMSAero (${reason}); the message may still arrive, so wait a minute before you send again.`,
  broken: ({ reason }) =>
    `The gateway did not answer as SMSAero does (${reason}); try again later, and check the gateway address if you set one.`,
};

/**
 * What the visitor may read after a failed sign-in code, whatever the reason was. In the languages that
 * the connector's name and description are in.
 */
const visitorSentences = {
  en: 'The message could not be sent. Please try again later.',
  ru: 'Не удалось отправить сообщение. Попробуйте ещё раз позже.',
  zh: '短信发送失败，请稍后重试。',
  tr: 'Mesaj gönderilemedi. Lütfen daha sonra tekrar deneyin.',
  ko: '메시지를 보내지 못했습니다. 잠시 후 다시 시도해 주세요.',
};

/** The codes with a sentence of their own in Logto; of all others the description is shown. */
const visitorCodes: Partial<Record<FailureKind, ConnectorErrorCodes>> = {
  // Only kits from 5.1.1 on have it.
  ...('UsageLimitExceeded' in ConnectorErrorCodes && {
    funds: ConnectorErrorCodes.UsageLimitExceeded,
  }),
  rate: ConnectorErrorCodes.RateLimitExceeded,
  number: ConnectorErrorCodes.InvalidRequestParameters,
};

const toFailure = (error: unknown) =>
  error instanceof SendFailure
    ? error
    : // The error itself may hold the request, and so the key: only its class is told.
      new SendFailure('broken', {
        reason: `unexpected ${error instanceof Error ? error.constructor.name : typeof error}`,
      });

/**
 * Turns what a send threw into the host's `ConnectorError`, the only class that Logto does not answer
 * with a 500 and print whole. Its `data` reaches the browser of whoever asked, a visitor's too.
 *
 * - A console test (`isTest`) gets the admin's sentence and SMSAero's words.
 * - A real send gets one neutral sentence in the visitor's language.
 * - A config that the guard refuses becomes `InvalidConfig` with the `ZodError`, whose issues the console
 *   lists.
 */
export const toConnectorError = (
  error: unknown,
  { payload }: SendMessageData,
  isTest: boolean
): ConnectorError => {
  if (error instanceof ConnectorError) {
    return error;
  }

  if (error instanceof ZodError) {
    return new ConnectorError(ConnectorErrorCodes.InvalidConfig, error);
  }

  const { kind, details } = toFailure(error);

  if (!isTest) {
    return new ConnectorError(visitorCodes[kind] ?? ConnectorErrorCodes.General, {
      errorDescription: pickText(visitorSentences, payload),
    });
  }

  const says = details.words ? ` SMSAero says: "${details.words}"` : '';

  return new ConnectorError(
    kind === 'rate' ? ConnectorErrorCodes.RateLimitExceeded : ConnectorErrorCodes.General,
    { errorDescription: adminSentences[kind](details) + says }
  );
};

const toFields = (error: unknown): Record<string, unknown> => {
  if (error instanceof ConnectorError) {
    return { kind: error.code };
  }

  if (error instanceof ZodError) {
    return { kind: 'config', reason: error.issues.map(({ message }) => message).join(' ') };
  }

  const { kind, details } = toFailure(error);
  const { status, host, words, reason } = details;

  return { kind, status, host, words, reason };
};

/** The line that tells the operator of a failed send; Logto itself logs no `ConnectorError`. */
export const toLogLine = (error: unknown, { type }: SendMessageData): string =>
  Object.entries({ ...toFields(error), type })
    .filter(([, value]) => Boolean(value))
    .map(
      ([key, value]) => `${key}=${/^[\w.:-]+$/.test(String(value)) ? value : JSON.stringify(value)}`
    )
    .join(' ')
    .replace(/^/, '[connector-smsaero] SMS not sent: ');
