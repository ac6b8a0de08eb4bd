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

/** Takes away what nobody sees: white space at the ends, and zero-width and other format characters. */
const clean = <Value>(value: Value) =>
  typeof value === 'string' ? value.replaceAll(/\p{Cf}/gu, '').trim() : value;

/*
 * Of an issue with the code `invalid_type` the console shows "Expected string but received undefined." in
 * place of our sentence (`formatZodError` in Logto's packages/core/src/errors/RequestError). So whatever may
 * be missing or of another type is checked by `z.custom`.
 */
const requiredText = (message: string) =>
  z.custom<string>((value) => isText(clean(value)), message).transform((value) => clean(value));

const optionalSwitch = (message: string) =>
  z
    .custom<unknown>((value) => isBlank(value) || typeof value === 'boolean', message)
    .transform((value) => value === true);

/** A text that may be left blank. `parse` is given '' for what is no text. */
const optionalText = <Value>(
  parse: (text: string) => { value?: Value; problem?: string | false }
) =>
  z.unknown().transform((raw, { addIssue }): Value | undefined => {
    const text = clean(raw);

    if (isBlank(text)) {
      return;
    }

    const { value, problem } = parse(typeof text === 'string' ? text : '');

    if (problem) {
      addIssue({ code: 'custom', message: problem });
    }

    return value;
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
      // Russians and Kazakhs dial it in front of a number.
      value.includes('8') && 'Enter 7 for Russia and Kazakhstan; 8 is not a country code.',
    ].find(Boolean),
  };
};

/** Whether nobody on the way can read along: https, or http to this machine. */
const isSecure = ({ protocol, hostname }: URL) =>
  protocol === 'https:' ||
  (protocol === 'http:' &&
    (['localhost', '[::1]'].includes(hostname) ||
      (isIPv4(hostname) && hostname.startsWith('127.'))));

const urlSentence =
  'Enter an https URL, such as https://gate.smsaero.org/v2/; http is allowed only for this machine.';

const parseGatewayUrl = (text: string) => {
  if (!URL.canParse(text)) {
    return { problem: urlSentence };
  }

  const { host, pathname, href } = new URL(text);
  const parts = pathname.split('/');
  const path = parts.slice(0, parts.findLastIndex(Boolean) + 1).join('/');
  const url = new URL(href);

  // Set, never resolved against the URL: a path that begins with two slashes would become another host.
  // eslint-disable-next-line @silverhand/fp/no-mutation -- the only way to replace a URL's path alone
  url.pathname = path === '' ? '/v2/' : `${path}/`;

  // Judged as it will be read when a message is sent.
  const baseUrl = new URL(url.href);
  const [mark] = /[#?]/.exec(href) ?? [];

  return {
    value: baseUrl.href,
    problem: [
      text.length > 2048 && 'Enter a gateway address of at most 2,048 characters.',
      !(isSecure(baseUrl) && baseUrl.host === host) && urlSentence,
      baseUrl.username + baseUrl.password !== '' &&
        'Leave user name and password out of the gateway address; the connector signs in with your SMSAero account.',
      mark && `Leave out of the gateway address everything from "${mark}" on.`,
      path.endsWith('/sms/send') &&
        'Leave sms/send off the end of the gateway address; the connector adds it.',
    ].find(Boolean),
  };
};

/**
 * Parses the stored config for a visitor's message, which needs a list of templates and nothing else of them:
 * `findText` passes over what it can't use. So a config with which the connector that Logto ships could send
 * goes on sending. The host stores what the form sent, so parse it anew for each message.
 */
export const storedConfigGuard = z
  .object({
    email: requiredText('Enter the e-mail address of your SMSAero account.').pipe(
      z.string().email('Enter a valid e-mail address, such as name@example.com.')
    ),
    apiKey: requiredText('Enter the API key of your SMSAero account.'),
    senderName: requiredText('Enter a sender name that SMSAero has approved for you.'),
    templates: z
      .custom<unknown[]>(Array.isArray, 'Templates must be a JSON list; copy the one in the guide.')
      .transform((list): Template[] => list.filter((item) => isObject(item))),
    /** Codes go to Telegram first, and by SMS where it can't deliver. */
    telegram: optionalSwitch('Telegram first must be true or false.'),
    /** What becomes of each visitor's message is looked up, and logged where it did not arrive. */
    watchDelivery: optionalSwitch('Watch delivery must be true or false.'),
    /** Sends to `sms/testsend`: SMSAero checks the message, but delivers and charges nothing. */
    testMode: optionalSwitch('Test mode must be true or false.'),
    /** Country codes, or longer beginnings of a number: `7, 375`. */
    allowedCountryCodes: optionalText(parseCountryCodes),
    /** A base URL to use instead of SMSAero's hosts; without a path, `/v2/` is meant. */
    gatewayUrl: optionalText(parseGatewayUrl),
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

/** The log has them in one line, the console in one toast. */
const maxProblems = 5;

/** The parsed config. */
export type SmsAeroConfig = z.infer<typeof storedConfigGuard>;

/** What is wrong with the templates, even where this or that message would go out all the same. */
const findTemplateIssues = (templates: unknown[]) => {
  const usageTypes = templates.map((template) => isObject(template) && template.usageType);
  const firstIndexes = new Map(
    usageTypes.map((usageType, index) => [usageType, index] as const).toReversed()
  );
  const missing = requiredUsageTypes.filter((usageType) => !firstIndexes.has(usageType));
  const problems = usageTypes.map((usageType, index) => [
    ...(typeof usageType === 'string' && firstIndexes.get(usageType) !== index
      ? [`There is another ${usageType} template; remove one of them.`]
      : []),
    ...findTemplateProblems(templates[index], index),
  ]);

  return [
    ...(missing.length > 0
      ? [{ path: ['templates'], message: `Add a template for: ${missing.join(', ')}.` }]
      : []),
    ...problems.flatMap((messages, index) =>
      messages.map((message) => ({ path: ['templates', index], message }))
    ),
  ].map((problem) => ({ code: 'custom' as const, ...problem }));
};

/**
 * Guards and parses the config as the console has it, on saving and on "Send": whatever could keep a code from
 * being sent is told, five problems at most. No issue repeats a value other than usage types and language tags.
 */
export const configGuard = z.unknown().transform((raw, { addIssue }): SmsAeroConfig => {
  const { data, error } = storedConfigGuard.safeParse(raw);
  const issues = [
    ...(error?.issues ?? []),
    ...(isObject(raw) && Array.isArray(raw.templates) ? findTemplateIssues(raw.templates) : []),
  ];
  const left = issues.length - maxProblems;

  for (const issue of issues.slice(0, maxProblems)) {
    addIssue(issue);
  }

  if (left > 0) {
    addIssue({ code: 'custom', message: `And ${left} more problem${left > 1 ? 's' : ''}.` });
  }

  return data ?? z.NEVER;
});
