import { ConnectorType, type CreateConnector, type SmsConnector } from '@logto/connector-kit';

import { configGuard } from './config.js';
import { logFailure, toConnectorError } from './connector-error.js';
import { buildMessage } from './message.js';
import { metadata } from './metadata.js';
import { createClient } from './smsaero/client.js';

/** For everything that a send does, in ms. Logto's sign-in page gives up after 10 s. */
const deadline = 8000;

/**
 * The factory that Logto calls once at load and again for every message.
 *
 * `sendMessage` resolves once SMSAero has accepted the message, and rejects with the kit's `ConnectorError` in
 * every other case. It is given a config only by the console's "Send" test; a real send uses the stored one,
 * and a failed real send is logged in one line.
 */
const createSmsAeroConnector: CreateConnector<SmsConnector> = async ({ getConfig }) => ({
  metadata,
  type: ConnectorType.Sms,
  configGuard,
  sendMessage: async (data, formConfig) => {
    const isTest = formConfig !== undefined;
    const rawConfig = isTest ? formConfig : await getConfig(metadata.id);
    const endsAt = performance.now() + deadline;

    try {
      const config = configGuard.parse(rawConfig);
      const { number, text } = buildMessage(data, config);

      await createClient(config).sendSms(
        { number, sign: config.senderName, text },
        { isTest: config.testMode, endsAt }
      );
    } catch (error: unknown) {
      logFailure(error, data, isTest);

      throw toConnectorError(error, data, isTest);
    }
  },
});

export default createSmsAeroConnector;
