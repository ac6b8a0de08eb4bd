import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';

import { createClient } from '../src/smsaero/client.js';
import { failureKinds, SendFailure } from '../src/smsaero/failure.js';
import { account, code, endsIn, sms } from '../src/smsaero/fixtures.js';

import { startRawServer } from './faults.js';

const message = fc.record(
  {
    id: fc.constantFrom(7, '7'),
    status: fc.constantFrom(0, 1, 8, 2, 6, '0', '2', '6'),
    telegramCode: fc.constantFrom(code, Number(code), '381946', 381_946),
  },
  { requiredKeys: [] }
);
const json = fc
  .record(
    {
      success: fc.constantFrom<unknown>(true, true, true, true, false, null, 'true', 1),
      data: fc.oneof(
        message,
        message.map((only) => [only]),
        message.map((only) => [[only]]),
        message.map((only) => ({ 0: only, totalCount: '1' })),
        fc.constantFrom(null, [{ id: 7 }, { id: 8 }], { 0: { id: 7 }, 1: { id: 8 } }, 'OK', 7)
      ),
      result: fc.constantFrom('accepted', 'reject', 'no credits'),
    },
    { requiredKeys: ['success', 'data'] }
  )
  .map((fields) => JSON.stringify(fields));

// Bytes are written as a string with a character for each, so that a counterexample can be read.
const frame = (head: string) => (body: string) =>
  `HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const zip = (body: string) => gzipSync(body).toString('latin1');
const chunk = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n`;
const toAnswer = fc.constantFrom(
  frame('200 OK'),
  frame('404 Not Found'),
  frame('503 Service Unavailable'),
  frame('307 Temporary Redirect\r\nlocation: /v2/sms/send'),
  frame('100 Continue\r\n\r\nHTTP/1.1 200 OK'),
  (body: string) => frame('200 OK\r\ncontent-encoding: gzip')(zip(body)),
  (body: string) =>
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${[body.slice(0, 20), body.slice(20), ''].map((part) => chunk(part)).join('')}`
);

const place = fc.nat({ max: 250 });
const token = fc.constantFrom('', ...'0269 ",{}:', '\r\n', 'true', 'false', 'null');
const mutate = fc.oneof(
  fc.tuple(place, fc.nat({ max: 7 })).map(([at, bit]) => (bytes: string) => {
    const flipped = Buffer.from(bytes, 'latin1');

    // eslint-disable-next-line no-bitwise -- a bit is what it flips
    flipped[at % flipped.length]! ^= 1 << bit;

    return flipped.toString('latin1');
  }),
  // What follows may go on where it was, after a gap, or from a place that was written already.
  fc
    .tuple(place, token, fc.constantFrom(0, 1, 4, 250, -4, -250))
    .map(([at, insert, skip]) => (bytes: string) => {
      const end = at % (bytes.length + 1);

      return bytes.slice(0, end) + insert + bytes.slice(Math.max(0, end + skip));
    })
);
const answers = fc
  .tuple(json, toAnswer, fc.array(mutate, { maxLength: 2 }))
  .map(([body, frame, mutations]) => ({
    bytes: mutations.reduce((bytes, mutate) => mutate(bytes), frame(body)),
    isWhole: mutations.length === 0,
  }));

// Told from the documentation once more, because `reply.ts` must not vouch for itself.
const flatten = (data: unknown): unknown[] => {
  const isObject = typeof data === 'object' && data !== null;
  const entries = isObject ? Object.entries(data).filter(([key]) => /^\d+$/.test(key)) : [];

  return Array.isArray(data) || entries.length > 0
    ? entries.flatMap(([, entry]: [string, unknown]) => flatten(entry))
    : [data];
};
const acceptedMessage = z.object({
  status: z.unknown().refine((status) => !/^0*[26]$/.test(String(status))),
  telegramCode: z.unknown(),
});
const accepted = z.object({
  success: z.literal(true),
  data: z.preprocess((data) => flatten(data ?? []), z.array(acceptedMessage).max(1)),
  result: z.unknown().refine((result) => result !== 'reject' && result !== 'no credits'),
});

/** Whether an answer says that the message was accepted, as Node's own client reads it. */
const saysSent = async (url: string, isTelegram: boolean) => {
  const request = http.request(url, { method: 'POST', agent: false }).end();

  request.on('error', () => {
    // What follows a whole answer does not undo it.
  });

  try {
    const events = ['response', 'close'].map(async (event) => once(request, event));
    const [response] = (await Promise.race(events)) as [IncomingMessage];
    const body = await buffer(response);
    const text = response.headers['content-encoding'] ? gunzipSync(body) : body;
    const {
      data: [{ telegramCode } = {}],
    } = accepted.parse(JSON.parse(new TextDecoder().decode(text)));

    return (
      /^2\d\d$/.test(String(response.statusCode)) &&
      !(isTelegram && String(telegramCode ?? code) !== code)
    );
  } catch {
    return false;
  }
};

const send = async (gatewayUrl: string, isTelegram: boolean) => {
  const client = createClient({ ...account, gatewayUrl });
  const limits = { endsAt: endsIn(20_000) };

  try {
    await (isTelegram
      ? client.sendTelegram({ ...sms, code }, limits)
      : client.sendSms(sms, limits));

    return 'sent';
  } catch (error: unknown) {
    return error instanceof SendFailure ? error.kind : error;
  }
};

it('calls a message sent only if the bytes of the answer do, and refused only if they do not', async () => {
  let bytes = '';
  const server = await startRawServer({
    onRequest: (socket) => socket.end(Buffer.from(bytes, 'latin1')),
  });

  onTestFinished(server.close);

  const check = async (answer: { bytes: string; isWhole: boolean }, isTelegram: boolean) => {
    bytes = answer.bytes;

    const outcome = await send(server.url, isTelegram);

    if (await saysSent(server.url, isTelegram)) {
      // Whatever comes behind a whole answer may leave it open what became of the message.
      expect(answer.isWhole ? ['sent'] : ['sent', 'timeout', 'bad-reply']).toContain(outcome);
    } else {
      expect(failureKinds).toContain(outcome);
    }
  };

  await fc.assert(fc.asyncProperty(answers, fc.boolean(), check), { numRuns: 1000 });
});
