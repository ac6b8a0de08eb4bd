import { ConnectorType, type CreateConnector, type SmsConnector } from '@logto/connector-kit';

import { configGuard } from './config.js';
import { logFailure, logSent, toConnectorError } from './connector-error.js';
import { diagnose } from './diagnosis.js';
import { buildMessage } from './message.js';
import { metadata } from './metadata.js';
import { send } from './send.js';
import { createClient } from './smsaero/client.js';

/** How long things take, in ms; only tests pass other times. */
export const defaultTiming = {
  /** For everything that a send does. Logto's sign-in page gives up after 10 s. */
  send: 8000,
  /** For a console test, the look-ups after its send included. Logto's console gives up after 20 s. */
  test: 15_000,
  /** When a console test looks up the delivery, counted from acceptance. */
  lookUps: [1000, 3000, 6000, 10_000, 13_000],
};

/** Makes the factory. */
export const withTiming =
  (timing: typeof defaultTiming): CreateConnector<SmsConnector> =>
  async ({ getConfig }) => ({
    metadata,
    type: ConnectorType.Sms,
    configGuard,
    sendMessage: async (data, formConfig) => {
      const isTest = formConfig !== undefined;
      const rawConfig = isTest ? formConfig : await getConfig(metadata.id);
      const startedAt = performance.now();

      try {
        const config = configGuard.parse(rawConfig);
        const message = buildMessage(data, config);
        const client = createClient(config);
        const endsAt = startedAt + timing.send;
        const sendOnce = async () => send(message, config, client, { endsAt, isTest });

        if (isTest) {
          await diagnose(sendOnce, client, {
            endsAt: startedAt + timing.test,
            lookUps: timing.lookUps,
            secrets: [message.text, message.code],
          });
        } else {
          logSent(await sendOnce(), data);
        }
      } catch (error: unknown) {
        logFailure(error, data, isTest);

        throw toConnectorError(error, data, isTest);
      }
    },
  });

/**
 * The factory that Logto calls once at load and again for every message.
 *
 * `sendMessage` resolves once SMSAero has accepted the message, and rejects with the kit's `ConnectorError` in
 * every other case. It is given a config only by the console's "Send" test, which also rejects where the
 * message turns out held or rejected within seconds. A real send uses the stored config, makes one request,
 * and leaves one line in the log where it fails or where the message is held.
 */
export default withTiming(defaultTiming);
