import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';

import { type AccountOptions, createAccount } from './account.js';
import { type BehaviourName, getBehaviour } from './behaviours.js';
import { type Certificate } from './certificates.js';
import { listen } from './listen.js';
import { type Fields, readFields, Refusal, reply } from './requests.js';

type EmulatorOptions = AccountOptions & {
  /** 0 picks a free one. */
  port?: number;
  /** Serves HTTPS with this certificate. */
  certificate?: Certificate;
  email?: string;
  apiKey?: string;
  /** Asked anew for every request that has passed authentication; the selector is `sms/send` and the like. */
  behave?: (selector: string, fields: Fields) => BehaviourName | undefined;
  /** Called for every request that is refused. */
  onRefusal?: (refusal: { selector: string; status: number; reason: string }) => void;
};

/** The account, unless the options name another. */
export const defaultAccount = {
  email: 'owner@example.com',
  apiKey: 'emulated-api-key-0123456789',
};

/** Without the query, in which an older API has the password: it must not be printed. */
const toSelector = ({ url = '/' }: IncomingMessage) => url.replaceAll(/^\/v2\/|\?.*/g, '');

/**
 * Starts a stand-in for SMSAero's gateway on the loopback interface, after what is known of its API v2.
 *
 * - Checks run in this order: Basic auth 401, fields 400 (all bad ones at once), money 402.
 * - `sms/send` answers with the number as a string and the cost as a number, `sms/status` the other way
 *   round, as the real one does.
 * - A message is charged when it is taken. It then reaches its reader, unless its statuses end with 2, 6 or 8.
 * - `sms/testsend` delivers and charges nothing.
 * - Where Telegram does not deliver and an SMS is to go out instead, it does at the look-up that finds this.
 */
export const startEmulator = async ({
  port = 0,
  certificate,
  email = defaultAccount.email,
  apiKey = defaultAccount.apiKey,
  behave,
  onRefusal,
  ...options
}: EmulatorOptions = {}) => {
  const arrivals: Array<{ path: string }> = [];
  const { routes, deliveries, setBalance } = createAccount(options);
  const state = { behave };
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const selector = toSelector(request);

    arrivals.push({ path: request.url ?? '/' });

    const fields = await readFields(request);

    if (request.headers.authorization !== authorization) {
      throw new Refusal(401, 'Your request was made with invalid credentials.');
    }

    const name = state.behave?.(selector, fields);
    const behaviour = getBehaviour(name, selector);

    if (behaviour.refusal) {
      throw new Refusal(...behaviour.refusal);
    }

    if (behaviour.answerEarly) {
      behaviour.answerEarly(response);
      onRefusal?.({ selector, status: response.statusCode, reason: String(name) });

      return;
    }

    const data = routes.get(selector)?.(fields, behaviour);

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
    try {
      await handle(request, response);
    } catch (error: unknown) {
      const { status, message, data } =
        error instanceof Refusal ? error : new Refusal(400, 'Bad request');

      reply(response, status, { success: false, data: data ?? null, message });
      onRefusal?.({
        selector: toSelector(request),
        status,
        reason: data ? `${message} ${JSON.stringify(data)}` : message,
      });
    }
  };
  const server = certificate
    ? https.createServer(certificate, listener)
    : http.createServer(listener);

  const actualPort = await listen(server, port);

  return {
    /** The base URL, for the connector's `gatewayUrl`. */
    url: `${certificate ? 'https://localhost' : 'http://127.0.0.1'}:${actualPort}/v2/`,
    email,
    apiKey,
    /** Every request, in order. */
    arrivals,
    /** Every message that reached its reader, in order. */
    deliveries,
    setBalance,
    /** For all requests from now on, or for those of one selector alone. */
    setBehaviour: (name?: BehaviourName, selector?: string) => {
      state.behave = (asked) => (asked === (selector ?? asked) ? name : undefined);
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
