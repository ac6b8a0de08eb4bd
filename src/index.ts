import { ConnectorType, type CreateConnector, type SmsConnector } from '@logto/connector-kit';

import { toAdminError } from './admin.js';
import { checkBalance } from './balance.js';
import { configGuard, readStoredConfig } from './config.js';
import { diagnose } from './diagnosis.js';
import { describeFailure } from './failure.js';
import { logFailure, logSent } from './log.js';
import { buildMessage } from './message.js';
import { metadata } from './metadata.js';
import { send } from './send.js';
import { createClient } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { toVisitorError } from './visitor.js';
import { watch } from './watch.js';

/** How long a send may take from Logto's call on, in ms. Logto's sign-in page gives up after 10 s. */
const sendLimit = 8000;

/** How long a console test may take with its look-ups, in ms. Logto's console gives up after 20 s. */
const testLimit = 15_000;

/**
 * Reads the config from Logto's database. The visitor waits for that, too, so it counts towards the send's time.
 *
 * @returns The config, or the failure to report if reading takes all of the send's time. The failure is not thrown,
 *   because what is thrown here goes to Logto unchanged.
 * @throws Whatever `getConfig` throws.
 */
const readInTime = async (getConfig: (id: string) => Promise<unknown>): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const reason = `Logto took ${sendLimit / 1000} s to read the connector's config`;

      resolve(new SendFailure('unreachable', { reason }));
    }, sendLimit);
    const stop = () => {
      clearTimeout(timer);
    };
    // Async, so that the timer is stopped even if `getConfig` throws at once.
    const reading = (async () => getConfig(metadata.id))();

    // eslint-disable-next-line promise/prefer-await-to-then -- the timer may come first
    reading.then(resolve, reject).finally(stop);
  });

/**
 * The factory that Logto calls once when it loads the connector, and again for every message.
 *
 * `sendMessage` resolves once SMSAero has accepted the message. Otherwise it rejects with the kit's `ConnectorError`,
 * or with the error that `getConfig` threw. Logto passes `sendMessage` a config only for the console's "Send" test,
 * which also fails if the message turns out to be held, rejected or undelivered within seconds. A visitor's message
 * uses the stored config and leaves one line in the log.
 *
 * @example
 * const { sendMessage } = await createConnector({ getConfig: async () => storedConfig });
 * await sendMessage({ to: '79031234567', type: 'SignIn', payload: { code: '381945' } });
 */
const createConnector: CreateConnector<SmsConnector> = async ({ getConfig }) => ({
  metadata,
  type: ConnectorType.Sms,
  configGuard,
  sendMessage: async (data, formConfig) => {
    const startedAt = performance.now();
    const isConsoleTest = formConfig !== undefined;
    const rawConfig = isConsoleTest ? formConfig : await readInTime(getConfig);
    const { type, payload } = data;
    const describeCall = () => ({ usageType: type, ms: Math.round(performance.now() - startedAt) });

    try {
      if (rawConfig instanceof SendFailure) {
        throw rawConfig;
      }

      const config = isConsoleTest ? configGuard.parse(rawConfig) : readStoredConfig(rawConfig);
      const message = buildMessage(data, config);
      const client = createClient({ ...config, secrets: Object.values(message) });
      const endsAt = startedAt + sendLimit;
      const sending = send(message, config, client, { endsAt, isConsoleTest });

      if (isConsoleTest) {
        const { number } = message;
        const { senderName } = config;

        await diagnose(sending, client, { number, senderName, endsAt: startedAt + testLimit });
      } else {
        const sent = await sending;

        logSent({ ...sent, id: client.toShownId(sent.id) }, describeCall());
        void checkBalance(sent, client, config);

        if (config.watchDelivery) {
          void watch(sent, client, type);
        }
      }
    } catch (error: unknown) {
      const failure = describeFailure(error);

      // In a console test the admin reads the failure on the screen. Only a bug of ours needs the log as well.
      if (!isConsoleTest || failure.kind === 'internal') {
        logFailure(failure, describeCall());
      }

      throw isConsoleTest ? toAdminError(failure, type) : toVisitorError(failure, payload);
    }
  },
});

export default createConnector;
