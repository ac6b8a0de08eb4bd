import { type ChildProcess, spawn } from 'node:child_process';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { once } from 'node:events';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import { deflateRawSync, gzipSync } from 'node:zlib';

import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { getAgent } from '../src/smsaero/agent.js';
import { createClient } from '../src/smsaero/client.js';
import { SendFailure } from '../src/smsaero/failure.js';
import { account, endsIn, sms } from '../src/smsaero/fixtures.js';

import { oddAnswers, type RawServer, startRawServer } from './faults.js';

type Callback = (
  error: NodeJS.ErrnoException | null,
  addresses: LookupAddress[] | string,
  family?: number
) => void;

const servers = new Set<RawServer>();
let certificate: Certificate;
let ca: string;

/** What DNS says of a name, in place of the loopback address; `silence` for nothing at all. */
const zone = new Map<string, 'silence' | 'EAI_AGAIN' | string[]>();

/** The names that were looked up, in order. */
const lookUps: string[] = [];

const silentLookUps: Callback[] = [];

const { lookup } = dns;

/** Stands in for `dns.lookup`, and like that one tells of one address unless all are asked for. */
const lookUp = (name: string, options: LookupOptions, callback: Callback) => {
  if (!name.endsWith('.example')) {
    // eslint-disable-next-line n/prefer-promises/dns -- stands in for this one
    lookup(name, options, callback as never);
    return;
  }

  const { all } = options;
  const answer = zone.get(name) ?? ['127.0.0.1'];

  lookUps.push(name);

  if (answer === 'silence') {
    silentLookUps.push(callback);
  } else if (answer === 'EAI_AGAIN') {
    callback(Object.assign(new Error(answer), { code: answer }), []);
  } else {
    const addresses = answer.map((address) => ({ address, family: 4 }));

    callback(null, all ? addresses : (answer[0] ?? ''), 4);
  }
};

/** Names that no test had before, because what is known of a name is remembered. */
let lastName = 0;

const createNames = (count: number) =>
  Array.from({ length: count }, () => {
    lastName += 1;

    return `host${lastName}.gate.example`;
  });

const start = async (options: Parameters<typeof startRawServer>[0] = {}) => {
  const server = await startRawServer({
    certificate,
    onRequest: oddAnswers.chunks,
    ...options,
  });

  servers.add(server);

  return server;
};

const toPort = ({ url }: RawServer) => new URL(url).port;

/** A host whose handshake takes so many ms, in which other hosts may come first. */
const startSlow = async (ms: number) => {
  const good = await start();
  const slow = await startRawServer({
    onConnection: (socket) => {
      const timer = setTimeout(() => {
        const behind = net.connect(Number(toPort(good)), '127.0.0.1');

        behind.on('error', () => socket.destroy());
        socket.on('close', () => behind.destroy());
        socket.pipe(behind).pipe(socket);
      }, ms);

      socket.pause();
      socket.once('close', () => {
        clearTimeout(timer);
      });
    },
  });

  servers.add(slow);

  return { ...slow, written: good.written };
};

/** A host that takes connections and says nothing. */
const startDead = async () => {
  let connections = 0;
  const dead = await startRawServer({
    onConnection: () => {
      connections += 1;
    },
  });

  servers.add(dead);

  return { ...dead, connections: () => connections };
};

const send = async (
  hosts: string[],
  { within = 20_000, headStart = 150, avoidance = 600_000, gatewayUrl = '' } = {}
) =>
  createClient({ ...account, ...(gatewayUrl && { gatewayUrl }) }, { hosts, headStart, avoidance })
    .sendSms(sms, { endsAt: endsIn(within) })
    .then(
      ({ host }) => host,
      (error: unknown) => {
        if (error instanceof SendFailure) {
          const { kind, details } = error;

          return [kind, details.reason].filter(Boolean).join(': ');
        }

        throw error;
      }
    );

const sendMany = async (count: number, hosts: string[], options?: Parameters<typeof send>[1]) => {
  const outcomes = await Promise.all(
    Array.from({ length: count }, async () => send(hosts, options))
  );

  return new Set(outcomes);
};

beforeAll(async () => {
  const authority = await createAuthority();

  ca = authority.cert;
  certificate = await createCertificate(authority, { name: '*.gate.example' });
});

beforeEach(() => {
  https.globalAgent = new https.Agent({ ca });
  vi.spyOn(dns, 'lookup').mockImplementation(lookUp as typeof dns.lookup);
  zone.clear();
  lookUps.length = 0;
  silentLookUps.length = 0;
});

afterEach(async () => {
  for (const callback of silentLookUps) {
    callback(Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' }), []);
  }

  await Promise.all([...servers].map(async ({ close }) => close()));
  servers.clear();
});

/** An answer after which the next message needs a connection, and so a name, of its own. */
const closeAfter = (socket: Socket) => {
  socket.end(
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 32\r\n\r\n{"success":true,"data":{"id":7}}'
  );
};

/** Servers, each under a name of its own. */
const nameHosts = (...named: RawServer[]) => {
  const names = createNames(named.length);

  return named.map((server, index) => `${names[index]}:${toPort(server)}`);
};

describe('a path that is slow to every host', () => {
  it('costs its own time and no message, from the first one on and with twenty at once', async () => {
    const slow = await Promise.all([1, 2, 3].map(async () => startSlow(600)));
    const hosts = nameHosts(...slow);

    await expect(send(hosts)).resolves.toBe(hosts[0]);
    await expect(sendMany(20, hosts)).resolves.toEqual(new Set([hosts[0]]));
    expect(slow.map(({ written }) => written())).toEqual([21, 0, 0]);
  });

  it('costs no message either where it is the last host of three, behind two dead ones', async () => {
    const slow = await startSlow(600);
    const hosts = nameHosts(await startDead(), await startDead(), slow);

    await expect(send(hosts)).resolves.toBe(hosts[2]);
    expect(slow.written()).toBe(1);
  });
});

describe('a dead host', () => {
  it('costs one visitor its head start, and the next one nothing', async () => {
    const dead = await startDead();
    const hosts = nameHosts(dead, await start(), await start());

    for (let message = 0; message < 3; message += 1) {
      await expect(send(hosts)).resolves.toBe(hosts[1]);
    }

    expect(dead.connections()).toBe(1);
    await expect.poll(dead.open).toBe(0);
  });

  it('has lost nothing where it was begun after the host that got the message', async () => {
    const dead = await startDead();
    const [slowHost = '', deadHost = ''] = nameHosts(await startSlow(400), dead);

    await expect(send([slowHost, deadHost])).resolves.toBe(slowHost);
    // So it is the first in its turn now.
    await expect(send([deadHost, slowHost])).resolves.toBe(slowHost);
    expect(dead.connections()).toBe(2);
  });

  it('that fails beside the host that got the message is begun after that one', async () => {
    let connections = 0;
    const resetting = await startRawServer({
      onConnection: (socket) => {
        connections += 1;
        socket.resetAndDestroy();
      },
    });
    const [slowHost = '', resettingHost = ''] = nameHosts(await startSlow(400), resetting);

    servers.add(resetting);
    await expect(send([slowHost, resettingHost])).resolves.toBe(slowHost);
    await expect(send([resettingHost, slowHost], { headStart: 20_000 })).resolves.toBe(slowHost);
    expect(connections).toBe(1);
  });

  it('costs no message after an outage of all hosts', async () => {
    const dead = await startDead();
    const outage = await startRawServer({ onConnection: (socket) => socket.resetAndDestroy() });
    const hosts = nameHosts(dead, outage);

    await expect(send(hosts, { within: 600 })).resolves.toMatch(/^unreachable: .*not in time/);
    await outage.close();

    const good = await start();
    const [deadHost = ''] = hosts;
    const [goodHost = ''] = nameHosts(good);

    await expect(sendMany(20, [deadHost, goodHost])).resolves.toEqual(new Set([goodHost]));
  });
});

describe('hosts that fail in the middle of the race', () => {
  it.each<[string, (socket: Socket) => unknown]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['end', (socket) => socket.end()],
    ['answer rubbish', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['begin to answer rubbish', (socket) => socket.write('\u0016\u0003')],
  ])('cost no message and leave no socket: they %s', async (_, fail) => {
    const failing = await Promise.all(
      [0, 5, 10].map(async (ms) =>
        startRawServer({
          onConnection: (socket) => {
            setTimeout(() => {
              if (!socket.destroyed) {
                fail(socket);
              }
            }, ms);
          },
        })
      )
    );

    for (const server of failing) {
      servers.add(server);
    }

    const [one, two, three] = failing;
    const slow = await startSlow(20);

    if (one && two && three) {
      const hosts = nameHosts(one, two, slow, three);

      for (let round = 0; round < 10; round += 1) {
        const outcomes = await sendMany(10, hosts, { headStart: 3, avoidance: 0 });

        expect(outcomes).toEqual(new Set([hosts[2]]));
      }
    }

    expect(slow.written()).toBe(100);
    await expect.poll(() => failing.map(({ open }) => open())).toEqual([0, 0, 0]);
  });
});

describe('a name', () => {
  it('is looked up once for all who ask at the same time', async () => {
    const [host = ''] = nameHosts(await start());

    await expect(sendMany(20, [host])).resolves.toEqual(new Set([host]));
    expect(lookUps).toEqual([host.split(':')[0]]);
  });

  it('is looked up by itself for each family of addresses', async () => {
    const [name = ''] = createNames(1);
    const { lookup: findAddress } = getAgent().options as { lookup: net.LookupFunction };

    await Promise.all(
      [4, 6].map(
        async (family) =>
          new Promise((resolve) => {
            findAddress(name, { family }, resolve);
          })
      )
    );
    expect(lookUps).toEqual([name, name]);
  });

  it('that DNS never answers costs no message, and one look-up', async () => {
    const hosts = nameHosts(await start(), await start(), await start());
    const [silent = ''] = hosts.map((host) => host.split(':')[0] ?? '');

    zone.set(silent, 'silence');

    await expect(sendMany(20, hosts)).resolves.toEqual(new Set([hosts[1]]));
    expect(lookUps.filter((name) => name === silent)).toHaveLength(1);
  });

  it('has its last addresses where DNS fails', async () => {
    const [host = ''] = nameHosts(
      await start({
        onRequest: (socket) => {
          closeAfter(socket);
        },
      })
    );

    await expect(send([host])).resolves.toBe(host);
    zone.set(host.split(':')[0] ?? '', 'EAI_AGAIN');
    await expect(send([host])).resolves.toBe(host);
    expect(lookUps).toHaveLength(2);
  });

  it('has its last addresses where DNS says nothing for a second, for all names at once', async () => {
    const hosts = nameHosts(
      await start({
        onRequest: (socket) => {
          closeAfter(socket);
        },
      }),
      await start({
        onRequest: (socket) => {
          closeAfter(socket);
        },
      })
    );
    const names = hosts.map((host) => host.split(':')[0] ?? '');

    for (const host of hosts) {
      await expect(send([host])).resolves.toBe(host);
    }

    for (const name of names) {
      zone.set(name, 'silence');
    }

    lookUps.length = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

    const sent = sendMany(20, hosts, { headStart: 2000, within: 8000 });

    await vi.advanceTimersByTimeAsync(999);
    expect(silentLookUps).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    await expect(sent).resolves.toEqual(new Set([hosts[0]]));
    expect(lookUps).toEqual([names[0]]);
  });

  it('that has no address at all ends no process', async () => {
    const hosts = nameHosts(await start(), await start());

    zone.set(hosts[0]?.split(':')[0] ?? '', []);
    await expect(send(hosts)).resolves.toBe(hosts[1]);
  });

  it('that never had an address is told as DNS that does not answer', async () => {
    const hosts = nameHosts(await start());

    zone.set(hosts[0]?.split(':')[0] ?? '', 'EAI_AGAIN');
    await expect(send(hosts)).resolves.toBe(`unreachable: ${hosts[0]}: no answer from DNS`);
  });

  /** A listener of its own process, for only a process that is stopped leaves its connections waiting. */
  const listenStalled = async (address: string, port: number) => {
    const child = spawn(process.execPath, [
      '--eval',
      `const net = require('node:net');
      const server = net.createServer((socket) => {
        socket.once('readable', () => {
          socket.pipe(net.connect(${port}, '127.0.0.1')).pipe(socket);
          socket;
        });
      });
      server.listen({ host: '${address}', port: Number(process.argv[1] ?? 0), backlog: 1 }, () => console.log(server.address().port));`,
    ]);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];

    return { child, port: Number(line.toString()) };
  };

  it('with several addresses gives each but the last 1.5 s, so that one lost packet costs a second', async () => {
    const good = await start();
    const [name = ''] = createNames(1);
    const slow = await listenStalled('127.0.0.1', Number(toPort(good)));
    const fillers: Socket[] = [];
    const noteError = vi.fn();
    const stall = async ({ child, port }: { child: ChildProcess; port: number }) => {
      child.kill('SIGSTOP');

      // What its backlog takes is accepted by the system; the next one's first packet is lost.
      for (let index = 0; index < 4; index += 1) {
        fillers.push(net.connect(port, '127.0.0.1').on('error', noteError));
      }
    };

    zone.set(name, ['127.0.0.1', '127.0.0.2']);
    await stall(slow);

    const sent = send([`${name}:${slow.port}`]);

    setTimeout(() => {
      for (const socket of fillers) {
        socket.destroy();
      }

      slow.child.kill('SIGCONT');
    }, 100);

    await expect(sent).resolves.toBe(`${name}:${slow.port}`);
    slow.child.kill('SIGKILL');
  });
});

describe('an answer whose body cannot be read', () => {
  const encode = (status: string, encoding: string, body: Uint8Array) => (socket: Socket) => {
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`
    );
    socket.write(body);
  };
  const words = Buffer.from('{"success":false,"message":"No"}');

  it.each([
    ['401 Unauthorized', 'credentials'],
    ['402 Payment Required', 'funds'],
    ['429 Too Many Requests', 'rate-limit'],
  ])('is decided by its status: %s', async (status, kind) => {
    for (const answer of [
      encode(status, 'deflate', deflateRawSync(words).subarray(1)),
      encode(status, 'gzip', words),
      encode(status, 'gzip', gzipSync(words).subarray(0, 20)),
      encode(status, 'br', words),
      (socket: Socket) => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 100\r\n\r\n{`),
    ]) {
      const hosts = nameHosts(await start({ onRequest: answer }));

      await expect(send(hosts)).resolves.toBe(kind);
      // And it is SMSAero's own, so the host is trusted as before.
    }
  });

  it('is not asked for', async () => {
    const heads: string[] = [];
    const server = await start({
      onRequest: (socket, reset, head) => {
        heads.push(head);
        closeAfter(socket);
      },
    });

    await send(nameHosts(server));
    expect(heads[0]).toMatch(/^accept-encoding: identity$/im);
  });
});
