import { type SendMessageData, TemplateType } from '@logto/connector-kit';

import { pickText } from './language.js';

/** A key, or several with dots between them: `{{key}}` as the kit writes it, or `<<key>>`. */
const placeholder = /{{\s*(\w[\w.]*)\s*}}|<<\s*(\w[\w.]*)\s*>>/g;

/** A soft hyphen, zero-width space, word joiner or byte order mark. One makes an SMS of 160 characters one of 70. */
const unseen = /[\u00AD\u200B\u2060\uFEFF]/g;

/** A placeholder in which there may also be characters that nobody sees. */
const loosePlaceholder = /\{\{[\s\w.\p{Cf}]*\}\}|<<[\s\w.\p{Cf}]*>>/gu;

/**
 * Drops what nobody sees and only does harm. Outside a placeholder joiners, direction marks and variation selectors
 * stay, because scripts and emoji need them.
 */
const tidy = (text: string) =>
  text
    .replaceAll(unseen, '')
    .replaceAll(loosePlaceholder, (match) => match.replaceAll(/\p{Cf}/gu, ''));

/** Whether a text has a place for the code, `{{code}}` or `<<code>>`. */
export const wantsCode = (text: string): boolean =>
  /{{\s*code\s*}}|<<\s*code\s*>>/.test(tidy(text));

/** An own property of a value, or undefined. */
export const getOwn = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;

/** Reads what was stored as a template, without what it inherits. */
export const toTemplate = (stored: unknown) => ({
  /** One of the kit's template types, or one that this kit doesn't know, because the host may be newer. */
  usageType: getOwn(stored, 'usageType'),
  /** One text for everybody, or an object with one for each language; see `Texts`. */
  content: getOwn(stored, 'content'),
});

type Template = ReturnType<typeof toTemplate>;

/**
 * The value for a placeholder, `code` or `application.name`, read from own properties only. It is empty where it is
 * missing or can't be shown as text, and undefined where the payload doesn't even have the first key.
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
 * Puts the payload's values in place of `{{key}}` and `<<key>>`, in one pass, so that a value never starts another
 * substitution. An unknown placeholder stays as it is. The kit's `replaceSendMessageHandlebars` does the same, but
 * knows no `<<key>>`, reads prototypes, and shows objects and control characters.
 */
export const render = (text: string, payload: Record<string, unknown>): string =>
  tidy(text).replaceAll(
    placeholder,
    (match, curly?: string, angle?: string) => getValue(payload, curly ?? angle ?? '') ?? match
  );

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is a text with anything in it. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** Whether a text can be sent: it has the code, or belongs to an organization invitation, which needs none. */
export const isUsable = (usageType: unknown, text: string): boolean =>
  usageType === TemplateType.OrganizationInvitation || wantsCode(text);

/** A template's text in the reader's language, or '' where neither that nor `default` can be used. */
const pickUsable = ({ usageType, content }: Template, payload: SendMessageData['payload']) => {
  if (!isObject(content)) {
    return isText(content) && isUsable(usageType, content) ? content : '';
  }

  const texts = Object.entries(content).filter(
    (entry): entry is [string, string] => isText(entry[1]) && isUsable(usageType, entry[1])
  );

  return pickText({ default: '', ...Object.fromEntries(texts) }, payload);
};

/**
 * The text for a message, in the reader's language or under `default`. It is taken from the first usable template of
 * the message's usage type, or else of Generic. Undefined where no template is usable.
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
