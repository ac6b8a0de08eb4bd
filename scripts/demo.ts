// What `npm start` does: builds, packs, installs with Logto's own CLI, loads with its own loader, and sends
// codes as Logto core does, to the emulator or to the real SMSAero.
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';

import { ConnectorError, type SendMessageData } from '@logto/connector-kit';
import createBundledConnector from 'official-connector-smsaero';

import { startGateway } from '../test/gateway.js';
import {
  addConnector,
  createInstance,
  killCommands,
  loadInstalled,
  packConnector,
  sendThrough,
} from '../test/logto.js';
import { toAdminToast } from '../test/toasts.js';

import { realSend, type StartOptions } from './options.js';
import { printRow, printRows, printTitle } from './print.js';
import { createStage, type Factory } from './stage.js';
import { defaultCode, smsSteps, telegramSteps, watchSteps } from './steps.js';

/** A folder that is gone when the process ends, however it does. */
const createFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'connector-smsaero-'));

  // For the commands' own temporary files.
  process.env.TMPDIR = folder;
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

  printTitle('Build and pack');

  const tarball = await packConnector(folder);

  printRow('Tarball', path.basename(tarball));

  printTitle('Install into a throw-away Logto folder: logto connector add');

  const instance = await createInstance(path.join(folder, 'logto'));

  printRow('CLI', await addConnector(tarball, instance));

  printTitle("Load with Logto's loader");

  const factory = await loadInstalled(instance);

  printRow('Connector', `${factory.metadata.name.en} (${factory.metadata.id})`);

  return factory;
};

type Template = { usageType: string; content: { default: string } };

/** The templates that the form starts with. */
const getTemplates = ({ metadata }: Factory) =>
  metadata.formItems?.find(({ key }) => key === 'templates')?.defaultValue as Template[];

const sendForReal = async (factory: Factory, options: StartOptions) => {
  const { to, type, locale, telegram, account } = options;
  const data: SendMessageData = { to, type, payload: { code: defaultCode, locale } };
  const form = { ...account, telegram, templates: getTemplates(factory) };

  printTitle(`Send one ${type} code to ${to} through the real SMSAero; this may be charged`);
  // Passed as a test's config, so that the reason of a failure is shown.
  await sendThrough(factory, data, { form });
  printTitle('Done: SMSAero accepted the message.');
};

/** How long the bundled connector is waited for, in ms; by itself it waits for ever. */
const patience = 3000;

const sendToEmulator = async (factory: Factory, options: StartOptions) => {
  const { type, telegram, watch } = options;
  const gateway = await startGateway({
    signs: ['Acme'],
    // An SMS in Telegram's place is delivered by the time it is looked up, or else a demo takes 10 s more.
    ...(telegram && { statuses: [1] }),
    // Accepted, and rejected by the time of the first look-up.
    ...(watch && { statuses: [0, 6] }),
  });
  const { send, sendAndCheck } = createStage(gateway, options);
  const { email, apiKey } = gateway;
  const account = { email, apiKey, senderName: 'Acme' };
  const templates = getTemplates(factory);
  const config = { ...account, templates, telegram, watchDelivery: watch };
  const bundled = { ...factory, createConnector: createBundledConnector };
  const bundledConfig = {
    ...account,
    // It knows no languages.
    templates: templates.map(({ content, ...others }) => ({ ...others, content: content.default })),
  };

  printTitle(`Send ${type} codes to SMSAero's hosts, played by an emulator`);
  printRow('Visitor', 'What the sign-in page says');
  printRow('Handset', 'What the emulator delivers of the message to the visitor');
  printRow('Admin', 'What the console says after "Send"');
  printRow('Log', "What stands in Logto's log about the message to the visitor");

  try {
    for (const step of telegram ? telegramSteps : watch ? watchSteps : smsSteps) {
      printTitle(step.title);

      const result = await sendAndCheck(factory, config, step);
      const rows = result.toRows();

      if (telegram || watch) {
        printRows(rows);
      } else {
        const other = await send(bundled, bundledConfig, step, patience);

        printRow('', 'THIS CONNECTOR', 'THE BUNDLED ONE');
        printRows(rows, other.toRows());
      }
    }
  } finally {
    await gateway.close();
  }

  printTitle(
    watch
      ? 'Done: the log names a code that was reported as sent and was not delivered.'
      : "Done: every code that this connector reported as sent reached the emulator's handset, but for one that is held."
  );
};

/** @throws Error whose message is one sentence. */
export const runDemo = async (factory: Factory, options: StartOptions) => {
  try {
    await (options.account ? sendForReal : sendToEmulator)(factory, options);
  } catch (error: unknown) {
    throw error instanceof ConnectorError ? new Error(toAdminToast(error)) : error;
  }

  printTitle('What next');

  if (!options.account) {
    printRow('Real send', `One message, which may be charged:\n${realSend}`);
  }

  printRow('Install', 'README.md, "Install"');
};
