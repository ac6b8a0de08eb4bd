import { type ServerResponse } from 'node:http';

import { accept, refuse, reply } from './replies.js';

export type Behaviour = {
  /** Answers in place of all checks that follow authentication. */
  answerEarly?: (response: ServerResponse, request: unknown) => void;
  /** The delivery status of an accepted message, 0 otherwise. */
  status?: number;
  /** Answers for an accepted message; by then it is delivered and charged. */
  answerAccepted?: (response: ServerResponse, message: unknown) => void;
};

const drip = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });

  const timer = setInterval(() => response.write(' '), 20);

  response.once('close', () => {
    clearInterval(timer);
  });
};

/**
 * Behaviours that somebody reported or that can be expected of any server, but that nobody has shown a
 * capture of. Each is off until it is switched on by its name.
 */
export const behaviours = {
  'refuse-with-200': {
    answerEarly: (response) => {
      refuse(response, 200, 'Not enough money');
    },
  },
  'rate-limit': {
    answerEarly: (response) => {
      refuse(response, 429, 'Too many requests');
    },
  },
  'address-refused': {
    answerEarly: (response) => {
      refuse(response, 404, 'Invalid ip-address');
    },
  },
  maintenance: {
    answerEarly: (response) => {
      reply(response, 503, '<html><body>Maintenance</body></html>');
    },
  },
  redirect: {
    answerEarly: (response) => {
      response.writeHead(307, { location: '/v2/sms/send' }).end();
    },
  },
  echo: {
    answerEarly: (response, request) => {
      refuse(response, 400, `Cannot process ${JSON.stringify(request)}`);
    },
  },
  reject: { status: 6 },
  moderation: { status: 8 },
  array: {
    answerAccepted: (response, message) => {
      accept(response, [message]);
    },
  },
  'no-data': {
    answerAccepted: (response) => {
      accept(response, null);
    },
  },
  huge: {
    answerAccepted: (response, message) => {
      accept(response, message, 'x'.repeat(1024 * 1024));
    },
  },
  slow: {
    answerAccepted: (response, message) => {
      setTimeout(accept, 100, response, message);
    },
  },
  silence: {
    answerAccepted: () => {
      // The client waits.
    },
  },
  drip: { answerAccepted: drip },
  reset: {
    answerAccepted: (response) => {
      response.socket?.destroy();
    },
  },
  'cut-off': {
    answerAccepted: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"success":true,', () => response.socket?.destroy());
    },
  },
} satisfies Record<string, Behaviour>;

export type BehaviourName = keyof typeof behaviours;

export const isBehaviourName = (name: string): name is BehaviourName => name in behaviours;

export const getBehaviour = (name: BehaviourName | undefined): Behaviour =>
  name ? behaviours[name] : {};
