// 20 000 messages, 200 at a time, to three hosts that do something else each time. Prints what came of them; ends
// with 1 if a message was lost, misread or doubled, or if anything was left behind.
import { fork } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

import { type BehaviourName, behaviours, isBehaviourName } from '../emulator/behaviours.js';
import { createAuthority, createCertificate } from '../emulator/certificates.js';
import { createClient } from '../src/smsaero/client.js';
import { SendFailure } from '../src/smsaero/failure.js';
import { account } from '../src/smsaero/fixtures.js';

import { type Host, type Report } from './soak-gateway.js';

const messages = 20_000;
const concurrency = 200;
/** Three times what a message needs whose last host is reached by the last address of its name: machines are busy. */
const deadline = 4000;
const limits = { headStart: 100, avoidance: 0 };

/** What comes of a message that the gateway does not simply take. */
const outcomeByBehaviour: Partial<Record<BehaviourName, string>> = {
  'refuse-with-200': 'funds',
  'rate-limit': 'rate-limit',
  'account-refused': 'account',
  'ip-refused': 'ip-address',
  maintenance: 'bad-reply',
  redirect: 'bad-reply',
  rejected: 'rejected',
  huge: 'bad-reply',
  silence: 'timeout',
  drip: 'timeout',
  reset: 'timeout',
  'cut-off': 'timeout',
};
// A message that is lost after it was accepted looks to the sender like one that arrives.
const lostLater = new Set(['undelivered', 'rejected-later', 'held', 'held-later']);
const names = Object.keys(behaviours)
  .filter((name) => isBehaviourName(name))
  .filter((name) => !lostLater.has(name));

const authority = await createAuthority();
const certificates = {
  certificate: await createCertificate(authority, { name: '*.gate.example' }),
  untrusted: await createCertificate(await createAuthority(), { name: '*.gate.example' }),
};

https.globalAgent.options.ca = authority.cert;

const gateway = fork(
  new URL('soak-gateway.ts', import.meta.url),
  [JSON.stringify({ ...certificates, ...account })],
  { execArgv: ['--import', 'tsx'] }
);
const ask = async <Answer>(question?: string) => {
  if (question) {
    gateway.send(question);
  }

  const [answer] = (await once(gateway, 'message')) as [Answer];

  return answer;
};
const allHosts = await ask<Host[]>();
/** The first has no faults of its own. */
const readyHosts = allHosts.slice(0, 1);

/** The names that DNS says nothing of, until it gives up. */
const silentNames = new Set(['silent.gate.example']);

Object.assign(dns, {
  lookup: (name: string, _: unknown, callback: (...results: unknown[]) => void) => {
    if (silentNames.has(name)) {
      setTimeout(callback, 4000, Object.assign(new Error('Silence'), { code: 'EAI_AGAIN' }));
    } else {
      setImmediate(callback, null, [{ address: '127.0.0.1', family: 4 }]);
    }
  },
});

const pick = <Item>(items: Item[], count: number) =>
  items
    .map((item) => ({ item, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .slice(0, count)
    .map(({ item }) => item);

/** What may come of a message: not `unreachable` if there is a host that takes it. */
const toExpected = (hosts: Host[], behaviour?: BehaviourName) => {
  const outcome = (behaviour && outcomeByBehaviour[behaviour]) ?? 'sent';
  const expected = hosts.flatMap(({ outcomes = [outcome] }) => outcomes);

  return expected.length > 0 ? expected : ['unreachable'];
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
const unexpected: string[] = [];

const sendTo = async (hosts: string[], text: string) => {
  try {
    await createClient(account, { ...limits, hosts }).sendSms(
      { number: '79164058273', sign: 'SMSAero', text },
      { endsAt: performance.now() + deadline }
    );

    return { kind: 'sent' };
  } catch (error: unknown) {
    return error instanceof SendFailure
      ? { kind: error.kind, reason: error.details.reason }
      : { kind: 'internal', reason: String(error) };
  }
};

const send = async (index: number) => {
  const [behaviour] = Math.random() < 0.5 ? [] : pick(names, 1);
  const hosts = Math.random() < 0.6 ? readyHosts : pick(allHosts, 3);
  const addresses = hosts.map(({ host }) => host);
  const text = `message ${index}: ${behaviour ?? 'accepted'}`;
  const { kind, reason } = await sendTo(addresses, text);

  outcomes.set(text, kind);

  if (!toExpected(hosts, behaviour).includes(kind)) {
    unexpected.push(`${text} by ${addresses.join(', ')}: ${kind} (${reason})`);
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
// From now on only its last address is known.
silentNames.add('fading.gate.example');

const before = await measure();
const start = performance.now();

await run(messages);

const seconds = (performance.now() - start) / 1000;

// Connections are kept for 4 s.
await sleep(5000);

const after = await measure();
const { received, delivered, sockets } = await ask<Report>('report');
const arrived = new Set(delivered);
const count = (predicate: (text: string, kind: string) => boolean) =>
  [...outcomes].filter(([text, kind]) => predicate(text, kind)).length;
const problems = {
  unsettled: messages - outcomes.size,
  'lost or misread': unexpected.length,
  'received twice': received.length - new Set(received).size,
  'called sent but not delivered': count((text, kind) => kind === 'sent' && !arrived.has(text)),
  'unhandled errors': unhandled.length,
  'sockets left': after.sockets,
  'sockets left on the servers': sockets,
};

console.log(`${messages} messages, ${concurrency} at a time, in ${seconds.toFixed(1)} s`);

const kinds = [...new Set(outcomes.values())].sort();

console.table(
  Object.fromEntries(kinds.map((kind) => [kind, { messages: count((_, value) => value === kind) }]))
);
console.table({ before, after });
console.table(problems);

for (const line of unexpected.slice(0, 10)) {
  console.log(line);
}

gateway.kill();

if (Object.values(problems).some((value) => value > 0) || after.heapMiB > before.heapMiB + 10) {
  process.exitCode = 1;
}
