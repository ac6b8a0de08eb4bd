// What Logto shows of a send's outcome, in the words of its own packages.
import { ZodError } from 'zod';

import { isKeyInObject } from '@logto/cli/lib/connector/index.js';
import { ConnectorError, ConnectorErrorCodes } from '@logto/connector-kit';
import phrases, { getDefaultLanguageTag, isBuiltInLanguageTag } from '@logto/phrases';
import experiencePhrases, {
  getDefaultLanguageTag as getExperienceLanguageTag,
  isBuiltInLanguageTag as isExperienceLanguageTag,
} from '@logto/phrases-experience';

/** The phrase of Logto's API for an error, in the reader's language. */
const toToast = (error: unknown, locale: string) => {
  if (!(error instanceof ConnectorError)) {
    return 'Internal server error.';
  }

  const { code, data } = error;
  const language = isBuiltInLanguageTag(locale) ? locale : getDefaultLanguageTag(locale);
  const own = isBuiltInLanguageTag(language) ? phrases[language].errors?.connector : {};
  const all: Record<string, unknown> = { ...phrases.en.errors.connector, ...own };
  const description = isKeyInObject(data, 'errorDescription')
    ? String(data.errorDescription)
    : JSON.stringify(data);

  return String(all[code]).replace('{{errorDescription}}', () => description);
};

/** What the console shows after "Send"; it lists what is wrong with a config. */
export const toAdminToast = (error: unknown) => {
  const { data } = error instanceof ConnectorError ? error : { data: undefined };
  const issues = data instanceof ZodError ? data.issues : [];

  return [toToast(error, 'en'), ...issues.map(({ message }) => message)].join(' ');
};

export const successToast =
  phrases.en.translation.admin_console.connector_details.test_message_sent;

const getExperiencePhrases = (locale: string) => {
  const language = isExperienceLanguageTag(locale) ? locale : getExperienceLanguageTag(locale);

  return experiencePhrases[isExperienceLanguageTag(language) ? language : 'en'].translation;
};

/** What the sign-in page says above the field for the code. */
export const toCodePage = (number: string, locale: string) => {
  const { enter_passcode: sentence, phone_number: address } =
    getExperiencePhrases(locale).description;

  return sentence.replace('{{address}}', address).replace('{{target}}', `+${number}`);
};

/**
 * What the sign-in page shows after an error. Without money on the account it has, from Logto 1.43 on, phrases of its
 * own (`useSendVerificationCode` and, where a password is allowed, the sign-in form's `useOnSubmit`).
 */
export const toVisitorToast = (error: unknown, locale: string) =>
  error instanceof ConnectorError && error.code === ConnectorErrorCodes.UsageLimitExceeded
    ? getExperiencePhrases(locale).error.send_verification_code_failed
    : toToast(error, locale);
