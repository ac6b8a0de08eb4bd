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

/** What a field's value is read as, and what is wrong with it. */
type Reading<Value> = { value: Value; problem?: string | false };

const readText =
  (problem: string) =>
  (raw: unknown): Reading<string> => {
    const text = clean(raw);

    return isText(text) ? { value: text } : { value: '', problem };
  };

const emailGuard = z.string().email();

const readEmail = (raw: unknown): Reading<string> => {
  const { value, problem } = readText('Enter the e-mail address of your SMSAero account.')(raw);
  const isAddress = emailGuard.safeParse(value).success;

  return {
    value,
    problem: problem ?? (!isAddress && 'Enter a valid e-mail address, such as name@example.com.'),
  };
};

const readTemplates = (raw: unknown): Reading<Template[]> => ({
  value: Array.isArray(raw) ? raw.filter((item) => isObject(item)) : [],
  problem: !Array.isArray(raw) && 'Templates must be a JSON list; copy the one in the guide.',
});

const readSwitch =
  (problem: string) =>
  (raw: unknown): Reading<boolean> => ({
    value: raw === true,
    problem: !isBlank(raw) && typeof raw !== 'boolean' && problem,
  });

/** Reads a text that may be left blank. `parse` is given '' for what is no text. */
const readOptional =
  <Value>(parse: (text: string) => Reading<Value | undefined>) =>
  (raw: unknown): Reading<Value | undefined> => {
    const text = clean(raw);

    return isBlank(text) ? { value: undefined } : parse(typeof text === 'string' ? text : '');
  };

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

/** The hosts that are this machine, as `URL` writes them: it makes 127.0.0.1 of `127.1`. */
const thisMachine = /^(?:localhost|127(?:\.\d+){3}|\[::1])$/;

/** Whether nobody on the way can read along: https, or http to this machine. */
const isSecure = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || (protocol === 'http:' && thisMachine.test(hostname));

const urlSentence =
  'Enter an https URL, such as https://gate.smsaero.org/v2/; http is allowed only for this machine.';

const parseGatewayUrl = (text: string) => {
  if (!URL.canParse(text)) {
    return { value: undefined, problem: urlSentence };
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
      /\/sms\/(?:test)?send$/.test(path) &&
        'Leave sms/send or sms/testsend off the end of the gateway address; the connector adds it.',
    ].find(Boolean),
  };
};

/**
 * Parses the stored config for a visitor's message, which needs a list of templates and nothing else of them:
 * `findText` passes over what it can't use. So a config with which the connector that Logto ships could send
 * goes on sending. The host stores what the form sent, so parse it anew for each message.
 *
 * Zod sees no single field: that would take six times as long, and of its issues with the code `invalid_type` the
 * console hides the sentence (`formatZodError` in Logto's packages/core/src/errors/RequestError).
 */
export const storedConfigGuard = z.unknown().transform((raw, { addIssue }) => {
  const fields = isObject(raw) ? raw : {};
  const read = <Value>(key: string, reader: (value: unknown) => Reading<Value>) => {
    const { value, problem } = reader(fields[key]);

    if (problem) {
      addIssue({ code: 'custom', path: [key], message: problem });
    }

    return value;
  };

  const config = {
    email: read('email', readEmail),
    apiKey: read('apiKey', readText('Enter the API key of your SMSAero account.')),
    senderName: read(
      'senderName',
      readText('Enter a sender name that SMSAero has approved for you.')
    ),
    templates: read('templates', readTemplates),
    /** Codes go to Telegram first, and by SMS where it can't deliver. */
    telegram: read('telegram', readSwitch('Telegram first must be true or false.')),
    /** What becomes of each visitor's message is looked up, and logged where it did not arrive. */
    watchDelivery: read('watchDelivery', readSwitch('Watch delivery must be true or false.')),
    /** Sends to `sms/testsend`: SMSAero checks the message, but delivers and charges nothing. */
    testMode: read('testMode', readSwitch('Test mode must be true or false.')),
    /** Country codes, or longer beginnings of a number: `7, 375`. */
    allowedCountryCodes: read('allowedCountryCodes', readOptional(parseCountryCodes)),
    /** A base URL to use instead of SMSAero's hosts; without a path, `/v2/` is meant. */
    gatewayUrl: read('gatewayUrl', readOptional(parseGatewayUrl)),
  };

  if (config.telegram && sharedSender.test(config.senderName)) {
    addIssue({
      code: 'custom',
      path: ['telegram'],
      message:
        'Telegram first needs a sender name of your own: under the shared one, operators reject the SMS sent instead, yet it is charged.',
    });
  }

  return config;
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
