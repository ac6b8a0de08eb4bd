import { type SendMessageData, TemplateType } from '@logto/connector-kit';

import { canonicalTag, findTagProblem, pickText } from './language.js';

/** A template of the config, as it is stored. */
export type Template = {
  /** One of the kit's template types, or one that this kit doesn't know, because the host may be newer. */
  usageType?: unknown;
  /** One text for everybody, or an object with one for each language; see `Texts`. */
  content?: unknown;
};

/** A key, or several with dots between them, in the kit's notation; and in another one, `<<key>>`. */
const placeholder = /{{\s*(\w[\w.]*)\s*}}|<<\s*(\w[\w.]*)\s*>>/g;

/** Whether a text has a place for the code, `{{code}}` or `<<code>>`. */
export const wantsCode = (text: string): boolean =>
  [...text.matchAll(placeholder)].some(([, curly, angle]) => (curly ?? angle) === 'code');

const getOwn = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;

/**
 * The value for a placeholder, `code` or `application.name`: own properties all the way, and nothing in place
 * of what is missing or no text. Undefined where the payload has not even the first key.
 */
export const getValue = (payload: Record<string, unknown>, path: string): string | undefined => {
  const keys = path.split('.');

  if (!Object.hasOwn(payload, keys[0] ?? '')) {
    return;
  }

  const value = keys.reduce<unknown>((parent, key) => getOwn(parent, key), payload);

  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).replaceAll(/\p{Cc}/gu, ' ')
    : '';
};

/**
 * Puts the payload's values in place of `{{key}}` and `<<key>>`, in one pass, so that a value never starts
 * another substitution. An unknown placeholder stays as it is. The kit's `replaceSendMessageHandlebars` does
 * the same, but knows no `<<key>>`, reads prototypes, and shows objects and control characters.
 */
export const render = (text: string, payload: Record<string, unknown>): string =>
  text.replaceAll(
    placeholder,
    (match, curly?: string, angle?: string) => getValue(payload, curly ?? angle ?? '') ?? match
  );

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is a text with anything in it. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** Whether a text says what it is sent for: the code, or whatever an organization invitation has. */
const isUsable = (usageType: unknown, text: unknown): text is string =>
  isText(text) && (usageType === TemplateType.OrganizationInvitation || wantsCode(text));

/** A template's text in the reader's language, or '' where neither that nor `default` can be used. */
const pickUsable = ({ usageType, content }: Template, payload: SendMessageData['payload']) => {
  if (!isObject(content)) {
    return isUsable(usageType, content) ? content : '';
  }

  const texts = Object.entries(content).filter((entry): entry is [string, string] =>
    isUsable(usageType, entry[1])
  );

  return pickText({ default: '', ...Object.fromEntries(texts) }, payload);
};

/**
 * The text for a message: that of the first template of its usage type, or else of Generic, which has one that
 * can be used, in the reader's language or under `default`. Undefined where there is none.
 */
export const findText = (
  templates: Template[],
  { type, payload }: Pick<SendMessageData, 'type' | 'payload'>
): string | undefined => {
  const ofType = (usageType: string) => templates.filter((one) => one.usageType === usageType);

  for (const template of [...ofType(type), ...ofType(TemplateType.Generic)]) {
    const text = pickUsable(template, payload);

    if (text) {
      return text;
    }
  }
};

/** What is wrong with one text. `name` says which: "The SignIn template for ru". */
const findTextProblem = (name: string, usageType: string, text: unknown) => {
  if (!isText(text)) {
    return `${name} is empty; write its text.`;
  }

  return !isUsable(usageType, text) && `${name} has no {{code}}; put it where the code belongs.`;
};

/** What is wrong with the language tags of a template and the texts under them. */
const findLanguageProblems = (name: string, usageType: string, texts: Record<string, unknown>) => {
  const tags = Object.keys(texts);

  if (tags.length > 100) {
    return [`${name} has more than 100 languages; remove some.`];
  }

  const canonicalTags = tags.map((tag) => canonicalTag(tag));

  return tags.flatMap((tag) => {
    const problem = findTagProblem(tag);
    const firstTag = tags[canonicalTags.indexOf(canonicalTag(tag))];

    return [
      problem && `${name} has "${tag}" as a language tag; ${problem}`,
      !problem &&
        tag !== firstTag &&
        `${name} has "${firstTag}" and "${tag}" for one language; remove one of them.`,
      findTextProblem(`${name} for ${tag}`, usageType, texts[tag]),
    ];
  });
};

/**
 * What is wrong with a template, a sentence for each problem, with nothing of its texts.
 *
 * @param index Its place in the list, from 0.
 */
export const findTemplateProblems = (template: unknown, index: number): string[] => {
  if (!isObject(template) || typeof template.usageType !== 'string') {
    return [`Template ${index + 1} needs a usageType, for example "SignIn".`];
  }

  const { usageType, content } = template;
  const name = `The ${usageType} template`;

  if (!isObject(content)) {
    return [findTextProblem(name, usageType, content)].filter((problem) => isText(problem));
  }

  const { default: fallback, ...texts } = content;
  const problem =
    fallback === undefined
      ? `${name} needs a text under "default", for everybody whose language is not listed.`
      : findTextProblem(`${name} under "default"`, usageType, fallback);

  return [problem, ...findLanguageProblems(name, usageType, texts)].filter((problem) =>
    isText(problem)
  );
};
