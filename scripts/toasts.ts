// What Logto shows of a send's outcome, in the words of its own packages.
import { ZodError } from 'zod';

import { isKeyInObject } from '@logto/cli/lib/connector/index.js';
import { type ConnectorError, ConnectorErrorCodes, TemplateType } from '@logto/connector-kit';
import phrases, { getDefaultLanguageTag, isBuiltInLanguageTag } from '@logto/phrases';
import experiencePhrases, {
  getDefaultLanguageTag as getExperienceLanguageTag,
  isBuiltInLanguageTag as isExperienceLanguageTag,
} from '@logto/phrases-experience';

/** The phrase of Logto's API for an error, in the reader's language. */
const toPhrase = ({ code, data }: ConnectorError, locale: string) => {
  const language = isBuiltInLanguageTag(locale) ? locale : getDefaultLanguageTag(locale);
  const own = isBuiltInLanguageTag(language) ? phrases[language].errors?.connector : {};
  const all: Record<string, unknown> = { ...phrases.en.errors.connector, ...own };
  const description = isKeyInObject(data, 'errorDescription') ? String(data.errorDescription) : '';

  return String(all[code]).replace('{{errorDescription}}', () => description);
};

/** What the console shows after "Send"; it lists what is wrong with a config. */
export const toAdminToast = (error: ConnectorError) =>
  [
    toPhrase(error, 'en'),
    ...(error.data instanceof ZodError ? error.data.issues.map(({ message }) => message) : []),
  ].join(' ');

export const successToast =
  phrases.en.translation.admin_console.connector_details.test_message_sent;

/**
 * What the sign-in page shows, by the moment at which it does. Without money on the account it has, from Logto
 * 1.43 on, phrases of its own for the first send (`useSendVerificationCode` and the sign-in form's `useOnSubmit`).
 */
export const toVisitorToasts = (
  error: ConnectorError,
  type: TemplateType,
  locale: string
): Record<string, string> => {
  const toast = toPhrase(error, locale);

  if (error.code !== ConnectorErrorCodes.UsageLimitExceeded) {
    return { 'visitor reads': toast };
  }

  const language = isExperienceLanguageTag(locale) ? locale : getExperienceLanguageTag(locale);
  const {
    send_verification_code_failed: failed,
    send_verification_code_failed_use_password: usePassword,
  } = experiencePhrases[isExperienceLanguageTag(language) ? language : 'en'].translation.error;

  return {
    'visitor reads': failed,
    ...(type === TemplateType.SignIn && {
      'or, on the password page, where a password is allowed': usePassword,
    }),
    'or, on "resend"': toast,
  };
};
