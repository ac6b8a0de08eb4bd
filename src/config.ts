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

const isUnset = (value: unknown) => value === undefined || value === null;

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

/*
 * Every issue has the code `custom`: of an `invalid_type` the console shows "Expected string but
 * received undefined." in place of our sentence (`formatZodError` in Logto's
 * packages/core/src/errors/RequestError).
 */
const requiredText = (message: string) =>
  z.custom<string>(isText, message).transform((value) => value.trim());

/** Blank counts as unset: the console's edit page stores '' where a field was cleared. */
const optionalText = (message: string) =>
  z
    .custom<string | undefined>((value) => isUnset(value) || typeof value === 'string', message)
    .transform((value) => (isText(value) ? value.trim() : undefined));

const emailGuard = z.string().email();

const isEmail = (value: string) => emailGuard.safeParse(value).success;

const toGatewayUrl = (value: string) => {
  try {
    const url = new URL(value);
    const isPlain = !url.username && !url.password && !url.search && !url.hash;

    return /^https?:$/.test(url.protocol) && isPlain ? url : undefined;
  } catch {}
};

/**
 * Guards and parses the connector's config. The host stores what the form sent, so parse it anew for
 * each message. It accepts what the connector bundled with Logto accepts, as long as there is a code
 * in the templates. No issue repeats a value other than usage types and language tags.
 */
export const configGuard = z.object({
  email: requiredText('Enter the e-mail address of your SMSAero account.').refine(isEmail, {
    message: 'The e-mail must be an address such as name@example.com.',
  }),
  apiKey: requiredText('Enter the API key of your SMSAero account.'),
  senderName: requiredText('Enter a sender name; SMSAero is the shared one.'),
  templates: z
    .custom<Template[]>(
      Array.isArray,
      'Templates must be a JSON list; copy the example of the guide.'
    )
    .superRefine((templates, { addIssue }) => {
      const missing = findMissingUsageTypes(templates);

      if (missing.length > 0) {
        addIssue({ code: 'custom', message: `Add a template for: ${missing.join(', ')}.` });
      }

      for (const [index, template] of templates.entries()) {
        for (const message of findTemplateProblems(template, index)) {
          addIssue({ code: 'custom', path: [index], message });
        }
      }
    }),
  /** Sends to `sms/testsend`: SMSAero checks the message, but delivers and charges nothing. */
  testMode: z
    .custom<boolean | undefined>(
      (value) => isUnset(value) || typeof value === 'boolean',
      'Test mode must be true or false.'
    )
    .transform(Boolean),
  /** Country codes, or longer beginnings of a number: `7, 375`. */
  allowedCountryCodes: optionalText('Country codes must be a text such as 7, 375.').transform(
    (value, { addIssue }) => {
      const codes = value?.split(/[\s,;]+/).filter(Boolean);

      if (codes && !(codes.length > 0 && codes.every((code) => /^\+?[1-9]\d{0,6}$/.test(code)))) {
        addIssue({
          code: 'custom',
          message: 'Write country codes as digits with commas between, for example 7, 375.',
        });
      }

      return codes?.map((code) => code.replace('+', ''));
    }
  ),
  /** Another base URL in place of SMSAero's hosts; without a path, `/v2/` is meant. */
  gatewayUrl: optionalText('The gateway address must be a text.').transform(
    (value, { addIssue }) => {
      if (!value) {
        return;
      }

      const url = toGatewayUrl(value);

      if (!url) {
        addIssue({
          code: 'custom',
          message:
            'The gateway address must be an http(s) URL such as https://gate.smsaero.org/v2/.',
        });

        return;
      }

      return new URL(url.pathname === '/' ? '/v2/' : url.pathname.replace(/\/*$/, '/'), url).href;
    }
  ),
});

/** The parsed config. */
export type SmsAeroConfig = z.infer<typeof configGuard>;
