// The hosts of the soak, in a process of their own. Each message's text says what the gateway does with it. On
// every message from the parent, reports what was received, what was delivered, and the sockets that are open.
import net from 'node:net';
import { pipeline } from 'node:stream';

import { isBehaviourName } from '../emulator/behaviours.js';
import { type Certificate } from '../emulator/certificates.js';
import { startEmulator } from '../emulator/emulator.js';
import { listen } from '../emulator/listen.js';
import { startRawServer } from '../test/faults.js';

export type Host = {
  /** Name and port. */
  host: string;
  /** What may come of a message that it takes, if it takes any; unset where the gateway decides. */
  outcomes?: string[];
};

/** The texts, those of `received` as often as they came. */
export type Report = { received: string[]; delivered: string[]; sockets: number };

const [json = '{}'] = process.argv.slice(2);
const { certificate, untrusted, ...account } = JSON.parse(json) as {
  /** For `*.gate.example`. */
  certificate: Certificate;
  untrusted: Certificate;
  email: string;
  apiKey: string;
};
const received: string[] = [];

const emulator = await startEmulator({
  ...account,
  certificate,
  balance: Number.POSITIVE_INFINITY,
  behave: (_, { text }) => {
    const [, name = ''] = String(text).split(': ');

    received.push(String(text));

    return isBehaviourName(name) ? name : undefined;
  },
});
const port = Number(new URL(emulator.url).port);

/** Leads to the gateway, but needs 100 to 400 ms to connect. */
const slow = net.createServer({ pauseOnConnect: true }, (socket) => {
  setTimeout(
    () => {
      pipeline(socket, net.connect(port, '127.0.0.1'), socket, () => {
        // The end of one, whatever it is, is the end of both.
      });
    },
    100 + Math.random() * 300
  );
});
const slowPort = await listen(slow);

/** Takes a message, changes the protocol, and then says nothing more or resets the connection. */
const startSwitching = async (resetsWithin?: number) =>
  startRawServer({
    certificate,
    onRequest: (socket, reset, request) => {
      received.push(/"text":"([^"]+)"/.exec(request)?.[1] ?? '');
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');

      if (resetsWithin !== undefined) {
        setTimeout(reset, Math.random() * resetsWithin);
      }
    },
  });

const closed = await startRawServer({});

await closed.close();

const raw = {
  switching: await startSwitching(),
  resetting: await startSwitching(20),
  closed,
  refusing: await startRawServer({ onConnection: (socket) => socket.resetAndDestroy() }),
  untrusted: await startRawServer({ certificate: untrusted }),
  mute: await startRawServer({}),
};

/** What comes of messages to those of them that take any; a reset may overtake the 101. */
const outcomes: Record<string, string[]> = {
  switching: ['bad-reply'],
  resetting: ['bad-reply', 'timeout'],
};

const hosts: Host[] = [
  { host: `ready.gate.example:${port}` },
  { host: `slow.gate.example:${slowPort}` },
  { host: `slower.gate.example:${slowPort}` },
  { host: `fading.gate.example:${port}` },
  { host: `silent.gate.example:${port}`, outcomes: [] },
  ...Object.entries(raw).map(([name, { url }]) => ({
    host: `${name}.gate.example:${new URL(url).port}`,
    outcomes: outcomes[name] ?? [],
  })),
];

process.send?.(hosts);
process.on('disconnect', () => process.exit());
process.on('message', () => {
  const report: Report = {
    received,
    delivered: emulator.deliveries.map(({ text }) => text),
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
  };

  process.send?.(report);
});
