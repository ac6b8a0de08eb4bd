import { type ZodIssue, z } from 'zod';

import { findTemplateIssues } from './problems.js';
import { getOwn, isObject, isText, toTemplate } from './template.js';

/**
 * Whether a field is empty once it is cleaned. On the console's edit page a field can't be cleared, because the page
 * drops '' and keeps the old value; so the form asks for a space.
 */
const isBlank = (value: unknown) => value === undefined || value === null || value === '';

/** Removes what nobody sees: white space at the ends, and zero-width and other format characters. */
const clean = (value: unknown) =>
  typeof value === 'string' ? value.replaceAll(/\p{Cf}/gu, '').trim() : value;

/** What a field is read as, and what is wrong with it. */
type Reading<Value> = { value: Value; problem?: string | false };

/**
 * A field of the config: cleaned, and then read by `read`. Zod's own checks take longer, and the console hides the
 * sentence of an issue with their code `invalid_type` (`formatZodError` in Logto's packages/core).
 */
const field = <Value>(read: (cleaned: unknown) => Reading<Value>) =>
  z.unknown().transform((raw, { addIssue }) => {
    const { value, problem } = read(clean(raw));

    if (problem) {
      addIssue({ code: 'custom', message: problem });
    }

    return value;
  });

const text = (problem: string) =>
  field((value) => (isText(value) ? { value } : { value: '', problem }));

const toggle = (label: string) =>
  field((value) => ({
    value: value === true,
    problem: !isBlank(value) && typeof value !== 'boolean' && `${label} must be true or false.`,
  }));

/** Reads a text that may be left blank. For a value that is not text `parse` gets '', which it refuses. */
const readOptional =
  <Value>(parse: (text: string) => Reading<Value | undefined>) =>
  (value: unknown): Reading<Value | undefined> =>
    isBlank(value) ? { value: undefined } : parse(typeof value === 'string' ? value : '');

/** Reads whole roubles, such as `1 000` or `-500`, in as many digits as JavaScript counts exactly. */
const readLowBalance = readOptional((text) => {
  const digits = text.replaceAll(/\s/g, '').replace('\u2212', '-');
  const isWhole = /^-?\d{1,15}$/.test(digits);

  return {
    value: isWhole ? Number(digits) : undefined,
    problem: !isWhole && 'Enter the low balance in whole roubles, such as 500.',
  };
});

/** SMSAero's shared sender name, in the spellings that its SDKs and documents have for it. */
const sharedSender = /^sms[\s\p{P}]*aero$/iu;

const parseCountryCodes = (text: string) => {
  const value = text
    .split(/[,;]/)
    .map((code) => code.trim())
    .filter(Boolean)
    .map((code) => code.replace(/^\+/, ''));

  return {
    value,
    problem: [
      value.some((code) => /\s/.test(code)) &&
        'Separate country codes by commas, such as "7, 375", and put no spaces within one.',
      (value.length === 0 || value.some((code) => !/^[1-9]\d{0,6}$/.test(code))) &&
        'Enter country codes separated by commas, such as "7, 375".',
      // People in Russia and Kazakhstan dial 8 in front of a number.
      value.includes('8') && 'Enter 7 for Russia and Kazakhstan; 8 is not a country code.',
    ].find(Boolean),
  };
};

/** The hosts that are this machine, as `URL` writes them: it makes 127.0.0.1 of `127.1`. */
const thisMachine = /^(?:localhost|127(?:\.\d+){3}|\[::1])$/;

/** Whether nobody on the way can read the request: https, or http to this machine. */
const isSecure = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || (protocol === 'http:' && thisMachine.test(hostname));

const urlSentence =
  'Enter an https URL, such as https://gate.smsaero.org/v2/; http is allowed only for this machine.';

const parseGatewayUrl = (text: string) => {
  if (!URL.canParse(text)) {
    return { value: undefined, problem: urlSentence };
  }

  const url = new URL(text);
  const { host, pathname } = url;
  // The look-behind keeps the search linear, however many slashes there are.
  const path = pathname.replace(/(?<!\/)\/+$/, '');

  // Set, never resolved against the URL: a path that begins with two slashes would become another host.
  // eslint-disable-next-line @silverhand/fp/no-mutation -- the only way to replace a URL's path alone
  url.pathname = `${path || '/v2'}/`;

  // Checked as it will be read when a message is sent.
  const baseUrl = new URL(url.href);
  const [mark] = /[#?]/.exec(baseUrl.href) ?? [];

  return {
    value: baseUrl.href,
    problem: [
      text.length > 2048 && 'Enter a gateway address of at most 2,048 characters.',
      !(isSecure(baseUrl) && baseUrl.host === host) && urlSentence,
      baseUrl.username + baseUrl.password !== '' &&
        'Leave user name and password out of the gateway address; the connector signs in with your SMSAero account.',
      mark && `Leave out of the gateway address everything from "${mark}" on.`,
      /\/sms\/(?:test)?send$/.test(path) &&
        'Leave sms/send or sms/testsend off the end of the gateway address; the connector adds it.',
    ].find(Boolean),
  };
};

const emailGuard = z.string().email();

const configSchema = z.object({
  email: text('Enter the e-mail address of your SMSAero account.').refine(
    (value) => value === '' || emailGuard.safeParse(value).success,
    'Enter a valid e-mail address, such as name@example.com.'
  ),
  apiKey: text('Enter the API key of your SMSAero account.'),
  senderName: text('Enter a sender name that SMSAero has approved for you.'),
  templates: field((value) => ({
    value: Array.isArray(value) ? value.map((template) => toTemplate(template)) : [],
    problem: !Array.isArray(value) && 'Templates must be a JSON list; copy the one in the guide.',
  })),
  /** Codes go to Telegram first, and by SMS where it can't deliver. */
  telegram: toggle('Telegram first'),
  /** Each visitor's message is looked up after it was accepted, and logged if it didn't arrive. */
  watchDelivery: toggle('Watch delivery'),
  /** Sends to `sms/testsend`: SMSAero checks the message, but delivers and charges nothing. */
  testMode: toggle('Test mode'),
  /** Country codes, or longer beginnings of a number: `7, 375`. */
  allowedCountryCodes: field(readOptional(parseCountryCodes)),
  /** In roubles; a lower balance is logged. An unreadable one must not stop a message, so only `findIssues` tells it. */
  lowBalance: field((value) => ({ value: readLowBalance(value).value })),
  /** A base URL to use instead of SMSAero's hosts; without a path, `/v2/` is meant. */
  gatewayUrl: field(readOptional(parseGatewayUrl)),
});

/**
 * Every field, as undefined. With it each field is an own property of what zod reads and of what zod returns. Neither
 * then inherits, say, a `gatewayUrl` that a bug elsewhere in the process put into `Object.prototype`.
 */
const unset = Object.fromEntries(Object.keys(configSchema.shape).map((key) => [key, undefined]));

/**
 * Parses the stored config for a visitor's message. Of the templates it requires nothing but a list, because
 * `findText` passes over those that it can't use: a config with which the bundled connector could send still can.
 */
export const storedConfigGuard = z
  .preprocess((raw) => ({ ...unset, ...(isObject(raw) && raw) }), configSchema)
  .refine(({ telegram, senderName }) => !(telegram && sharedSender.test(senderName)), {
    path: ['telegram'],
    message:
      'Telegram first needs a sender name of your own: under the shared one, operators reject the SMS sent instead, yet it is charged.',
  });

/** The parsed config. */
export type SmsAeroConfig = z.infer<typeof storedConfigGuard>;

/** The config that was read last, under its JSON. */
const lastRead = new Map<string, SmsAeroConfig>();

/**
 * Reads the config that the host has stored, or throws a ZodError. One that equals the last is not parsed again: that
 * would cost 60 µs of a send's 400.
 */
export const readStoredConfig = (stored: unknown): SmsAeroConfig => {
  const json = JSON.stringify(stored);
  const config = lastRead.get(json) ?? storedConfigGuard.parse(stored);

  lastRead.clear();
  lastRead.set(json, config);

  return config;
};

/** What is wrong with the fields and then, for the console alone, with the low balance and the templates. */
function* findIssues(raw: unknown, fieldIssues: ZodIssue[] = []) {
  const templates = getOwn(raw, 'templates');
  const { problem } = readLowBalance(clean(getOwn(raw, 'lowBalance')));

  yield* fieldIssues;
  yield* problem ? [{ path: ['lowBalance'], message: problem }] : [];
  yield* Array.isArray(templates) ? findTemplateIssues(templates) : [];
}

/**
 * Guards and parses the config in the console, on saving and on "Send": it names whatever could keep a code from being
 * sent, five problems at most. Of the values it repeats only usage types, language tags and letters of a placeholder.
 */
export const configGuard = z.unknown().transform((raw, { addIssue }): SmsAeroConfig => {
  const { data, error } = storedConfigGuard.safeParse(raw);
  const shown = new Set<unknown>();

  for (const issue of findIssues(raw, error?.issues)) {
    // The console lists them in one toast.
    if (shown.size === 5) {
      addIssue({ code: 'custom', message: 'There are more problems; fix these first.' });
      break;
    }

    addIssue({ code: 'custom', ...issue });
    shown.add(issue);
  }

  return data ?? z.NEVER;
});
