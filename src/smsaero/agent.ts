import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

/** How long an idle connection is kept, in ms. No common server closes one sooner than after 5 s. */
const idleTimeout = 4000;

/** For each of a name's addresses but the last to be connected to, in ms. Node's 250 ms lose to one lost packet. */
const addressTimeout = 1500;

/** How long a look-up may take, in ms, where the name's last addresses are known. */
const lookUpPatience = 1000;

type Name = { hostname: string; options: dns.LookupOptions };

/** The look-ups under way. Node has two threads for all of a process, and one silent name may hold each for a minute. */
const pending = new Map<string, Promise<dns.LookupAddress[]>>();

const lastAddresses = new Map<string, dns.LookupAddress[]>();

const ask = async (key: string, { hostname, options }: Name) => {
  try {
    const addresses = await new Promise<dns.LookupAddress[]>((resolve, reject) => {
      // eslint-disable-next-line n/prefer-promises/dns -- the one that a test or a host replaces
      dns.lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error) {
          reject(error);
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

const findAddresses = async (name: Name) => {
  const key = JSON.stringify(name);
  const asked = pending.get(key) ?? ask(key, name);
  const last = lastAddresses.get(key);

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

const findWithCallback = callbackify(findAddresses);

/**
 * Looks a name up like `dns.lookup`, but once for all who ask at the same time. The name's last addresses serve
 * where the look-up fails or says nothing for a second; TLS guards against one that is somebody else's by now.
 */
const lookup: LookupFunction = (hostname, { all, ...options }, callback) => {
  findWithCallback(
    { hostname, options },
    // eslint-disable-next-line @typescript-eslint/ban-types -- what Node passes where there is no error
    (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[] = []) => {
      const [{ address, family } = { address: '', family: 0 }] = addresses;

      if (all) {
        callback(error, addresses);
      } else {
        callback(error, address, family);
      }
    }
  );
};

const ownOptions = {
  keepAlive: true,
  timeout: idleTimeout,
  autoSelectFamilyAttemptTimeout: addressTimeout,
  lookup,
};

/** For plain http, which is for this machine only: no proxy and no agent of the operator's gets to see the key. */
export const plainAgent = new http.Agent(ownOptions);

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
      ? new https.Agent({ ...globalAgent.options, ...ownOptions })
      : globalAgent);

  agents.set(globalAgent, agent);

  return agent;
};
