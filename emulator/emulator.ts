import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

import { type Behaviour, type BehaviourName, getBehaviour } from './behaviours.js';
import { type Certificate } from './certificates.js';
import { listen } from './listen.js';
import { refuse, reply } from './replies.js';

type Fields = Record<string, unknown>;

/** A message as its reader sees it. */
type Delivery = { number: string; sign: string; text: string };

/** A request as it arrived. */
type Arrival = { method: string; path: string; authorization?: string; fields: Fields };

type EmulatorOptions = {
  /** 0 picks a free one. */
  port?: number;
  /** Serves HTTPS with this certificate. */
  certificate?: Certificate;
  email?: string;
  apiKey?: string;
  /** Money on the account, in roubles. */
  balance?: number;
  /** Approved sender names; the shared one is known in two spellings. */
  signs?: string[];
  /** How long an idle connection is kept, in ms. */
  keepAliveTimeout?: number;
  /** Whether the answers' `Keep-Alive` header says so. */
  isKeepAliveAnnounced?: boolean;
  /** Asked anew for every request that has passed authentication; the selector is `sms/send` and the like. */
  behave?: (selector: string) => BehaviourName | undefined;
  onDelivery?: (delivery: Delivery) => void;
};

/** Roubles per message. */
const price = 5.49;

const extendedStatuses: Record<number, string> = {
  0: 'queue',
  1: 'delivery',
  3: 'sent',
  4: 'wait',
  6: 'reject',
  8: 'moderation',
};

/** What the next look at a message finds, until it is delivered. */
const nextStatuses: Record<number, number> = { 0: 3, 8: 3, 3: 4, 4: 1 };

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly data?: unknown
  ) {
    super(message);
  }
}

/** Fields from the query, and from a JSON or form body. */
const readFields = async (request: IncomingMessage, query: URLSearchParams): Promise<Fields> => {
  const body = await text(request);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const fields: unknown = isForm
    ? Object.fromEntries(new URLSearchParams(body))
    : JSON.parse(body || '{}');

  return { ...Object.fromEntries(query), ...(typeof fields === 'object' && fields) };
};

type Rules = Record<string, (value: unknown) => boolean>;

/** Tells of all bad fields at once. */
const validate = (fields: Fields, rules: Rules) => {
  const errors = Object.entries(rules).flatMap(([name, isValid]) => {
    const value = fields[name];

    if (String(value ?? '') === '') {
      return [[name, ['required']]];
    }

    return isValid(value) ? [] : [[name, ['incorrect']]];
  });

  if (errors.length > 0) {
    throw new Refusal(400, 'Validation error.', Object.fromEntries(errors));
  }
};

const isNumber = (value: unknown) => /^[1-9]\d{6,14}$/.test(String(value));

/**
 * Starts a stand-in for SMSAero's gateway on the loopback interface, after what is known of its API v2.
 *
 * - Checks run in this order: Basic auth 401, fields 400 (all bad ones at once), money 402.
 * - `sms/send` answers with the number as a string and the cost as a number, `sms/status` the other way
 *   round, as the real one does.
 * - `sms/testsend` delivers and charges nothing.
 */
export const startEmulator = async ({
  port = 0,
  certificate,
  email = 'owner@example.com',
  apiKey = 'emulated-api-key-0123456789',
  balance = 1000,
  signs = ['SMSAero', 'SMS Aero'],
  keepAliveTimeout = 5000,
  isKeepAliveAnnounced = true,
  behave,
  onDelivery,
}: EmulatorOptions = {}) => {
  const arrivals: Arrival[] = [];
  const deliveries: Delivery[] = [];
  const sent = new Map<number, Fields & { status: number }>();
  const state = { balance, behave };
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;

  const isApproved = (sign: unknown) =>
    signs.some((name) => name.toLowerCase() === String(sign).toLowerCase());

  const send = (fields: Fields, { status = 0 }: Behaviour, isTest: boolean) => {
    validate(fields, { number: isNumber, sign: isApproved, text: Boolean });

    if (!isTest && state.balance < price) {
      throw new Refusal(402, 'Not enough money');
    }

    const [number, sign, text] = [String(fields.number), String(fields.sign), String(fields.text)];
    const now = Math.floor(Date.now() / 1000);
    const message = {
      id: 1001 + sent.size,
      from: sign,
      number,
      text,
      status: isTest ? 1 : status,
      extendStatus: extendedStatuses[isTest ? 1 : status],
      channel: 'FREE SIGN',
      cost: price,
      dateCreate: now,
      dateSend: now,
    };

    sent.set(message.id, message);

    if (!isTest) {
      state.balance -= price;
      deliveries.push({ number, sign, text });
      onDelivery?.({ number, sign, text });
    }

    return { ...message };
  };

  const getStatus = ({ id }: Fields) => {
    const message = sent.get(Number(id));

    if (!message) {
      throw new Refusal(404, 'Not found');
    }

    const { status } = message;

    message.status = nextStatuses[status] ?? status;

    return {
      ...message,
      status,
      extendStatus: extendedStatuses[status],
      number: Number(message.number),
      cost: String(message.cost),
    };
  };

  const listSigns = () => {
    const entries = signs.map((name, index) => ({
      id: index + 1,
      name,
      status: 1,
      extendStatus: 'approve',
    }));

    return { ...entries, totalCount: String(entries.length) };
  };

  /** What each call answers with, or throws a `Refusal`. */
  const routes: Record<string, (fields: Fields, behaviour: Behaviour) => unknown> = {
    auth: () => null,
    balance: () => ({ balance: Number(state.balance.toFixed(2)) }),
    'sign/list': listSigns,
    'sms/send': (fields, behaviour) => send(fields, behaviour, false),
    'sms/testsend': (fields, behaviour) => send(fields, behaviour, true),
    'sms/status': getStatus,
    'sms/teststatus': getStatus,
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '/' } = request;
    const { pathname, searchParams } = new URL(url, 'http://emulator');
    const fields = await readFields(request, searchParams);
    const arrival = {
      method,
      path: pathname,
      authorization: request.headers.authorization,
      fields,
    };
    const selector = pathname.replaceAll(/^\/v2\/|\/$/g, '');

    arrivals.push(arrival);

    if (arrival.authorization !== authorization) {
      throw new Refusal(401, 'Your request was made with invalid credentials.');
    }

    const behaviour = getBehaviour(state.behave?.(selector));

    if (behaviour.answerEarly) {
      behaviour.answerEarly(response, arrival);
      return;
    }

    const data = routes[selector]?.(fields, behaviour);

    if (data === undefined) {
      throw new Refusal(404, 'Not found');
    }

    const body = {
      success: true,
      data: behaviour.toData ? behaviour.toData(data) : data,
      message: selector === 'auth' ? 'Successful authorization.' : null,
    };

    if (behaviour.answer) {
      behaviour.answer(response, body);
    } else {
      reply(response, 200, body);
    }
  };

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    if (!isKeepAliveAnnounced) {
      // Node adds the other header only where this one is not set.
      response.setHeader('connection', 'keep-alive');
    }

    try {
      await handle(request, response);
    } catch (error: unknown) {
      const { status, message, data } =
        error instanceof Refusal ? error : new Refusal(400, 'Bad request');

      refuse(response, status, message, data);
    }
  };
  const server = certificate
    ? https.createServer(certificate, listener)
    : http.createServer(listener);

  server.keepAliveTimeout = keepAliveTimeout;

  const actualPort = await listen(server, port);

  return {
    /** The base URL, for the connector's `gatewayUrl`. */
    url: `${certificate ? 'https://localhost' : 'http://127.0.0.1'}:${actualPort}/v2/`,
    email,
    apiKey,
    /** Every request, in order. */
    arrivals,
    /** Every message that was taken for delivery, in order. */
    deliveries,
    setBalance: (roubles: number) => {
      state.balance = roubles;
    },
    /** For all requests, or for those of one selector while the others go on as before. */
    setBehaviour: (name?: BehaviourName, selector?: string) => {
      const before = selector === undefined ? undefined : state.behave;

      state.behave = (asked) => (asked === (selector ?? asked) ? name : before?.(asked));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

export type Emulator = Awaited<ReturnType<typeof startEmulator>>;
