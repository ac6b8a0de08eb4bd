import { got } from 'got';
import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';

import { getAgent } from './agent.js';
import { type Answer } from './reply.js';

const client = got.extend({
  method: 'POST',
  followRedirect: false,
  retry: { limit: 0 },
  throwHttpErrors: false,
  // Plain http is for this machine only. Without an agent no proxy of the environment gets to see the key.
  request: (url, { method, headers }, callback) =>
    url.protocol === 'https:'
      ? https.request(url, { method, headers, agent: getAgent() }, callback)
      : http.request(url, { method, headers, agent: false }, callback),
});

/** What is known where no whole answer came. */
export type NoAnswer = {
  /** An error code of Node's, or one of our own: `LATE`, `TOO_LARGE`, `PROTOCOL`. */
  code: string;
  /** Whether the request may have left. If not, another host can be tried without sending twice. */
  mayHaveLeft: boolean;
  /** The status of the answer that began to come. */
  status?: number;
};

/** UTF-8, without a byte order mark. */
const decoder = new TextDecoder();

/** What Node calls an error, as far as it calls it anything. */
const getCode = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'UNKNOWN';

/** Reads an answer's body, unless it is longer than `limit` bytes. */
const readBody = async (stream: AsyncIterable<Uint8Array>, limit: number) => {
  const chunks: Uint8Array[] = [];
  // eslint-disable-next-line @silverhand/fp/no-let -- counts what a loop reads
  let size = 0;

  for await (const chunk of stream) {
    // eslint-disable-next-line @silverhand/fp/no-mutation -- counts what a loop reads
    size += chunk.length;

    if (size > limit) {
      return;
    }

    // eslint-disable-next-line @silverhand/fp/no-mutating-methods -- collects what a loop reads
    chunks.push(chunk);
  }

  return decoder.decode(Buffer.concat(chunks));
};

/**
 * Sends one request, once, and reads its answer.
 *
 * @param readyBy When the connection must be ready for the request, in ms of `performance.now()`.
 * @param endsAt When the answer must be there, its last byte included, in ms of `performance.now()`.
 * @param answerSize The longest answer to read, in bytes after decompression.
 */
export const postOnce = async (
  url: string,
  request: { headers: Record<string, string>; body: string },
  { readyBy, endsAt, answerSize }: { readyBy: number; endsAt: number; answerSize: number }
): Promise<Answer | NoAnswer> => {
  const stream = client.stream(url, request);
  /* eslint-disable @silverhand/fp/no-let, @silverhand/fp/no-mutation -- events fill these */
  // A request is taken to have left once its connection is ready: Node writes nothing before.
  let isReady = false;
  let status: number | undefined;
  let stoppedFor: string | undefined;

  const stop = (code: string) => {
    stoppedFor ??= code;
    stream.destroy();
  };
  const readyTimer = setTimeout(stop, Math.max(readyBy - performance.now(), 1), 'LATE');
  const endTimer = setTimeout(stop, Math.max(endsAt - performance.now(), 1), 'LATE');
  const setReady = () => {
    isReady = true;
    clearTimeout(readyTimer);
  };

  stream
    .once('socket', (socket: Socket) => {
      if (socket.connecting || ('secureConnecting' in socket && socket.secureConnecting)) {
        socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', setReady);
      } else {
        setReady();
      }
    })
    .once('response', ({ statusCode }: { statusCode?: number }) => {
      status = statusCode;
    })
    // Listened to by got, so that Node hands the socket of a 101 over and handles it no more. Without a
    // listener, an error of it ends the process.
    .once('upgrade', ({ statusCode }: { statusCode?: number }, socket: Socket) => {
      socket.on('error', () => socket.destroy()).destroy();
      status = statusCode;
      stop('PROTOCOL');
    })
    // One that comes when all is over must find somebody who listens.
    .on('error', () => stream.destroy());

  try {
    const body = await readBody(stream, answerSize);

    return body === undefined
      ? { code: 'TOO_LARGE', mayHaveLeft: true, status }
      : { status: status ?? 0, body };
  } catch (error: unknown) {
    return { code: stoppedFor ?? getCode(error), mayHaveLeft: isReady, status };
  } finally {
    clearTimeout(readyTimer);
    clearTimeout(endTimer);
    stream.destroy();
  }
  /* eslint-enable @silverhand/fp/no-let, @silverhand/fp/no-mutation */
};
