import https from 'node:https';

/** How long an idle connection is kept, in ms. No common server closes one sooner than after 5 s. */
const idleTimeout = 4000;

const agents = new WeakMap<https.Agent, https.Agent>();

/**
 * The agent for all requests: Node's own, with the options of the global one (CAs, `NODE_USE_ENV_PROXY`)
 * and idle connections closed in time. One of another class was set by the operator and is taken as it is.
 */
export const getAgent = (): https.Agent => {
  const { globalAgent } = https;
  const agent =
    agents.get(globalAgent) ??
    (globalAgent.constructor === https.Agent
      ? new https.Agent({ ...globalAgent.options, keepAlive: true, timeout: idleTimeout })
      : globalAgent);

  agents.set(globalAgent, agent);

  return agent;
};
