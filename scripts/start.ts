// The connector's main job from end to end: built, packed, installed with Logto's own CLI, loaded with its
// own loader, and a code sent as Logto core sends it, to the emulator or to the real SMSAero.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { isKeyInObject } from '@logto/cli/lib/connector/index.js';
import { ConnectorError, type SendMessageData, TemplateType } from '@logto/connector-kit';
import phrases, { getDefaultLanguageTag, isBuiltInLanguageTag } from '@logto/phrases';

import { startEmulator } from '../emulator/emulator.js';
import {
  createInstance,
  loadInstalled,
  packConnector,
  runLogto,
  sendThrough,
} from '../test/logto.js';

const { values } = parseArgs({
  options: {
    to: { type: 'string' },
    type: { type: 'string', default: 'SignIn' },
    locale: { type: 'string', default: 'en' },
  },
});
const { SMSAERO_EMAIL: email, SMSAERO_API_KEY: apiKey, SMSAERO_SENDER: senderName } = process.env;
const isReal = Boolean(email && apiKey && senderName);

const type = Object.values(TemplateType).find((name) => name === values.type);

if (!type) {
  throw new Error(`--type must be one of: ${Object.values(TemplateType).join(', ')}.`);
}

if (isReal && !values.to) {
  throw new Error('Say where the message goes: npm start -- --to 79031234567');
}

const step = (text: string) => {
  console.log(`\n› ${text}`);
};
const show = (label: string, text: unknown) => {
  console.log(`  ${label}: ${typeof text === 'string' ? text : JSON.stringify(text)}`);
};

/** What Logto shows of an error: its own phrase for the code, in the reader's language. */
const toToast = (error: ConnectorError, locale: string) => {
  const language = isBuiltInLanguageTag(locale) ? locale : getDefaultLanguageTag(locale);
  const phrase = Object.entries({
    ...phrases.en.errors.connector,
    ...(isBuiltInLanguageTag(language) && phrases[language].errors?.connector),
  }).find(([code]) => code === error.code)?.[1];
  const description =
    isKeyInObject(error.data, 'errorDescription') && String(error.data.errorDescription);

  return String(phrase).replace('{{errorDescription}}', description || '');
};

const folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-'));

try {
  step('Build and pack');

  const tarball = await packConnector(folder);

  show('tarball', path.basename(tarball));

  step('Install into a throw-away Logto folder: logto connector add');

  const instance = await createInstance(path.join(folder, 'logto'));

  await runLogto(['add', tarball, '-p', instance]);

  const list = await runLogto(['list', '-p', instance]);

  console.log(list.trim().replaceAll(/^/gm, '  '));

  step("Load with Logto's loader");

  const factory = await loadInstalled(instance);

  show('connector', `${factory.metadata.name.en} (${factory.metadata.id})`);

  const to = values.to ?? '79031234567';
  const data: SendMessageData = { to, type, payload: { code: '042137', locale: values.locale } };
  const testData: SendMessageData = {
    to,
    type: TemplateType.Generic,
    payload: { code: '000000' },
  };
  const { defaultValue: templates } =
    factory.metadata.formItems?.find(({ key }) => key === 'templates') ?? {};

  if (isReal) {
    step(`Send one ${type} code to ${to} through the real SMSAero; this may cost money`);
    // The config goes in as a test's, for the reason of a failure to be told.
    show(
      'SMSAero',
      await sendThrough(factory, data, { form: { email, apiKey, senderName, templates } })
    );
  } else {
    const emulator = await startEmulator({
      onDelivery: ({ number, sign, text }) => {
        show('handset', `${number} ← ${sign}: ${text}`);
      },
    });
    const config = {
      email: emulator.email,
      apiKey: emulator.apiKey,
      senderName: 'SMSAero',
      templates,
      gatewayUrl: emulator.url,
    };

    step(`Send a ${type} code through the emulator (${emulator.url})`);
    show('SMSAero', await sendThrough(factory, data, { stored: config }));

    step('Press "Send" in the console');
    show('SMSAero', await sendThrough(factory, testData, { form: config }));

    const fail = async (failingConfig: unknown) => {
      const results = await Promise.allSettled([
        sendThrough(factory, testData, { form: failingConfig }),
        sendThrough(factory, data, { stored: failingConfig }),
      ]);
      const [forAdmin, forVisitor] = results.map((result) =>
        result.status === 'rejected' && result.reason instanceof ConnectorError
          ? result.reason
          : undefined
      );

      if (!forAdmin || !forVisitor) {
        throw new Error('A failed send was not told as one.');
      }

      show("admin's toast", toToast(forAdmin, 'en'));
      show('visitor reads', toToast(forVisitor, values.locale));
    };

    step('Send with a wrong API key');
    await fail({ ...config, apiKey: 'wrong' });

    step('Send without money on the account');
    emulator.setBalance(0);
    await fail(config);

    await emulator.close();
  }

  step(isReal ? 'Done: SMSAero accepted the message.' : 'Done: the message was delivered.');
} catch (error: unknown) {
  console.error(
    `\nFailed: ${error instanceof ConnectorError ? toToast(error, 'en') : String(error)}`
  );
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
