// The fuzz's gateway, in a process of its own; the answer to `message 7` is the seventh of its seed.
import { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Certificate } from '../emulator/certificates.js';
import { startRawServer } from '../test/faults.js';

import { type Answer, createAnswer, createRandom, type Random } from './fuzz-answers.js';

const [json = '{}'] = process.argv.slice(2);
const { seed, certificate } = JSON.parse(json) as { seed: number; certificate: Certificate };

/** Writes an answer in parts, some of them a moment later. */
const write = async (
  socket: Socket,
  reset: () => void,
  { bytes, ending }: Answer,
  { upTo }: Random
) => {
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + upTo(bytes.length);

    socket.write(bytes.subarray(start, end));
    start = end;

    if (upTo(2) > 0) {
      await sleep(upTo(3));
    }
  }

  if (ending === 'end') {
    socket.end();
  } else if (ending === 'reset') {
    reset();
  }
};

const { host } = await startRawServer({
  certificate,
  onRequest: (socket, reset, body) => {
    const random = createRandom(seed, Number(/message\W(\d+)/.exec(body)?.[1]));

    void write(socket, reset, createAnswer(random), random);
  },
});

process.send?.({ host });
