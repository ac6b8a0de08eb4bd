import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { type LookupFunction, type Socket } from 'node:net';
import { callbackify, promisify } from 'node:util';

import { toProxyError } from './codes.js';

/** How long to wait for DNS, in ms, if a name's last addresses are known. */
const lookUpPatience = 1000;

/** The look-ups under way. Node does two at a time for a whole process, and silent DNS may hold up each for a minute. */
const pending = new Map<string, Promise<dns.LookupAddress[]>>();

const lastAddresses = new Map<string, dns.LookupAddress[]>();

const findAddresses = async (hostname: string, options: dns.LookupOptions) => {
  const key = JSON.stringify([hostname, options]);
  const last = lastAddresses.get(key);
  const ask = async () => {
    try {
      // Not `promisify(dns.lookup)`: that goes wrong once a test or a host has replaced the function.
      const addresses = await promisify<dns.LookupAddress[]>((done) => {
        // eslint-disable-next-line n/prefer-promises/dns -- see above
        dns.lookup(hostname, { ...options, all: true }, done);
      })();

      // Node ends the process if a look-up succeeds without an address.
      if (addresses.length === 0) {
        throw new Error(`No address of ${hostname}`);
      }

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
 * `dns.lookup`, but with one look-up for all who ask for a name at the same time. If it fails or takes more than a
 * second, the name's last addresses are used. An address that belongs to somebody else by now is refused by TLS.
 */
const lookup: LookupFunction = (hostname, { all, ...options }, callback) => {
  callbackify(findAddresses)(hostname, options, (error, addresses = []) => {
    const [{ address, family } = { address: '', family: 0 }] = addresses;

    callback(error, all ? addresses : address, family);
  });
};

const ownOptions = {
  keepAlive: true,
  /** How long an idle connection is kept, in ms. Common servers close theirs after 5 s or more. */
  timeout: 4000,
  /** How long to try each of a name's addresses but the last, in ms. One lost packet takes more than Node's 250 ms. */
  autoSelectFamilyAttemptTimeout: 1500,
};

/**
 * For plain http, which is allowed only to this machine. It never leads through a proxy, which would see the key. It
 * keeps no connection: a new one costs little here, and a kept one that the gateway closes unannounced loses a message.
 */
export const plainAgent = new http.Agent({ ...ownOptions, lookup, keepAlive: false });

type Done = (error: NodeJS.ErrnoException | undefined, socket?: Socket) => void;

declare module 'node:https' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface is merged
  interface Agent {
    /** Documented for agents, and missing in the types of Node 22. */
    createConnection(options: Record<string, unknown>, done: Done): Socket;
  }
}

/**
 * Node's agent with two changes for proxies (`NODE_USE_ENV_PROXY`). It tells an error of the proxy from one of the host
 * behind it. And it works around a fault of Node's (seen with 22.23 and 24.21): when a proxy refuses a tunnel, Node
 * leaves the socket open and without a listener for errors, so that a reset ends the process.
 */
class GatewayAgent extends https.Agent {
  override createConnection(options: Record<string, unknown>, done: Done) {
    // Behind a proxy, this socket leads to the proxy. `done` gets it if it has failed itself, and else the tunnel's.
    const socket = super.createConnection(options, (error, connected) => {
      if (error) {
        socket.destroy();
      }

      // The code of a tunnel that the proxy refuses says so already.
      const isOfProxy = connected === socket && error?.code !== 'ERR_PROXY_TUNNEL';

      done(error && isOfProxy ? toProxyError(error) : error, connected);
    });

    return socket.on('error', () => socket.destroy());
  }
}

const agents = new WeakMap<https.Agent, https.Agent>();

/**
 * The agent for all https requests. It takes over the options of the global agent (CAs, `NODE_USE_ENV_PROXY`, a `lookup`
 * that the operator has set). If that is of another class, the operator has set it, and it is used as it is.
 */
export const getAgent = (): https.Agent => {
  const { globalAgent } = https;
  const agent =
    agents.get(globalAgent) ??
    (globalAgent.constructor === https.Agent
      ? new GatewayAgent({ lookup, ...globalAgent.options, ...ownOptions })
      : globalAgent);

  agents.set(globalAgent, agent);

  return agent;
};
