// What `npm start` does: builds, packs, installs with Logto's own CLI, loads with its own loader, and sends
// codes as Logto core does, to the emulator or to the real SMSAero.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';

import { ConnectorError, type SendMessageData, TemplateType } from '@logto/connector-kit';

import { startEmulator } from '../emulator/emulator.js';
import {
  addConnector,
  createInstance,
  killCommands,
  loadInstalled,
  packConnector,
  sendThrough,
} from '../test/logto.js';

import { realSend, type StartOptions } from './options.js';
import { successToast, toAdminToast, toVisitorToasts } from './toasts.js';

const step = (text: string) => {
  console.log(`\n› ${text}`);
};
const show = (label: string, text: string) => {
  console.log(`  ${label}: ${text}`);
};

/** A folder that is gone when the process ends, however it does. */
const createFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'connector-smsaero-'));

  process.once('exit', () => {
    killCommands();
    // What was killed may still be about to make its last file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.exit(128 + constants.signals[signal]);
    });
  }

  return folder;
};

/** @throws Error whose message tells what failed. */
export const install = async () => {
  const folder = createFolder();

  step('Build and pack');

  const tarball = await packConnector(folder);

  show('tarball', path.basename(tarball));

  step('Install into a throw-away Logto folder: logto connector add');

  const instance = await createInstance(path.join(folder, 'logto'));

  show('CLI', await addConnector(tarball, instance));

  step("Load with Logto's loader");

  const factory = await loadInstalled(instance);

  show('connector', `${factory.metadata.name.en} (${factory.metadata.id})`);

  return factory;
};

type Factory = Awaited<ReturnType<typeof install>>;

const getTemplates = ({ metadata }: Factory) =>
  metadata.formItems?.find(({ key }) => key === 'templates')?.defaultValue;

/** The operator's log, a `line` at a time. */
const log = new EventTarget();

/** A code that may go to Telegram, and one that may not. */
const code = '421370';
const codeWithZero = '042137';

const sendForReal = async (factory: Factory, options: StartOptions) => {
  const { to, type, locale, telegram, account } = options;
  const data: SendMessageData = { to, type, payload: { code, locale } };
  const form = { ...account, telegram, templates: getTemplates(factory) };

  step(`Send one ${type} code to ${to} through the real SMSAero; this may cost money`);
  // Passed as a test's config, so that the reason of a failure is shown.
  await sendThrough(factory, data, { form });
  step('Done: SMSAero accepted the message.');
};

/** The sends that the connector is shown with, through an emulator of SMSAero. */
const createDemo = async (
  factory: Factory,
  { to, type, locale, telegram, watch }: StartOptions
) => {
  const emulator = await startEmulator({
    signs: ['Acme'],
    // An SMS in Telegram's place is delivered by the time it is looked up, or else a demo takes 10 s more.
    ...(telegram && { statuses: [1] }),
    // Taken, and rejected by the time of the first look-up.
    ...(watch && { statuses: [0, 6] }),
    onDelivery: ({ channel, number, sign, text }) => {
      show(
        'handset',
        `${number} ← ${channel === 'sms' ? `SMS from ${sign}` : 'Telegram'}: ${text}`
      );
    },
  });
  const config = {
    email: emulator.email,
    apiKey: emulator.apiKey,
    senderName: 'Acme',
    templates: getTemplates(factory),
    telegram,
    watchDelivery: watch,
    gatewayUrl: emulator.url,
  };

  /** Gives the error that a send ended with, if any, and throws where that was not expected. */
  const settle = async (
    promise: Promise<unknown>,
    expected: 'sent' | 'failed'
  ): Promise<ConnectorError | undefined> => {
    try {
      await promise;
    } catch (error: unknown) {
      if (error instanceof ConnectorError && expected === 'failed') {
        return error;
      }

      throw error;
    }

    if (expected === 'failed') {
      throw new Error('A failed send was not told as one.');
    }
  };

  return {
    emulator,
    config,
    /** A send as on the sign-in page. */
    visit: async (expected: 'sent' | 'failed', stored = config, payloadCode = code) => {
      const data: SendMessageData = { to, type, payload: { code: payloadCode, locale } };
      const { length } = emulator.deliveries;
      const error = await settle(sendThrough(factory, data, { stored }), expected);

      if (error) {
        for (const [label, toast] of Object.entries(toVisitorToasts(error, type, locale))) {
          show(label, toast);
        }
      } else if (emulator.deliveries.length === length && !watch) {
        throw new Error('A code was called sent that did not arrive.');
      }
    },
    /** "Send" in the console. */
    test: async (expected: 'sent' | 'failed', form = config) => {
      const data = { to, type: TemplateType.Generic, payload: { code: '000000' } };
      const error = await settle(sendThrough(factory, data, { form }), expected);

      show("admin's toast", error ? toAdminToast(error) : successToast);
    },
  };
};

type Demo = Awaited<ReturnType<typeof createDemo>>;

const showSms = async ({ emulator, config, visit, test }: Demo, { type }: StartOptions) => {
  step(`Send a ${type} code through the emulator (${emulator.url})`);
  await visit('sent');

  step('Press "Send" in the console');
  emulator.setBehaviour('delivered');
  await test('sent');

  step('Send where SMSAero holds messages for moderation');
  emulator.setBehaviour('held');
  await test('failed');
  await visit('sent');

  step('Send where SMSAero rejects messages');
  emulator.setBehaviour('rejected');
  await test('failed');
  await visit('failed');

  step('Send with a wrong API key');
  emulator.setBehaviour();
  await test('failed', { ...config, apiKey: 'wrong' });
  await visit('failed', { ...config, apiKey: 'wrong' });

  step('Send without money on the account');
  emulator.setBalance(0);
  await test('failed');
  await visit('failed');
};

const showTelegram = async ({ emulator, config, visit, test }: Demo, { type }: StartOptions) => {
  step(`Send a ${type} code to Telegram through the emulator (${emulator.url})`);
  await visit('sent');

  step('Send a code that begins with 0, which goes by SMS');
  await visit('sent', config, codeWithZero);

  step('Press "Send" in the console');
  emulator.setBehaviour('delivered');
  await test('sent');

  step('Send where SMSAero refuses Telegram: the connector sends an SMS, but none for a test');
  emulator.setBehaviour('telegram-refused');
  await visit('sent');
  await test('failed');

  step('Press "Send" where Telegram does not deliver: SMSAero itself sends an SMS');
  emulator.setBehaviour('no-telegram');
  await test('sent');
};

const showWatch = async ({ emulator, visit }: Demo, { type }: StartOptions) => {
  step(`Send a ${type} code through the emulator (${emulator.url}), which rejects it later`);
  await visit('sent');

  step('Wait for the first look-up, 15 s after SMSAero took the code');
  // Until then only the emulator keeps the process alive.
  await once(log, 'line', { signal: AbortSignal.timeout(30_000) });
};

const sendToEmulator = async (factory: Factory, options: StartOptions) => {
  const { telegram, watch } = options;
  const demo = await createDemo(factory, options);
  const showDelivery = telegram ? showTelegram : showSms;

  try {
    await (watch ? showWatch : showDelivery)(demo, options);
  } finally {
    await demo.emulator.close();
  }

  step(
    watch
      ? 'Done: the log tells of a code that was called sent and not delivered.'
      : 'Done: each code that was called sent was delivered.'
  );
};

const run = async (factory: Factory, options: StartOptions) => {
  await (options.account ? sendForReal : sendToEmulator)(factory, options);

  step('What next');

  if (!options.account) {
    show('send one real message, which may cost money', realSend);
  }

  show('install it in your Logto', 'README.md, "Install"');
};

/** @throws Error whose message is one sentence. */
export const runDemo = async (factory: Factory, options: StartOptions) => {
  console.warn = (line: string) => {
    show("operator's log", line);
    log.dispatchEvent(new Event('line'));
  };

  try {
    await run(factory, options);
  } catch (error: unknown) {
    throw error instanceof ConnectorError ? new Error(toAdminToast(error)) : error;
  }
};
