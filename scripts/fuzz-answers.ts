// The answers of the fuzz's gateway: good ones and bad ones, and what mutations make of them.
import { gzipSync } from 'node:zlib';

/** The code for Telegram. */
export const code = '381945';

/** Random numbers that are the same for the same seed and message. */
export const createRandom = (seed: number, index: number) => {
  let state = (seed * 48_271 + index * 16_807 + 1) % 2_147_483_647;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;

    return state / 2_147_483_647;
  };

  // Neighbours begin alike.
  next();
  next();

  return {
    /** From 0 to below the limit. */
    upTo: (limit: number) => Math.floor(next() * limit),
    pick: <Item>(items: readonly Item[]): Item => {
      const item = items[Math.floor(next() * items.length)];

      if (item === undefined) {
        throw new Error('There is nothing to pick from.');
      }

      return item;
    },
  };
};

export type Random = ReturnType<typeof createRandom>;

const toAnswer = (status: string, body: string | Buffer, ...headers: string[]) =>
  Buffer.concat([
    Buffer.from(
      [`HTTP/1.1 ${status}`, ...headers, `content-length: ${body.length}`, '', ''].join('\r\n')
    ),
    typeof body === 'string' ? Buffer.from(body) : body,
  ]);

const toChunks = (body: string) => {
  const chunks = [body.slice(0, 20), body.slice(20), ''].map(
    (chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`
  );

  return Buffer.from(
    ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', chunks.join('')].join('\r\n')
  );
};

const toBody = (data: unknown, success = true) => JSON.stringify({ success, data, message: null });

const accepted = toBody({ id: 7, number: '79164058273', status: 0, cost: 5.49 });
const rejected = toBody({ id: 7, number: '79164058273', status: 6, cost: 5.49 });

const answers = [
  toAnswer('200 OK', accepted),
  toAnswer('200 OK', accepted, 'connection: close'),
  toAnswer('200 OK', toBody([{ id: 7, status: 0 }])),
  toAnswer('200 OK', toBody(null)),
  toAnswer('200 OK', toBody({ id: 7, status: 8 })),
  toAnswer('200 OK', rejected),
  toAnswer('200 OK', toBody({ id: '7', status: '6' })),
  toAnswer('200 OK', toBody([{ id: 7, status: 2 }])),
  toAnswer('200 OK', toBody(null, false)),
  toAnswer('400 Bad Request', toBody({ number: ['incorrect'] }, false)),
  toAnswer('402 Payment Required', toBody(null, false)),
  toAnswer('503 Service Unavailable', accepted),
  toAnswer('307 Temporary Redirect', accepted, 'location: /v2/sms/send'),
  toAnswer('200 OK', toBody({ id: 7, telegramCode: code, status: 0 })),
  toAnswer('200 OK', toBody({ id: 7, telegramCode: Number(code), status: 0 })),
  toAnswer('200 OK', toBody({ id: 7, telegramCode: '381946', status: 0 })),
  toAnswer('200 OK', gzipSync(accepted), 'content-encoding: gzip'),
  toAnswer('200 OK', gzipSync(rejected), 'content-encoding: gzip'),
  toChunks(accepted),
  toChunks(rejected),
  Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), toAnswer('200 OK', accepted)]),
];

/** What makes sense in more places than a random byte does. */
const tokens = ['0', '2', '6', '9', ' ', '"', ',', '{', '}', ':', '\r\n', 'true', 'false', 'null'];

const mutations: Record<string, (bytes: Buffer, random: Random) => Uint8Array[]> = {
  flipBit: (bytes, { upTo }) => {
    const flipped = Buffer.from(bytes);
    const place = upTo(bytes.length);

    // eslint-disable-next-line no-bitwise
    flipped[place] = (flipped[place] ?? 0) ^ (1 << upTo(8));

    return [flipped];
  },
  replace: (bytes, { upTo, pick }) => {
    const place = upTo(bytes.length);

    return [bytes.subarray(0, place), Buffer.from(pick(tokens)), bytes.subarray(place + 1)];
  },
  cutEnd: (bytes, { upTo }) => [bytes.subarray(0, upTo(bytes.length + 1))],
  cutOut: (bytes, { upTo }) => {
    const place = upTo(bytes.length);

    return [bytes.subarray(0, place), bytes.subarray(place + 1 + upTo(20))];
  },
  double: (bytes, { upTo }) => {
    const end = upTo(bytes.length + 1);

    return [bytes.subarray(0, end), bytes.subarray(upTo(end + 1))];
  },
  insert: (bytes, { upTo, pick }) => {
    const place = upTo(bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: 1 + upTo(8) }, () => upTo(256)));

    return [
      bytes.subarray(0, place),
      pick([Buffer.from(pick(tokens)), noise]),
      bytes.subarray(place),
    ];
  },
};

export type Answer = { bytes: Buffer; ending: 'open' | 'end' | 'reset' };

/** A good answer or a bad one, with up to two mutations. */
export const createAnswer = (random: Random): Answer => {
  let bytes = random.pick(answers);

  for (let count = random.pick([0, 1, 1, 1, 2]); count > 0; count -= 1) {
    bytes = Buffer.concat(random.pick(Object.values(mutations))(bytes, random));
  }

  return {
    bytes,
    ending: random.pick(['open', 'open', 'open', 'open', 'open', 'open', 'end', 'reset']),
  };
};
