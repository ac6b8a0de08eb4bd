import { type ServerResponse } from 'node:http';

import { type Envelope, refuse, reply } from './replies.js';

export type Behaviour = {
  /** The one call that it is for, otherwise any. */
  selector?: string;
  /** Answers in place of all checks that follow authentication. */
  answerEarly?: (response: ServerResponse) => void;
  /** The delivery statuses of the message that is taken, in place of the option's. */
  statuses?: number[];
  /** What becomes of a code on its way to Telegram. */
  toTelegramCode?: (code: string) => string;
  /** Changes the data of a successful answer. */
  toData?: (data: unknown) => unknown;
  /** Gives a successful answer in another way. By then a message is taken, charged and delivered. */
  answer?: (response: ServerResponse, body: Envelope) => void;
};

const drip = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });

  const timer = setInterval(() => response.write(' '), 20);

  response.once('close', () => {
    clearInterval(timer);
  });
};

/** Strings become numbers, or the other way round, wherever they stand. */
const convert = (reviver: (key: string, value: unknown) => unknown) => (data: unknown) =>
  JSON.parse(JSON.stringify(data), reviver) as unknown;

const numericFields = new Set(['number', 'telegramCode', 'cost', 'totalCount']);

/**
 * What SMSAero or any server may do, but that is not the rule. Most of it was reported or can be expected; of
 * little is there a capture. Each is off until it is switched on by its name.
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
  'account-refused': {
    answerEarly: (response) => {
      refuse(response, 403, 'Access denied');
    },
  },
  'ip-refused': {
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
  delivered: { statuses: [0, 1] },
  undelivered: { statuses: [0, 3, 2] },
  rejected: { statuses: [6] },
  'rejected-later': { statuses: [0, 3, 6] },
  held: { statuses: [8] },
  'held-later': { statuses: [0, 8] },
  'held-then-delivered': { statuses: [8, 8, 1] },
  strings: {
    toData: convert((_, value) => (typeof value === 'number' ? String(value) : value)),
  },
  numbers: {
    toData: convert((key, value) => (numericFields.has(key) ? Number(value) : value)),
  },
  'no-telegram': { selector: 'telegram/send', statuses: [0, 0, 2] },
  'telegram-refused': {
    selector: 'telegram/send',
    answerEarly: (response) => {
      refuse(response, 400, 'Telegram is not available');
    },
  },
  'telegram-other-code': {
    selector: 'telegram/send',
    toTelegramCode: (code) => code.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10)),
  },
  'telegram-zero-lost': {
    selector: 'telegram/send',
    toTelegramCode: (code) => String(Number(code)),
  },
  array: { toData: (data) => [data] },
  'no-data': { toData: () => null },
  'no-signs': { selector: 'sign/list', toData: () => ({ totalCount: '0' }) },
  huge: {
    answer: (response, body) => {
      reply(response, 200, { ...body, message: 'x'.repeat(1024 * 1024) });
    },
  },
  slow: {
    answer: (response, body) => {
      setTimeout(reply, 100, response, 200, body);
    },
  },
  silence: {
    answer: () => {
      // The client waits.
    },
  },
  drip: { answer: drip },
  reset: {
    answer: (response) => {
      response.socket?.destroy();
    },
  },
  'cut-off': {
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"success":true,', () => response.socket?.destroy());
    },
  },
} satisfies Record<string, Behaviour>;

export type BehaviourName = keyof typeof behaviours;

export const isBehaviourName = (name: string): name is BehaviourName =>
  Object.hasOwn(behaviours, name);

export const getBehaviour = (name: BehaviourName | undefined, selector: string): Behaviour => {
  const behaviour: Behaviour = name ? behaviours[name] : {};

  return behaviour.selector === undefined || behaviour.selector === selector ? behaviour : {};
};
