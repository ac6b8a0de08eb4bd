// 5000 messages, 32 at a time, over TLS, to a gateway whose answers are flipped, cut, doubled and made up.
// Whatever comes, a message must settle, and may be called sent only if the bytes of its answer say so to
// another reader. Prints what came of them; ends with 1 if one was told wrongly. `--seed` repeats a run.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import { createAuthority, createCertificate } from '../emulator/certificates.js';
import { createClient } from '../src/smsaero/client.js';
import { SendFailure } from '../src/smsaero/failure.js';
import { account } from '../src/smsaero/fixtures.js';

import { type Answer, code, createAnswer, createRandom } from './fuzz-answers.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) } },
});
const seed = Number(values.seed);
const messages = 5000;
const concurrency = 32;
const deadline = 300;

/** Every third message is a code for Telegram. */
const isTelegram = (index: number) => index % 3 === 0;

/** An answer as Node's own client reads it, in memory; undefined for one that is broken or never ends. */
const read = async ({ bytes, ending }: Answer) =>
  new Promise<{ status: number; encoding?: string; body: Buffer } | undefined>((resolve) => {
    const connection = new Duplex({
      read: () => {
        // It is pushed below.
      },
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const giveUp = () => {
      connection.destroy();
      // eslint-disable-next-line unicorn/no-useless-undefined
      resolve(undefined);
    };

    http
      .request({ method: 'POST', createConnection: () => connection as Socket })
      .once('response', (response) => {
        buffer(response).then((body) => {
          const { statusCode: status = 0, headers } = response;

          resolve({ status, encoding: headers['content-encoding'], body });
        }, giveUp);
      })
      .on('upgrade', giveUp)
      .on('error', giveUp)
      .once('finish', async () => {
        // Byte by byte, because what follows a complete answer does not undo it.
        for (const byte of bytes) {
          connection.push(Uint8Array.of(byte));
          await setImmediate();
        }

        if (ending === 'end') {
          connection.push(null);
        }

        setTimeout(giveUp, 100);
      })
      .end();
  });

type Fields = Record<string, unknown>;

const parse = (body: Buffer, encoding?: string): Fields => {
  try {
    const text = (encoding?.toLowerCase() === 'gzip' ? gunzipSync(body) : body).toString();

    return new Object(JSON.parse(text.replace(/^\uFEFF/, ''))) as Fields;
  } catch {
    return {};
  }
};

const isFailed = (status: unknown) =>
  ['string', 'number'].includes(typeof status) && [2, 6].includes(Number(status));

/** Whether the bytes of an answer say that the message was accepted. */
const saysSent = async (answer: Answer, index: number) => {
  const { status = 0, encoding, body = Buffer.alloc(0) } = (await read(answer)) ?? {};
  const { success, data } = parse(body, encoding);
  const items: unknown[] = [data ?? {}].flat();
  const [message = {}] = items;
  const fields = new Object(message) as Fields;

  return [
    status >= 200 && status < 300,
    success === true,
    items.length < 2 && typeof message === 'object',
    !isFailed(fields.status),
    !isTelegram(index) || String(fields.telegramCode ?? code) === code,
  ].every(Boolean);
};

const unhandled: unknown[] = [];

process.on('unhandledRejection', (error) => unhandled.push(error));
process.on('uncaughtException', (error) => unhandled.push(error));

const authority = await createAuthority();

https.globalAgent.options.ca = authority.cert;

const certificate = await createCertificate(authority);
const gateway = fork(
  new URL('fuzz-gateway.ts', import.meta.url),
  [JSON.stringify({ seed, certificate })],
  { execArgv: ['--import', 'tsx'] }
);
const [{ host }] = (await once(gateway, 'message')) as [{ host: string }];
const client = createClient(account, { hosts: [host], avoidance: 0 });

const notHttp = 'bad-reply (not HTTP)';

const send = async (index: number) => {
  const sms = { number: '79164058273', sign: 'Shop', text: `message ${index}` };
  const limit = { endsAt: performance.now() + deadline };

  try {
    await (isTelegram(index)
      ? client.sendTelegram({ ...sms, code }, limit)
      : client.sendSms(sms, limit));

    return 'sent';
  } catch (error: unknown) {
    if (!(error instanceof SendFailure)) {
      return `unexpected ${String(error)}`;
    }

    return error.details.reason?.startsWith('HPE_') ? notHttp : error.kind;
  }
};

console.log(`Seed ${seed}`);

const start = performance.now();
const outcomes = new Map<number, string>();
let last = 0;

await Promise.all(
  Array.from({ length: concurrency }, async () => {
    while (last < messages) {
      last += 1;

      const index = last;

      outcomes.set(index, await Promise.race([send(index), sleep(5000, 'unsettled')]));
    }
  })
);

const seconds = (performance.now() - start) / 1000;

/** The messages that were accepted, as the other reader sees it. */
const accepts = new Set<number>();

await Promise.all(
  [...outcomes.keys()].map(async (index) => {
    if (await saysSent(createAnswer(createRandom(seed, index)), index)) {
      accepts.add(index);
    }
  })
);

const find = (predicate: (outcome: string, isAccepted: boolean) => boolean) =>
  [...outcomes].filter(([index, outcome]) => predicate(outcome, accepts.has(index)));
const problems = {
  unsettled: find((outcome) => outcome === 'unsettled'),
  unexpected: find((outcome) => outcome.startsWith('unexpected')),
  'called sent but not accepted': find((outcome, isAccepted) => outcome === 'sent' && !isAccepted),
  // A reset may overtake the answer, and bytes that an earlier one left on the connection come before it.
  'called refused but accepted': find(
    (outcome, isAccepted) =>
      !['sent', 'timeout', 'unreachable', notHttp].includes(outcome) && isAccepted
  ),
};
const kinds = [...new Set(outcomes.values())].sort();

console.log(`${messages} messages, ${concurrency} at a time, in ${seconds.toFixed(1)} s`);
console.table(
  Object.fromEntries(
    kinds.map((kind) => [kind, { messages: find((outcome) => outcome === kind).length }])
  )
);
console.table({
  ...Object.fromEntries(Object.entries(problems).map(([name, { length }]) => [name, length])),
  'unhandled rejections': unhandled.length,
});

for (const [index, outcome] of Object.values(problems).flat().slice(0, 10)) {
  const { bytes, ending } = createAnswer(createRandom(seed, index));

  console.log({ index, outcome, ending, bytes: bytes.toString('latin1') });
}

gateway.kill();

if (unhandled.length > 0 || Object.values(problems).flat().length > 0) {
  process.exitCode = 1;
}
