import https from 'node:https';
import net, { type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import tls, { type SecureVersion } from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { listen } from '../emulator/listen.js';
import { createClient } from '../src/smsaero/client.js';
import { account, endsIn, sms } from '../src/smsaero/fixtures.js';

const { globalAgent } = https;
const answer = '{"success":true,"data":{"id":7}}';

/** The texts of all messages that any host received. */
const received: string[] = [];

/** What each host holds back of the handshake that is under way. */
const held: Array<() => void> = [];

const servers: net.Server[] = [];
const sockets = new Set<Socket>();
let certificate: Certificate;

beforeAll(async () => {
  const authority = await createAuthority();

  certificate = await createCertificate(authority);
  globalAgent.options.ca = authority.cert;
});

afterEach(() => {
  https.globalAgent = globalAgent;
  received.length = 0;
});

afterAll(() => {
  for (const server of servers) {
    server.close();
  }

  for (const socket of sockets) {
    socket.destroy();
  }
});

/**
 * A host that answers a client's flights of a handshake as they come, but holds its last answer back until it is
 * told: the client is ready to send as soon as it has that one.
 */
const startHost = async (version: SecureVersion) => {
  const flights = version === 'TLSv1.3' ? 1 : 2;
  const server = net.createServer((socket) => {
    let seen = 0;
    let isHeld = false;
    let isLetGo = false;
    const queue: Array<() => void> = [];
    const letGo = () => {
      isLetGo = true;

      for (const write of queue.splice(0)) {
        write();
      }
    };
    const wire = new Duplex({
      read: () => {
        socket.resume();
      },
      write: (chunk: Uint8Array, _, done) => {
        const write = () =>
          socket.write(chunk, () => {
            done();
          });

        if (seen < flights || isLetGo) {
          write();
        } else {
          queue.push(write);

          if (!isHeld) {
            isHeld = true;
            held.push(letGo);
          }
        }
      },
    });

    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      wire.destroy();
    });
    socket.on('data', (chunk: Uint8Array) => {
      seen += 1;
      wire.push(chunk);
    });

    let text = '';
    const secure = new tls.TLSSocket(wire, {
      isServer: true,
      secureContext: tls.createSecureContext({
        ...certificate,
        minVersion: version,
        maxVersion: version,
      }),
    });

    secure.on('error', () => socket.destroy());
    secure.on('data', (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString();

      const [, message] = /"text":"([^"]+)"/.exec(text) ?? [];

      if (message) {
        text = '';
        received.push(message);
        secure.end(
          `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`
        );
      }
    });
  });

  servers.push(server);

  return `localhost:${await listen(server)}`;
};

/** A proxy, and an agent of an operator's that goes through it and hands over connections that are ready. */
const useProxy = async () => {
  const proxy = net.createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    client.once('data', (head: Uint8Array) => {
      const [, port] = /^CONNECT localhost:(\d+)/.exec(Buffer.from(head).toString()) ?? [];
      const upstream = net.connect(Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });

      upstream.on('error', () => client.destroy());
      client.on('close', () => {
        upstream.destroy();
        sockets.delete(client);
      });
    });
  });
  const port = await listen(proxy);

  servers.push(proxy);

  class ProxyAgent extends https.Agent {
    createConnection(
      options: { host: string; port: number },
      callback: (error: Error | undefined, socket?: Socket) => void
    ) {
      const tunnel = net.connect(port, '127.0.0.1', () => {
        tunnel.write(`CONNECT ${options.host}:${options.port} HTTP/1.1\r\n\r\n`);
        tunnel.once('data', () => {
          const secure = tls.connect(
            { ca: globalAgent.options.ca, servername: 'localhost', socket: tunnel },
            () => {
              callback(undefined, secure);
            }
          );

          secure.on('error', callback);
          secure.on('close', () => tunnel.destroy());
        });
      });

      // The connection comes by the callback.
      return undefined as never;
    }
  }

  https.globalAgent = new ProxyAgent();
};

/** An agent of an operator's that hands over its connections once there are so many, in one loop. */
const useCollectingAgent = (count: number) => {
  const ready: Array<() => void> = [];

  class CollectingAgent extends https.Agent {
    createConnection(
      { port }: { port: number },
      callback: (error: Error | undefined, socket?: Socket) => void
    ) {
      const socket = tls.connect(
        { ca: globalAgent.options.ca, host: '127.0.0.1', port, servername: 'localhost' },
        () => {
          ready.push(() => {
            callback(undefined, socket);
          });

          if (ready.length === count) {
            for (const handOver of ready.splice(0).toReversed()) {
              handOver();
            }
          }
        }
      );

      socket.on('error', callback);

      return undefined as never;
    }
  }

  https.globalAgent = new CollectingAgent();
};

const sleepUntil = async (isTrue: () => boolean) => {
  while (!isTrue()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
};

/**
 * Everything else in this file and in the failover stands on this: of hosts that become ready in the same tick,
 * one gets the request and no other does.
 */
describe('of hosts that are ready in one tick, one gets the message', () => {
  it.each<[version: SecureVersion, ready: number, hosts: number, isProxied: boolean]>([
    ['TLSv1.3', 2, 2, false],
    ['TLSv1.3', 3, 3, false],
    ['TLSv1.3', 2, 3, false],
    ['TLSv1.2', 2, 2, false],
    ['TLSv1.2', 3, 3, false],
    ['TLSv1.3', 3, 3, true],
    ['TLSv1.2', 3, 3, true],
  ])('%s, %i of %i, through a proxy: %s', async (version, ready, count, isProxied) => {
    const messages = 150;
    const hosts: string[] = [];

    for (let index = 0; index < count; index += 1) {
      hosts.push(await startHost(version));
    }

    if (isProxied) {
      await useProxy();
    }

    const texts = Array.from({ length: messages }, (_, index) => `message ${index}`);

    for (const text of texts) {
      held.length = 0;

      const sent = createClient(account, { hosts, headStart: 1, avoidance: 0 }).sendSms(
        { ...sms, text },
        { endsAt: endsIn(20_000) }
      );

      await sleepUntil(() => held.length === count);

      for (const letGo of held.slice(count - ready)) {
        letGo();
      }

      await sent;
    }

    expect(received).toEqual(texts);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('whose connections an agent of the operator hands over in one loop', async () => {
    const hosts = await Promise.all([1, 2, 3].map(async () => startHost('TLSv1.3')));
    const texts = Array.from({ length: 150 }, (_, index) => `message ${index}`);

    useCollectingAgent(hosts.length);

    for (const text of texts) {
      held.length = 0;

      const sent = createClient(account, { hosts, headStart: 1, avoidance: 0 }).sendSms(
        { ...sms, text },
        { endsAt: endsIn(20_000) }
      );

      await sleepUntil(() => held.length === hosts.length);

      for (const letGo of held) {
        letGo();
      }

      await sent;
    }

    expect(received).toEqual(texts);
  });
});
