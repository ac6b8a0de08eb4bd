// 20 000 messages, 64 at a time, through a gateway that does something else each time. Prints what came of
// them; ends with 1 if a message was lost or doubled, or if anything was left behind.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

import { createAuthority, createCertificate } from '../emulator/certificates.js';
import { createClient } from '../src/smsaero/client.js';
import { SendFailure } from '../src/smsaero/failure.js';
import { account } from '../src/smsaero/fixtures.js';
import { startRawServer } from '../test/faults.js';

const messages = 20_000;
const concurrency = 64;
const deadline = 400;
const limits = { connectTimeout: 100, avoidance: 0 };

const authority = await createAuthority();
const certificate = await createCertificate(authority);
const untrusted = await createCertificate(await createAuthority());

https.globalAgent.options.ca = authority.cert;

const gateway = fork(
  new URL('soak-gateway.ts', import.meta.url),
  [JSON.stringify({ certificate, ...account })],
  { execArgv: ['--import', 'tsx'] }
);
const ask = async <Answer>(question?: string) => {
  if (question) {
    gateway.send(question);
  }

  const [answer] = (await once(gateway, 'message')) as [Answer];

  return answer;
};
const { url } = await ask<{ url: string }>();

/** Hosts that fail before a request can be written. */
const closed = await startRawServer({ certificate });

await closed.close();

const badHosts = [
  closed,
  await startRawServer({ certificate, onConnection: (socket) => socket.resetAndDestroy() }),
  await startRawServer({ certificate: untrusted }),
  await startRawServer({}),
];

const pickHosts = () => {
  const count = Math.random() < 0.8 ? 0 : 1 + Math.floor(Math.random() * 2);
  const bad = Array.from(
    { length: count },
    () => badHosts[Math.floor(Math.random() * badHosts.length)]?.host
  );

  return [
    ...bad.filter((item) => item !== undefined),
    ...(Math.random() < 0.98 ? [new URL(url).host] : []),
  ];
};

const measure = async () => {
  globalThis.gc?.();
  await sleep(100);
  globalThis.gc?.();

  const { heapUsed, rss } = process.memoryUsage();
  const sockets = process
    .getActiveResourcesInfo()
    .filter((name) => name === 'TCPSocketWrap').length;

  return { sockets, heapMiB: Math.round(heapUsed / 2 ** 20), rssMiB: Math.round(rss / 2 ** 20) };
};

const unhandled: unknown[] = [];

process.on('unhandledRejection', (error) => unhandled.push(error));
process.on('uncaughtException', (error) => unhandled.push(error));

const outcomes = new Map<string, string>();

const send = async (index: number) => {
  const text = `message ${index}`;

  try {
    await createClient(account, { ...limits, hosts: pickHosts() }).sendSms(
      { number: '79164058273', sign: 'SMSAero', text },
      { endsAt: performance.now() + deadline }
    );
    outcomes.set(text, 'sent');
  } catch (error: unknown) {
    outcomes.set(text, error instanceof SendFailure ? error.kind : `unexpected ${String(error)}`);
  }
};

const run = async (count: number, first = 0) => {
  let next = first;

  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < first + count) {
        next += 1;
        await send(next);
      }
    })
  );
};

// What is loaded and compiled once is not what is left behind.
await run(1000, messages);
await sleep(5000);
outcomes.clear();

const before = await measure();
const start = performance.now();

await run(messages);

const seconds = (performance.now() - start) / 1000;

// Connections are kept for 4 s.
await sleep(5000);

const after = await measure();
const { texts } = await ask<{ texts: string[] }>('report');
const deliveries = new Map<string, number>();

for (const text of texts) {
  deliveries.set(text, (deliveries.get(text) ?? 0) + 1);
}

const mayBeDelivered = new Set(['sent', 'timeout', 'bad-reply', 'rejected']);
const count = (predicate: (text: string, kind: string) => boolean) =>
  [...outcomes].filter(([text, kind]) => predicate(text, kind)).length;
const problems = {
  unsettled: messages - outcomes.size,
  unexpected: count((_, kind) => kind.startsWith('unexpected')),
  'delivered twice': count((text) => (deliveries.get(text) ?? 0) > 1),
  'called sent but not delivered': count((text, kind) => kind === 'sent' && !deliveries.has(text)),
  'called not sent but delivered': count(
    (text, kind) => !mayBeDelivered.has(kind) && deliveries.has(text)
  ),
  'unhandled rejections': unhandled.length,
  'sockets left': after.sockets - before.sockets,
};

console.log(`${messages} messages, ${concurrency} at a time, in ${seconds.toFixed(1)} s`);

const kinds = [...new Set(outcomes.values())].sort();

console.table(
  Object.fromEntries(kinds.map((kind) => [kind, { messages: count((_, value) => value === kind) }]))
);
console.table({ before, after });
console.table(problems);
gateway.kill();
await Promise.all(badHosts.slice(1).map(async ({ close }) => close()));

if (Object.values(problems).some((value) => value > 0) || after.heapMiB > before.heapMiB + 10) {
  process.exitCode = 1;
}
