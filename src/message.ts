import { getConfigTemplateByType, type SendMessageData } from '@logto/connector-kit';

import { codePlaceholder, type SmsAeroConfig } from './config.js';
import { TemplateFailure } from './connector-error.js';
import { pickText } from './language.js';
import { SendFailure } from './smsaero/failure.js';

/** One message, ready for SMSAero. */
export type Message = {
  /** Country code and number, digits only. */
  number: string;
  /** The code as Logto gave it; empty in a text that needs none. */
  code: string;
  text: string;
};

/**
 * Brings a phone number to the form that SMSAero takes: digits only, country code first, 7 to 15 of them.
 * No country is guessed.
 *
 * @throws SendFailure `number` when it can't be a phone number, or is of a country not allowed.
 */
export const toNumber = (phone: string, allowedCountryCodes?: string[]): string => {
  const number = phone.replaceAll(/[\s+().[\]\p{Pd}]/gu, '');

  if (!/^[1-9]\d{6,14}$/.test(number)) {
    throw new SendFailure('number', {
      reason: 'it must have 7 to 15 digits and begin with the country code',
    });
  }

  if (allowedCountryCodes && !allowedCountryCodes.some((code) => number.startsWith(code))) {
    throw new SendFailure('number', {
      reason: 'its country is not among the allowed country codes of this connector',
    });
  }

  return number;
};

const placeholder = /{{\s*(\w+)\s*}}|<<\s*(\w+)\s*>>/g;

/** The value for a placeholder, if the payload has one of its own that fits into a text. */
const getValue = (payload: Record<string, unknown>, key: string) => {
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
export const render = (template: string, payload: Record<string, unknown>): string =>
  template.replaceAll(
    placeholder,
    (match, curly?: string, angle?: string) => getValue(payload, curly ?? angle ?? '') ?? match
  );

/**
 * Builds the message for a send: the usage type's template or else Generic's, in the visitor's language.
 *
 * @throws SendFailure `number`, see {@link toNumber}.
 * @throws TemplateFailure when the text wants a code and Logto gave none.
 */
export const buildMessage = (
  { to, type, payload }: SendMessageData,
  config: Pick<SmsAeroConfig, 'templates' | 'allowedCountryCodes'>
): Message => {
  const content = getConfigTemplateByType(type, config)?.content ?? '';
  const template = typeof content === 'string' ? content : pickText(content, payload);
  const code = getValue(payload, 'code')?.trim() ?? '';

  if (!template || (codePlaceholder.test(template) && !code)) {
    throw new TemplateFailure(type);
  }

  return {
    number: toNumber(to, config.allowedCountryCodes),
    code,
    text: render(template, payload),
  };
};
