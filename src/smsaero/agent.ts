import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { type LookupFunction, type Socket } from 'node:net';
import { callbackify } from 'node:util';

/** How long a look-up may take, in ms, where the name's last addresses are known. */
const lookUpPatience = 1000;

/** The look-ups under way. Node has two threads for all of a process, and one silent name may hold each for a minute. */
const pending = new Map<string, Promise<dns.LookupAddress[]>>();

const lastAddresses = new Map<string, dns.LookupAddress[]>();

const findAddresses = async (hostname: string, options: dns.LookupOptions) => {
  const key = JSON.stringify([hostname, options]);
  const last = lastAddresses.get(key);
  const ask = async () => {
    try {
      const addresses = await new Promise<dns.LookupAddress[]>((resolve, reject) => {
        // Not through `promisify`, which a function that a test or a host puts in its place may confuse.
        // eslint-disable-next-line n/prefer-promises/dns -- the one that is replaced
        dns.lookup(hostname, { ...options, all: true }, (error, found) => {
          // Node can't do without an address, and ends the process over a look-up that succeeds with none.
          if (error ?? found.length === 0) {
            reject(error ?? new Error(`No address of ${hostname}`));
          } else {
            resolve(found);
          }
        });
      });

      lastAddresses.set(key, addresses);

      return addresses;
    } finally {
      pending.delete(key);
    }
  };
  const asked = pending.get(key) ?? ask();

  pending.set(key, asked);

  if (!last) {
    return asked;
  }

  const patience = new Promise<typeof last>((resolve) => {
    setTimeout(resolve, lookUpPatience, last).unref();
  });

  try {
    return await Promise.race([asked, patience]);
  } catch {
    return last;
  }
};

/**
 * Looks a name up like `dns.lookup`, but once for all who ask at the same time. The name's last addresses serve
 * where the look-up fails or says nothing for a second; TLS guards against one that is somebody else's by now.
 */
const lookup: LookupFunction = (hostname, { all, ...options }, callback) => {
  callbackify(findAddresses)(hostname, options, (error, addresses = []) => {
    const [{ address, family } = { address: '', family: 0 }] = addresses;

    callback(error, all ? addresses : address, family);
  });
};

const ownOptions = {
  keepAlive: true,
  /** For an idle connection, in ms. No common server closes one sooner than after 5 s. */
  timeout: 4000,
  /** For each of a name's addresses but the last to be connected to, in ms. Node's 250 ms lose to one lost packet. */
  autoSelectFamilyAttemptTimeout: 1500,
  lookup,
};

/** For plain http, which is for this machine only: no proxy and no agent of the operator's gets to see the key. */
export const plainAgent = new http.Agent(ownOptions);

type Done = (error: Error | undefined, socket?: Socket) => void;

declare module 'node:https' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface is merged
  interface Agent {
    /** Documented for agents, and missing in the types of Node 22. */
    createConnection(options: Record<string, unknown>, done: Done): Socket;
  }
}

/**
 * Node's agent, but for the socket to a proxy that refuses a tunnel: Node leaves it open without a listener, so that a
 * reset of it ends the process (seen with Node 22.23 and 24.21).
 */
class GatewayAgent extends https.Agent {
  override createConnection(options: Record<string, unknown>, done: Done) {
    const socket = super.createConnection(options, (error, connected) => {
      if (error) {
        socket.destroy();
      }

      done(error, connected);
    });

    return socket.on('error', () => socket.destroy());
  }
}

const agents = new WeakMap<https.Agent, https.Agent>();

/**
 * The agent for all https requests: Node's own, with the options of the global one (CAs, `NODE_USE_ENV_PROXY`).
 * One of another class was set by the operator and is taken as it is.
 */
export const getAgent = (): https.Agent => {
  const { globalAgent } = https;
  const agent =
    agents.get(globalAgent) ??
    (globalAgent.constructor === https.Agent
      ? new GatewayAgent({ ...globalAgent.options, ...ownOptions })
      : globalAgent);

  agents.set(globalAgent, agent);

  return agent;
};
