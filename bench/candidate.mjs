// One candidate in a process of its own, forked with `{"name":…,"measure":…}` as its argument. It sends its figures as a
// message, because its standard output has the lines that a connector prints.
import https from 'node:https';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { name, file, measure, port, config, sends } = JSON.parse(process.argv[2]);

// SMSAero's host is the emulator, for all candidates alike and below anything that they could notice.
const { createConnection } = https.Agent.prototype;

https.Agent.prototype.createConnection = function (options, ...rest) {
  return createConnection.call(
    this,
    { ...options, host: '127.0.0.1', port, lookup: undefined },
    ...rest
  );
};

const data = {
  to: '79164058273',
  type: 'SignIn',
  payload: { code: '381945', locale: 'ru' },
};

/** Bare node:https with keep-alive: no checks, no templates, no errors to map. */
const createFloor = () => {
  const authorization = `Basic ${Buffer.from(`${config.email}:${config.apiKey}`).toString('base64')}`;

  return async () => ({
    sendMessage: async () =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({
          number: data.to,
          sign: config.senderName,
          text: 'SignIn: 381945 is your code',
        });
        const headers = {
          authorization,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        };

        https
          .request(
            'https://gate.smsaero.ru/v2/sms/send',
            { method: 'POST', headers },
            (response) => {
              const chunks = [];

              response
                .on('data', (chunk) => chunks.push(chunk))
                .on('end', () => {
                  resolve(JSON.parse(Buffer.concat(chunks).toString()));
                })
                .on('error', reject);
            }
          )
          .on('error', reject)
          .end(body);
      }),
  });
};

const load = async () => {
  if (name === 'floor') {
    return createFloor();
  }

  const { default: factory } = await import(pathToFileURL(file).href);

  return factory;
};

/** Sends as Logto does, which calls the factory again for each message. */
const loadSend = async () => {
  const createConnector = await load();

  return async () => {
    const { sendMessage } = await createConnector({ getConfig: async () => config });

    await sendMessage(data);
  };
};

const repeat = async (run, count) => {
  for (let index = 0; index < count; index += 1) {
    await run();
  }
};

const time = async (run) => {
  const start = performance.now();

  await run();

  return performance.now() - start;
};

const collect = async () => {
  await sleep(50);
  globalThis.gc();

  return process.memoryUsage();
};

const percentile = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)];

const measures = {
  importCold: async () => ({ ms: await time(load) }),

  async importWarm() {
    await import('@logto/connector-kit');
    await import('zod');

    return { ms: await time(load) };
  },

  async sends(concurrency = 1) {
    const send = await loadSend();

    await repeat(send, 1000);

    const latencies = [];
    let left = sends;
    const work = async () => {
      while (left > 0) {
        left -= 1;
        latencies.push(await time(send));
      }
    };
    const cpu = process.cpuUsage();
    const ms = await time(async () => Promise.all(Array.from({ length: concurrency }, work)));
    const { user, system } = process.cpuUsage(cpu);

    latencies.sort((one, other) => one - other);

    return {
      perSecond: (latencies.length / ms) * 1000,
      cpu: (user + system) / latencies.length / 1000,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    };
  },

  sendsAtOnce: async () => measures.sends(32),

  async memory() {
    const send = await loadSend();

    await repeat(send, 1000);

    const before = await collect();

    await repeat(send, sends);

    const after = await collect();

    return {
      heap: (after.heapUsed - before.heapUsed) / 1024,
      rss: (after.rss - before.rss) / 1024,
    };
  },
};

process.send(await measures[measure]());
