import https from 'node:https';
import { Worker } from 'node:worker_threads';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { getAgent } from '../src/agent.js';
import { postMessage } from '../src/gateway.js';

import { startRawServer } from './faults.js';
import { config, message } from './fixtures.js';

const { email, apiKey } = config;
const { globalAgent } = https;
const body = '{"success":true,"data":{"id":7,"status":0}}';
const respond = (...headers: string[]) =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...headers, '', body].join('\r\n');

const send = async (gatewayUrl: string) =>
  postMessage(message, { email, apiKey, gatewayUrl }, { deadline: 2000 });

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
    ['says 20 s', ['keep-alive: timeout=20'], [19_000]],
    ['says 5 s, and how many messages', ['Keep-Alive: max=100, timeout=5'], [4000]],
    ['says five minutes', ['keep-alive: timeout=300'], [60_000]],
    ['says one second', ['keep-alive: timeout=1'], []],
    ['says no time', ['keep-alive: timeout=0'], []],
    ['says something else', ['keep-alive: yes'], [4000]],
    ['closes it', ['connection: close', 'keep-alive: timeout=20'], []],
  ])(
    'is kept, without a message, as long as is safe where the gateway %s',
    async (_, headers, limits) => {
      const server = await start(...headers);

      await send(server.url);
      await expect.poll(getIdleLimits).toEqual(limits);

      await send(server.url);
      expect(server.connections).toHaveLength(limits.length > 0 ? 1 : 2);

      await server.close();
      await expect.poll(getIdleLimits).toEqual([]);
    }
  );

  it('is a new one after the gateway closed it without saying so', async () => {
    const server = await startRawServer({
      certificate,
      onRequest: (socket) => {
        socket.end(respond());
      },
    });

    await send(server.url);
    await send(server.url);
    expect(server.written()).toBe(2);
    await server.close();
  });

  it('is a new one after the gateway closed it while this process was busy', async () => {
    const gateway = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
      const server = require('node:tls').createServer(workerData.certificate, (socket) => {
        socket.on('error', () => {});
        socket.on('data', () => {
          socket.write(workerData.response);
          setTimeout(() => socket.end(), 50);
        });
      });
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true, workerData: { certificate, response: respond() } }
    );
    const port = await new Promise((resolve) => {
      gateway.once('message', resolve);
    });
    const url = `https://localhost:${String(port)}/v2/`;

    await send(url);
    // Nothing runs in this thread meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    await expect(send(url)).resolves.toMatchObject({ id: 7 });
    await gateway.terminate();
  });

  it('is not proof, when it is lost, that a message was not sent, however old it is', async () => {
    const { url, written, connections, close } = await start();
    const next = await start();
    const sendTo = async (limits: { deadline: number }) =>
      postMessage(message, { email, apiKey }, { gatewayUrls: [url, next.url], ...limits });

    await sendTo({ deadline: 2000 });
    breakNext = (reset) => {
      reset();
    };
    await expect(sendTo({ deadline: 2000 })).rejects.toMatchObject({ kind: 'timeout' });

    await sendTo({ deadline: 2000 });
    breakNext = () => {
      // Silence.
    };
    await expect(sendTo({ deadline: 100 })).rejects.toMatchObject({ kind: 'timeout' });

    expect([written(), connections.length, next.written()]).toEqual([4, 2, 0]);
    await close();
    await next.close();
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
});
