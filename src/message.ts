import {
  ConnectorError,
  ConnectorErrorCodes,
  getConfigTemplateByType,
  type SendMessageData,
} from '@logto/connector-kit';

import { type SmsAeroConfig } from './config.js';
import { SendFailure } from './failure.js';
import { pickText } from './language.js';

/** One message in SMSAero's words, the body of `sms/send`. */
export type Message = {
  /** Country code and number, digits only. */
  number: string;
  /** The sender name. */
  sign: string;
  text: string;
};

/**
 * Brings a phone number to the form that SMSAero takes: digits only, country code first, 7 to 15 of
 * them. No country is guessed.
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

const placeholder = /{{\s*([\w.]+)\s*}}|<<\s*([\w.]+)\s*>>/g;

const getValue = (payload: unknown, path: string) =>
  path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? Object.getOwnPropertyDescriptor(value, key)?.value
          : undefined,
      payload
    );

/**
 * Puts the payload's values in place of `{{key}}` and `<<key>>`, dotted paths included. In one pass,
 * so that a value never starts another substitution. An unknown placeholder stays as it is; control
 * characters in a value become a space.
 */
export const render = (template: string, payload: Record<string, unknown>): string =>
  template.replaceAll(placeholder, (match, curly?: string, angle?: string) => {
    const value = getValue(payload, curly ?? angle ?? '');

    return typeof value === 'string' || typeof value === 'number'
      ? String(value).replaceAll(/\p{Cc}/gu, ' ')
      : match;
  });

/**
 * Builds the message for a send: the usage type's template or else Generic's, in the visitor's
 * language.
 *
 * @throws SendFailure `number`, see {@link toNumber}.
 * @throws ConnectorError `TemplateNotFound`.
 */
export const buildMessage = (
  { to, type, payload }: SendMessageData,
  config: SmsAeroConfig
): Message => {
  const content = getConfigTemplateByType(type, config)?.content;
  const template = typeof content === 'object' ? pickText(content, payload) : content;

  if (template === undefined) {
    throw new ConnectorError(ConnectorErrorCodes.TemplateNotFound);
  }

  return {
    number: toNumber(to, config.allowedCountryCodes),
    sign: config.senderName,
    text: render(template, payload),
  };
};
