import { type ServerResponse } from 'node:http';

import { type Envelope, reply } from './requests.js';

export type Behaviour = {
  /** What `--help` says of it. */
  help?: string;
  /** The one call that it is for, otherwise any. */
  selector?: string;
  /** Refuses in place of all checks that follow authentication: the HTTP status, and what SMSAero says. */
  refusal?: [status: number, message: string];
  /** Answers in their place. */
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
 * What SMSAero, or any server, may do as an exception. Most of it was reported or can be expected; little of it
 * was captured. Each is off until it is switched on by its name.
 */
export const behaviours = {
  'refuse-with-200': {
    help: 'refuses in an HTTP 200: not enough money',
    refusal: [200, 'Not enough money'],
  },
  'rate-limit': {
    help: 'refuses with HTTP 429',
    refusal: [429, 'Too many requests'],
  },
  'account-refused': {
    help: 'refuses with HTTP 403: no access to the API',
    refusal: [403, 'Access denied'],
  },
  'ip-refused': {
    help: 'refuses with HTTP 404: the IP address is not allowed',
    refusal: [404, 'Invalid ip-address'],
  },
  maintenance: {
    help: 'answers HTTP 503 with a page in HTML',
    answerEarly: (response) => {
      reply(response, 503, '<html><body>Maintenance</body></html>');
    },
  },
  redirect: {
    help: 'redirects with HTTP 307',
    answerEarly: (response) => {
      response.writeHead(307, { location: '/v2/sms/send' }).end();
    },
  },
  delivered: { help: 'accepts; the first look-up finds the SMS delivered', statuses: [0, 1] },
  undelivered: {
    help: 'accepts; the second look-up finds the SMS undelivered',
    statuses: [0, 3, 2],
  },
  rejected: { help: 'accepts, with the status "rejected" in the same answer', statuses: [6] },
  'rejected-later': {
    help: 'accepts; the second look-up finds the SMS rejected',
    statuses: [0, 3, 6],
  },
  held: { help: 'accepts, and holds the SMS for moderation', statuses: [8] },
  'held-later': { help: 'accepts; the first look-up finds the SMS held', statuses: [0, 8] },
  'held-then-delivered': {
    help: 'accepts, holds the SMS, and then delivers it',
    statuses: [8, 8, 1],
  },
  strings: {
    help: 'writes all numbers as strings',
    toData: convert((_, value) => (typeof value === 'number' ? String(value) : value)),
  },
  numbers: {
    help: 'writes numbers in strings as numbers',
    toData: convert((key, value) => (numericFields.has(key) ? Number(value) : value)),
  },
  'no-telegram': {
    help: 'accepts for Telegram, and can’t deliver there',
    selector: 'telegram/send',
    statuses: [0, 0, 2],
  },
  'telegram-refused': {
    help: 'refuses Telegram with HTTP 400',
    selector: 'telegram/send',
    refusal: [400, 'Telegram is not available'],
  },
  'telegram-other-code': {
    help: 'sends another code to Telegram',
    selector: 'telegram/send',
    toTelegramCode: (code) => code.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10)),
  },
  'telegram-zero-lost': {
    help: 'drops the leading zeros of a code for Telegram',
    selector: 'telegram/send',
    toTelegramCode: (code) => String(Number(code)),
  },
  array: { help: 'puts the data of an answer into a list', toData: (data) => [data] },
  'no-data': { help: 'accepts, and answers without data', toData: () => null },
  'no-signs': {
    help: 'lists no sender name',
    selector: 'sign/list',
    toData: () => ({ totalCount: '0' }),
  },
  huge: {
    help: 'accepts, and answers with 1 MiB',
    answer: (response, body) => {
      reply(response, 200, { ...body, message: 'x'.repeat(1024 * 1024) });
    },
  },
  slow: {
    help: 'accepts, and answers after 0.1 s',
    answer: (response, body) => {
      setTimeout(reply, 100, response, 200, body);
    },
  },
  silence: {
    help: 'accepts, and never answers',
    answer: () => {
      // The client waits.
    },
  },
  drip: { help: 'accepts, and answers with a space every 20 ms', answer: drip },
  reset: {
    help: 'accepts, and closes the connection without an answer',
    answer: (response) => {
      response.socket?.destroy();
    },
  },
  'cut-off': {
    help: 'accepts, and closes the connection within the answer',
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
