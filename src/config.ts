import { isIPv4 } from 'node:net';
import { z } from 'zod';

import { TemplateType } from '@logto/connector-kit';

import { findTemplateProblems, isObject, isText, type Template } from './template.js';

/** The usage types that Logto's own flows need a template for. */
export const requiredUsageTypes: readonly string[] = [
  TemplateType.Register,
  TemplateType.SignIn,
  TemplateType.ForgotPassword,
  TemplateType.Generic,
];

/** The console's edit page stores '' where a field was cleared. */
const isBlank = (value: unknown) => value === undefined || value === null || value === '';

/*
 * Of an issue with the code `invalid_type` the console shows "Expected string but received undefined." in
 * place of our sentence (`formatZodError` in Logto's packages/core/src/errors/RequestError). So whatever may
 * be missing or of another type is checked by `z.custom`.
 */
const requiredText = (message: string) =>
  z.custom<string>(isText, message).transform((text) => text.trim());

const optionalSwitch = (message: string) =>
  z
    .custom<unknown>((value) => isBlank(value) || typeof value === 'boolean', message)
    .transform((value) => value === true);

/** A text that may be left blank. `parse` gives undefined for one that it can't take. */
const optionalText = <Value>(parse: (text: string) => Value | undefined, message: string) =>
  z.unknown().transform((value, { addIssue }): Value | undefined => {
    const text = typeof value === 'string' ? value.trim() : value;

    if (isBlank(text)) {
      return;
    }

    const parsed = typeof text === 'string' ? parse(text) : undefined;

    if (parsed === undefined) {
      addIssue({ code: 'custom', message });
    }

    return parsed;
  });

const templateList = z
  .custom<Template[]>(Array.isArray, 'Templates must be a JSON list; copy the one in the guide.')
  .superRefine((templates: unknown[], { addIssue }) => {
    const missing = requiredUsageTypes.filter(
      (type) => !templates.some((template) => isObject(template) && template.usageType === type)
    );
    const problems = templates.flatMap((template, index) =>
      findTemplateProblems(template, index).map((message) => ({ message, path: [index] }))
    );

    if (missing.length > 0) {
      addIssue({ code: 'custom', message: `Add a template for: ${missing.join(', ')}.` });
    }

    for (const problem of problems) {
      addIssue({ code: 'custom', ...problem });
    }
  });

/** SMSAero's shared sender name, in the spellings that its SDKs and documents have for it. */
const sharedSender = /^sms[\s\p{P}]*aero$/iu;

const parseCountryCodes = (text: string) => {
  const codes = text.split(/[\s,;]+/).filter(Boolean);

  return codes.length > 0 && codes.every((code) => /^\+?[1-9]\d{0,6}$/.test(code))
    ? codes.map((code) => code.replace('+', ''))
    : undefined;
};

const isThisMachine = (hostname: string) =>
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  (isIPv4(hostname) && hostname.startsWith('127.'));

const isGatewayUrl = ({ protocol, hostname, username, password, search, hash }: URL) =>
  (protocol === 'https:' || (protocol === 'http:' && isThisMachine(hostname))) &&
  ![username, password, search, hash].some(Boolean);

const parseGatewayUrl = (text: string) => {
  if (!URL.canParse(text)) {
    return;
  }

  const url = new URL(text);
  const parts = url.pathname.split('/');
  const path = parts.slice(0, parts.findLastIndex(Boolean) + 1).join('/');
  const baseUrl = new URL(url);

  // Set, never resolved against the URL: a path that begins with two slashes would become another host.
  // eslint-disable-next-line @silverhand/fp/no-mutation -- the only way to replace a URL's path alone
  baseUrl.pathname = path === '' ? '/v2/' : `${path}/`;

  // Judged as it will be read when a message is sent.
  const { host, href } = new URL(baseUrl.href);

  return isGatewayUrl(baseUrl) && host === url.host ? href : undefined;
};

/**
 * Guards and parses the connector's config. The host stores what the form sent, so parse it anew for each
 * message. It accepts what the connector bundled with Logto accepts, as long as there is a code in the
 * templates. No issue repeats a value other than usage types and language tags.
 */
export const configGuard = z
  .object({
    email: requiredText('Enter the e-mail address of your SMSAero account.').pipe(
      z.string().email('Enter a valid e-mail address, such as name@example.com.')
    ),
    apiKey: requiredText('Enter the API key of your SMSAero account.'),
    senderName: requiredText('Enter a sender name that SMSAero has approved for you.'),
    templates: templateList,
    /** Codes go to Telegram first, and by SMS where it can't deliver. */
    telegram: optionalSwitch('Telegram first must be true or false.'),
    /** What becomes of each visitor's message is looked up, and logged where it did not arrive. */
    watchDelivery: optionalSwitch('Watch delivery must be true or false.'),
    /** Sends to `sms/testsend`: SMSAero checks the message, but delivers and charges nothing. */
    testMode: optionalSwitch('Test mode must be true or false.'),
    /** Country codes, or longer beginnings of a number: `7, 375`. */
    allowedCountryCodes: optionalText(
      parseCountryCodes,
      'Enter country codes separated by commas, such as "7, 375".'
    ),
    /** A base URL to use instead of SMSAero's hosts; without a path, `/v2/` is meant. */
    gatewayUrl: optionalText(
      parseGatewayUrl,
      'Enter an https URL, such as https://gate.smsaero.org/v2/; http is allowed only for this machine.'
    ),
  })
  .superRefine(({ telegram, senderName }, { addIssue }) => {
    if (telegram && sharedSender.test(senderName)) {
      addIssue({
        code: 'custom',
        path: ['telegram'],
        message:
          'Telegram first needs a sender name of your own: under the shared one, operators reject the SMS sent instead, yet it is charged.',
      });
    }
  });

/** The parsed config. */
export type SmsAeroConfig = z.infer<typeof configGuard>;
