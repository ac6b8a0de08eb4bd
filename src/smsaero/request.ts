import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';

import { got } from 'got';

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

/** Thrown by {@link postOnce} when no complete answer came. Contains nothing of the request. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';

  constructor(
    /** An error code of Node's, or one of our own: `LATE`, `TOO_LARGE`, `PROTOCOL`. */
    readonly code: string,
    /** Whether the request may have left. If not, another host can be tried without sending twice. */
    readonly mayHaveLeft: boolean,
    /** The status of the answer that began to come. */
    readonly status?: number
  ) {
    super(code);
  }
}

/** UTF-8, without a byte order mark. */
const decoder = new TextDecoder();

/**
 * Sends one request, once, and reads its answer.
 *
 * @param readyBy When the connection must be ready for the request, in ms of `performance.now()`.
 * @param endsAt When the answer must be there, its last byte included, in ms of `performance.now()`.
 * @param answerSize The longest answer to read, in bytes after decompression.
 * @throws NoAnswer where any of that is missed, or the connection is lost.
 */
export const postOnce = async (
  url: string,
  request: { headers: Record<string, string>; body: string },
  { readyBy, endsAt, answerSize }: { readyBy: number; endsAt: number; answerSize: number }
) =>
  new Promise<Answer>((resolve, reject) => {
    const stream = client.stream(url, request);
    /* eslint-disable @silverhand/fp/no-let, @silverhand/fp/no-mutation, @silverhand/fp/no-mutating-methods -- events fill these */
    const chunks: Uint8Array[] = [];
    let size = 0;
    // A request is taken to have left once its connection is ready: Node writes nothing before.
    let isReady = false;
    let status: number | undefined;

    const finish = () => {
      clearTimeout(readyTimer);
      clearTimeout(endTimer);
      stream.destroy();
    };
    const fail = (code = 'UNKNOWN') => {
      finish();
      reject(new NoAnswer(code, isReady, status));
    };
    const setReady = () => {
      isReady = true;
      clearTimeout(readyTimer);
    };
    const readyTimer = setTimeout(fail, readyBy - performance.now(), 'LATE');
    const endTimer = setTimeout(fail, endsAt - performance.now(), 'LATE');

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
        fail('PROTOCOL');
      })
      .on('data', (chunk: Uint8Array) => {
        chunks.push(chunk);
        size += chunk.length;

        if (size > answerSize) {
          fail('TOO_LARGE');
        }
      })
      .on('error', (error) => {
        fail('code' in error ? String(error.code) : undefined);
      })
      .once('end', () => {
        finish();
        resolve({ status: status ?? 0, body: decoder.decode(Buffer.concat(chunks)) });
      });
    /* eslint-enable @silverhand/fp/no-let, @silverhand/fp/no-mutation, @silverhand/fp/no-mutating-methods */
  });
