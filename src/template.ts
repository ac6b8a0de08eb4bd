import { TemplateType } from '@logto/connector-kit';

import { type Texts } from './language.js';

/** A template of the config: one text for everybody, or one for each language. */
export type Template = {
  /** One of the kit's template types; one that this kit doesn't know is kept, because the host may be newer. */
  usageType: string;
  content: string | Texts;
};

const placeholder = /{{\s*(\w+)\s*}}|<<\s*(\w+)\s*>>/g;

/** Whether a text has a place for the code, `{{code}}` or `<<code>>`. */
export const wantsCode = (text: string): boolean =>
  [...text.matchAll(placeholder)].some(([, curly, angle]) => (curly ?? angle) === 'code');

/** The value for a placeholder, if the payload has one of its own that fits into a text. */
export const getValue = (payload: Record<string, unknown>, key: string): string | undefined => {
  const value = Object.hasOwn(payload, key) ? payload[key] : undefined;

  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll(/\p{Cc}/gu, ' ')
    : undefined;
};

/**
 * Puts the payload's values in place of `{{key}}` and `<<key>>`, in one pass, so that a value never starts
 * another substitution. An unknown placeholder stays as it is; control characters in a value become a
 * space. The kit's own function does neither, nor does it know `<<key>>`.
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

/** A BCP 47 tag. Longer words would be well-formed too, but all languages have two letters or three. */
const isLanguageTag = (tag: string) => {
  try {
    return /^[a-z]{2,3}(?:-|$)/i.test(tag) && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};

/** The problems of one text. `name` says which, for example "The SignIn template for ru". */
const findTextProblems = (name: string, usageType: string, text: unknown) => {
  if (!isText(text)) {
    return [`${name} is empty; write its text.`];
  }

  return usageType === TemplateType.OrganizationInvitation || wantsCode(text)
    ? []
    : [`${name} has no {{code}}; put it where the code belongs.`];
};

const findTagProblems = (name: string, tag: string, tags: string[]) => {
  if (!isLanguageTag(tag)) {
    return [`${name} has "${tag}" as a language tag; write one such as "ru" or "zh-CN".`];
  }

  return tags.some((other) => other < tag && other.toLowerCase() === tag.toLowerCase())
    ? [`${name} has ${tag} twice, in different letter case; remove one of them.`]
    : [];
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
    return findTextProblems(name, usageType, content);
  }

  const { default: fallback, ...texts } = content;
  const tags = Object.keys(texts);

  return [
    ...(fallback === undefined
      ? [`${name} needs a text under "default", for everybody whose language is not listed.`]
      : findTextProblems(`${name} under "default"`, usageType, fallback)),
    ...tags.flatMap((tag) => [
      ...findTagProblems(name, tag, tags),
      ...findTextProblems(`${name} for ${tag}`, usageType, texts[tag]),
    ]),
  ];
};
