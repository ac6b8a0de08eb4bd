import { ConnectorType, type CreateConnector, type SmsConnector } from '@logto/connector-kit';

import { configGuard } from './config.js';
import { toConnectorError, toLogLine } from './errors.js';
import { postMessage } from './gateway.js';
import { buildMessage } from './message.js';
import { metadata } from './metadata.js';

/**
 * The factory that Logto calls once at load and again for every message.
 *
 * `sendMessage` resolves once SMSAero has accepted the message, and rejects with the kit's
 * `ConnectorError` in every other case. It is given a config only by the console's "Send" test; a real
 * send uses the stored one, and a failed real send is logged in one line.
 */
const createSmsAeroConnector: CreateConnector<SmsConnector> = async ({ getConfig }) => ({
  metadata,
  type: ConnectorType.Sms,
  configGuard,
  sendMessage: async (data, inputConfig) => {
    const isTest = inputConfig !== undefined;
    const storedConfig = isTest ? undefined : await getConfig(metadata.id);

    try {
      const config = configGuard.parse(inputConfig ?? storedConfig);

      return await postMessage(buildMessage(data, config), config);
    } catch (error: unknown) {
      if (!isTest) {
        console.warn(toLogLine(error, data));
      }

      throw toConnectorError(error, data, isTest);
    }
  },
});

export default createSmsAeroConnector;
