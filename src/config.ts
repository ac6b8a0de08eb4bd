import { TemplateType } from '@logto/connector-kit';
import { z } from 'zod';

/** The usage types that Logto's own flows need a template for. */
export const requiredUsageTypes: readonly string[] = [
  TemplateType.Register,
  TemplateType.SignIn,
  TemplateType.ForgotPassword,
  TemplateType.Generic,
];

type Template = {
  /** One of the kit's template types; a type that this kit doesn't know is kept, the host may be newer. */
  usageType: string;
  /** The text, or language tag → text; the first language is the fallback. */
  content: string | Record<string, string>;
};

const codePlaceholder = /{{\s*code\s*}}|<<\s*code\s*>>/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** A BCP 47 tag. Longer words would be well-formed too, but all languages have two letters or three. */
const isLanguageTag = (tag: string) => {
  try {
    return /^[a-z]{2,3}(?:-|$)/i.test(tag) && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};

const findTextProblem = (name: string, usageType: string, text: unknown) => {
  if (!isText(text)) {
    return `${name} has no text.`;
  }

  return usageType === TemplateType.OrganizationInvitation || codePlaceholder.test(text)
    ? undefined
    : `${name} has no {{code}}.`;
};

/** What is wrong with one template, a sentence each. */
const findTemplateProblems = (template: unknown, index: number): string[] => {
  if (!isObject(template) || !isText(template.usageType)) {
    return [`Template ${index + 1} needs a usageType, for example "SignIn".`];
  }

  const { usageType, content } = template;
  const name = `The ${usageType} template`;

  if (!isObject(content)) {
    const problem = findTextProblem(name, usageType, content);

    return problem ? [problem] : [];
  }

  const texts = Object.entries(content);

  return texts.length === 0
    ? [`${name} has no text.`]
    : texts.flatMap(([tag, text]) =>
        isLanguageTag(tag)
          ? (findTextProblem(`${name} for ${tag}`, usageType, text) ?? [])
          : `${name} has "${tag}" where a language tag such as "en" or "zh-CN" belongs.`
      );
};

const findMissingUsageTypes = (templates: unknown[]) =>
  requiredUsageTypes.filter(
    (type) => !templates.some((template) => isObject(template) && template.usageType === type)
  );

type Refuse = (message: string, index?: number) => typeof z.NEVER;

/*
 * A field of the config. Every issue has the code `custom`: of an `invalid_type` the console shows
 * "Expected string but received undefined." in place of our sentence (`formatZodError` in Logto's
 * packages/core/src/errors/RequestError).
 */
const field = <Value>(parse: (value: unknown, refuse: Refuse) => Value) =>
  z.unknown().transform((value, { addIssue }) =>
    parse(value, (message, index) => {
      addIssue({ code: 'custom', message, path: index === undefined ? [] : [index] });

      return z.NEVER;
    })
  );

const requiredText = (message: string) =>
  field((value, refuse) => (isText(value) ? value.trim() : refuse(message)));

/** Blank counts as unset: the console's edit page stores '' where a field was cleared. */
const isUnset = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const emailGuard = z.string().email();

const parseEmail = (value: unknown, refuse: Refuse) => {
  if (!isText(value)) {
    return refuse('Enter the e-mail address of your SMSAero account.');
  }

  return emailGuard.safeParse(value.trim()).success
    ? value.trim()
    : refuse('The e-mail must be an address such as name@example.com.');
};

/** Whether it is a list at all; what its items are is told below, in sentences. */
const isTemplateList = (value: unknown): value is Template[] => Array.isArray(value);

const parseTemplates = (value: unknown, refuse: Refuse): Template[] => {
  if (!isTemplateList(value)) {
    return refuse('Templates must be a JSON list; copy the example of the guide.');
  }

  const missing = findMissingUsageTypes(value);

  if (missing.length > 0) {
    refuse(`Add a template for: ${missing.join(', ')}.`);
  }

  for (const [index, template] of value.entries()) {
    for (const problem of findTemplateProblems(template, index)) {
      refuse(problem, index);
    }
  }

  return value;
};

const parseCountryCodes = (value: unknown, refuse: Refuse): string[] | undefined => {
  if (isUnset(value)) {
    return;
  }

  const codes = String(value)
    .split(/[\s,;]+/)
    .filter(Boolean);

  return typeof value === 'string' &&
    codes.length > 0 &&
    codes.every((code) => /^\+?[1-9]\d{0,6}$/.test(code))
    ? codes.map((code) => code.replace('+', ''))
    : refuse('Write country codes as digits with commas between, for example "7, 375".');
};

const parseGatewayUrl = (value: unknown, refuse: Refuse): string | undefined => {
  if (isUnset(value)) {
    return;
  }

  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined;

  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash
  ) {
    return refuse(
      'The gateway address must be an http(s) URL such as https://gate.smsaero.org/v2/.'
    );
  }

  return new URL(url.pathname === '/' ? '/v2/' : url.pathname.replace(/\/*$/, '/'), url).href;
};

/**
 * Guards and parses the connector's config. The host stores what the form sent, so parse it anew for
 * each message. It accepts what the connector bundled with Logto accepts, as long as there is a code
 * in the templates. No issue repeats a value other than usage types and language tags.
 */
export const configGuard = z.object({
  email: field(parseEmail),
  apiKey: requiredText('Enter the API key of your SMSAero account.'),
  senderName: requiredText('Enter a sender name; SMSAero is the shared one.'),
  templates: field(parseTemplates),
  /** Sends to `sms/testsend`: SMSAero checks the message, but delivers and charges nothing. */
  testMode: field((value, refuse) =>
    typeof value === 'boolean' || isUnset(value)
      ? value === true
      : refuse('Test mode must be true or false.')
  ),
  /** Country codes, or longer beginnings of a number: `7, 375`. */
  allowedCountryCodes: field(parseCountryCodes),
  /** Another base URL in place of SMSAero's hosts; without a path, `/v2/` is meant. */
  gatewayUrl: field(parseGatewayUrl),
});

/** The parsed config. */
export type SmsAeroConfig = z.infer<typeof configGuard>;
