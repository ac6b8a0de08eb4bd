import http from 'node:http';
import https from 'node:https';
import net, { type LookupFunction } from 'node:net';
import tls from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { getAgent } from '../src/smsaero/agent.js';
import { createClient } from '../src/smsaero/client.js';
import { account, endsIn, sms } from '../src/smsaero/fixtures.js';

import { startRawServer } from './faults.js';

const { globalAgent } = https;
const body = '{"success":true,"data":{"id":7,"status":0}}';
const respond = (...headers: string[]) =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...headers, '', body].join('\r\n');

const send = async (gatewayUrl: string) =>
  createClient({ ...account, gatewayUrl }).sendSms(sms, { endsAt: endsIn(20_000) });

const getIdleLimits = () =>
  Object.values(getAgent().freeSockets).flatMap((sockets) =>
    (sockets ?? []).map(({ timeout }) => timeout)
  );

describe('the connection to the gateway', () => {
  let certificate: Certificate;
  let breakNext: ((reset: () => void) => void) | undefined;

  beforeAll(async () => {
    const authority = await createAuthority();

    certificate = await createCertificate(authority);
    globalAgent.options.ca = authority.cert;
  });

  afterEach(() => {
    https.globalAgent = globalAgent;
  });

  afterAll(() => {
    getAgent().destroy();
  });

  const start = async (...headers: string[]) => {
    const connections: string[] = [];
    const server = await startRawServer({
      certificate,
      onConnection: ({ remotePort }) => connections.push(String(remotePort)),
      onRequest: (socket, reset) => {
        if (breakNext) {
          breakNext(reset);
          breakNext = undefined;
        } else {
          socket.write(respond(...headers));
        }
      },
    });

    return { ...server, connections };
  };

  it.each([
    ['says nothing', [], [4000]],
    ['says five minutes', ['keep-alive: timeout=300'], [4000]],
    ['says something else', ['keep-alive: yes'], [4000]],
    ['closes it', ['connection: close', 'keep-alive: timeout=20'], []],
  ])('is kept for 4 s without a message where the gateway %s', async (_, headers, limits) => {
    const server = await start(...headers);

    await send(server.url);
    await expect.poll(getIdleLimits).toEqual(limits);

    await send(server.url);
    expect(server.connections).toHaveLength(limits.length > 0 ? 1 : 2);

    await server.close();
    await expect.poll(getIdleLimits).toEqual([]);
  });

  it('is a new one after the gateway closed it without saying so', async () => {
    const server = await startRawServer({
      certificate,
      onRequest: (socket) => {
        socket.end(respond());
      },
    });

    await send(server.url);
    await expect.poll(getIdleLimits).toEqual([]);
    await send(server.url);
    expect(server.written()).toBe(2);
    await server.close();
  });

  it('is not proof, when it is lost, that a message was not sent, however old it is', async () => {
    const { host, written, connections, close } = await start();
    const next = await start();
    const client = createClient(account, { hosts: [host, next.host], avoidance: 0 });
    const sendWithin = async (ms: number) => client.sendSms(sms, { endsAt: endsIn(ms) });

    await sendWithin(20_000);
    breakNext = (reset) => {
      reset();
    };
    await expect(sendWithin(20_000)).rejects.toMatchObject({ kind: 'timeout' });

    await sendWithin(20_000);
    breakNext = () => {
      // Silence.
    };
    await expect(sendWithin(300)).rejects.toMatchObject({ kind: 'timeout' });

    expect([written(), connections.length, next.written()]).toEqual([4, 2, 0]);
    await close();
    await next.close();
  });

  it('may be plain where an agent of the operator hands over such a socket, and gets the message once', async () => {
    const slow = await startRawServer({
      onRequest: (socket) => {
        setTimeout(() => socket.write(respond()), 100);
      },
    });
    const next = await startRawServer({ onRequest: (socket) => socket.write(respond()) });

    class TunnelAgent extends https.Agent {
      createConnection({ host, port }: { host: string; port: number }) {
        return net.connect(port, host);
      }
    }

    https.globalAgent = new TunnelAgent();
    await createClient(account, { hosts: [slow.host, next.host], headStart: 20 }).sendSms(sms, {
      endsAt: endsIn(20_000),
    });
    expect([slow.written(), next.written()]).toEqual([1, 0]);
    await slow.close();
    await next.close();
  });

  it("is made by no agent of the operator's for plain http to this machine", async () => {
    const { globalAgent: plainGlobalAgent } = http;
    const server = await startRawServer({ onRequest: (socket) => socket.write(respond()) });
    const createConnection = vi.fn();

    class ProxyAgent extends http.Agent {
      createConnection = createConnection;
    }

    http.globalAgent = new ProxyAgent();

    try {
      await expect(send(server.url)).resolves.toMatchObject({ host: server.host });
    } finally {
      http.globalAgent = plainGlobalAgent;
    }

    expect(createConnection).not.toHaveBeenCalled();
    await server.close();
  });

  it("is made by the operator's own agent, where there is one", async () => {
    class ProxyAgent extends https.Agent {}

    https.globalAgent = new ProxyAgent({ ca: globalAgent.options.ca });
    expect(getAgent()).toBe(https.globalAgent);

    https.globalAgent = new https.Agent({ ca: globalAgent.options.ca, servername: 'localhost' });
    expect(getAgent()).not.toBe(https.globalAgent);
    expect(getAgent().options).toMatchObject({ servername: 'localhost', keepAlive: true });
    expect(getAgent()).toBe(getAgent());
  });

  it('is looked up by the function that the operator has set on the global agent', async () => {
    const server = await start();
    const lookup = vi.fn<LookupFunction>((_, __, callback) => {
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    });

    https.globalAgent = new https.Agent({ ca: globalAgent.options.ca, lookup });

    await expect(send(server.url)).resolves.toMatchObject({ id: '7' });
    expect(lookup).toHaveBeenCalledExactlyOnceWith(
      'localhost',
      expect.anything(),
      expect.anything()
    );
    await server.close();
  });

  it('over plain http is a new one for each message, because a kept one may be closed unannounced', async () => {
    const server = await startRawServer({
      onRequest: (socket) => {
        // As a server does that says nothing of it: the answer, and a moment later the end.
        socket.write(respond());
        setImmediate(() => socket.end());
      },
    });

    for (let count = 0; count < 50; count += 1) {
      await expect(send(server.url)).resolves.toMatchObject({ id: '7' });
    }

    await server.close();
  });

  it('has carried the message where an answer came, even if its agent never calls it ready', async () => {
    class SilentAgent extends https.Agent {
      createConnection(options: Record<string, unknown>) {
        const socket = tls.connect({ ...options, host: 'localhost' });

        return Object.defineProperty(socket.removeAllListeners('secure'), 'once', {
          value: (event: string, listener: (...args: unknown[]) => void) =>
            event === 'secure' ? socket : socket.on(event, listener),
        });
      }
    }

    const server = await start();

    https.globalAgent = new SilentAgent({ ca: globalAgent.options.ca });
    await expect(send(server.url)).resolves.toMatchObject({ id: '7' });
    await server.close();
  });
});
