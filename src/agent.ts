import { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import { type Duplex } from 'node:stream';

/**
 * How long a connection is kept without a message, in ms. A message written to a connection that the
 * gateway closes at that moment is lost and must not be repeated, so this stays below what servers wait.
 */
const idleLimits = {
  /** Where the gateway says nothing: no common server waits less than 5 s. */
  unannounced: 4000,
  /** Taken off what its `Keep-Alive` header says. */
  margin: 1000,
  /** Whatever it says: routers forget connections, too. */
  longest: 60_000,
};

/** A connection that was reused before, and used no longer ago, in ms, is taken for open at once. */
const recently = 100;

const announced = new WeakMap<Duplex, number>();
const kept = new WeakSet<Duplex>();

/** The connection that the next message takes: when it was last used, if it was kept before. */
const last = { reusedAt: 0 };

/** Notes how long the gateway says that it will keep this connection. */
export const noteKeepAlive = (socket: Duplex, headers: IncomingHttpHeaders) => {
  const seconds = /\btimeout=(\d+)/i.exec(String(headers['keep-alive']))?.[1];

  if (seconds) {
    announced.set(socket, Number(seconds) * 1000 - idleLimits.margin);
  }
};

/** Keeps connections open for the next message as long as is safe; in all else it is Node's own agent. */
class WarmAgent extends https.Agent {
  keepSocketAlive(socket: Duplex) {
    const limit = Math.min(announced.get(socket) ?? idleLimits.unannounced, idleLimits.longest);

    if (limit <= 0) {
      return false;
    }

    super.keepSocketAlive(socket);
    // eslint-disable-next-line @silverhand/fp/no-mutation
    last.reusedAt = kept.has(socket) ? Date.now() : 0;
    kept.add(socket);

    // An agent closes a free socket when it times out.
    if (socket instanceof Socket) {
      socket.setTimeout(limit);
    }

    return true;
  }
}

const createAgent = (globalAgent: https.Agent) =>
  // One of another class was put there by the operator, for a proxy perhaps.
  globalAgent.constructor === https.Agent
    ? new WarmAgent({ ...globalAgent.options, keepAlive: true, timeout: idleLimits.longest })
    : globalAgent;

const agents = new WeakMap<https.Agent, https.Agent>();

/** The agent for all messages. It has the options of Node's global one: CAs, lookup, `NODE_USE_ENV_PROXY`. */
export const getAgent = (): https.Agent => {
  const { globalAgent } = https;
  const known = agents.get(globalAgent);

  if (known) {
    return known;
  }

  const agent = createAgent(globalAgent);

  agents.set(globalAgent, agent);

  return agent;
};

/**
 * Waits until Node has taken note of what the network brought so far: a kept connection that the gateway
 * closed while this process was busy must not be written to. The first turn may have begun before.
 */
export const settleConnections = async (): Promise<void> => {
  if (Date.now() - last.reusedAt > recently) {
    await new Promise((resolve) => {
      setImmediate(() => setImmediate(resolve));
    });
  }
};
