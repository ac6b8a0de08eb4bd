import https from 'node:https';

import { createAuthority, createCertificate } from '../emulator/certificates.js';
import { startEmulator } from '../emulator/emulator.js';
import { defaultLimits } from '../src/smsaero/gateway.js';

import { startRawServer } from './faults.js';

/** Plays all of SMSAero's hosts with one emulator, for every https request of this process. */
export const startGateway = async (options: Parameters<typeof startEmulator>[0]) => {
  const authority = await createAuthority();
  const [name = '', ...otherNames] = defaultLimits.hosts;
  const certificate = await createCertificate(authority, { name, otherNames });
  const emulator = await startEmulator({ ...options, certificate });
  const silent = await startRawServer({});
  const { createConnection } = https.Agent.prototype;
  let silentHost: string | undefined;
  /** An agent that has no connections yet. */
  const renewAgent = () => {
    https.globalAgent = new https.Agent({ ca: authority.cert });
  };

  renewAgent();
  // The bundled connector can't be told of another address.
  https.Agent.prototype.createConnection = function (asked, done) {
    const { url } = asked.host === silentHost ? silent : emulator;
    const target = { host: '127.0.0.1', port: new URL(url).port, lookup: undefined };

    return createConnection.call(this, { ...asked, ...target }, done);
  };

  return {
    ...emulator,
    /** From now on, this host accepts connections and says nothing, and the others answer. */
    silence: (host?: string) => {
      silentHost = host;
      renewAgent();
    },
    close: async () => {
      https.Agent.prototype.createConnection = createConnection;
      await Promise.all([silent.close(), emulator.close()]);
    },
  };
};

export type Gateway = Awaited<ReturnType<typeof startGateway>>;
