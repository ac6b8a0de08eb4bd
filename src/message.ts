import { ZodError } from 'zod';

import { type SendMessageData, TemplateType } from '@logto/connector-kit';

import { type SmsAeroConfig } from './config.js';
import { SendFailure } from './smsaero/failure.js';
import { findText, getValue, render, wantsCode } from './template.js';

/** Thrown when a text has a place for the code and Logto gave none. */
export class TemplateFailure extends Error {
  override name = 'TemplateFailure';
}

/** One message, ready for SMSAero. */
export type Message = {
  /** Country code and number, digits only. */
  number: string;
  /** The code that the text shows; empty where the text has no place for one. */
  code: string;
  text: string;
};

/**
 * What an admin may have missed about a number that was refused: people in Russia and Kazakhstan dial 8 in place of
 * their country code. Only 87 and 89 count, because numbers of Vietnam begin with 84 and those of Hong Kong with 85.
 */
export const hintAtPrefix = (number: string): string | undefined =>
  /^8[79]\d{9}$/.test(number)
    ? 'in numbers of Russia and Kazakhstan, 7 takes the place of the first 8'
    : undefined;

/**
 * Brings a phone number to the form that SMSAero takes: 7 to 15 digits that begin with the country code.
 * No country is guessed.
 *
 * @throws SendFailure `number` when it can't be a phone number, or its country is not allowed.
 */
export const toNumber = (phone: string, allowedCountryCodes?: string[]): string => {
  const number = phone.replaceAll(/[\s+().[\]\p{Pd}]/gu, '');

  if (!/^[1-9]\d{6,14}$/.test(number)) {
    throw new SendFailure('number', {
      reason: 'it must have 7 to 15 digits and begin with the country code',
    });
  }

  if (allowedCountryCodes && !allowedCountryCodes.some((code) => number.startsWith(code))) {
    const reason = 'its country is not among the allowed country codes of this connector';
    const hint = hintAtPrefix(number);

    throw new SendFailure('number', { reason: hint ? `${reason}; ${hint}` : reason });
  }

  return number;
};

/**
 * Builds the message for a send: the text of its usage type or else of Generic, in the visitor's language.
 *
 * @throws SendFailure `number`, see {@link toNumber}.
 * @throws ZodError when the stored templates have no text for the message.
 * @throws TemplateFailure when the text has a place for the code and Logto gave none.
 */
export const buildMessage = (
  data: SendMessageData,
  { templates, allowedCountryCodes }: Pick<SmsAeroConfig, 'templates' | 'allowedCountryCodes'>
): Message => {
  const { to, type, payload } = data;
  const text = findText(templates, data);

  if (text === undefined) {
    const usageTypes = [...new Set([type, TemplateType.Generic])].join(' or ');
    const message = `No template for ${usageTypes} has a text with {{code}}.`;

    throw new ZodError([{ code: 'custom', path: ['templates'], message }]);
  }

  const hasCode = wantsCode(text);
  const code = hasCode ? (getValue(payload, 'code') ?? '').trim() : '';

  if (hasCode && code === '') {
    throw new TemplateFailure();
  }

  return { number: toNumber(to, allowedCountryCodes), code, text: render(text, payload) };
};
