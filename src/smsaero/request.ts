import { got, type OptionsInit } from 'got';
import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';

import { getAgent, plainAgent } from './agent.js';
import { type Answer } from './reply.js';

const client = got.extend({
  method: 'POST',
  followRedirect: false,
  retry: { limit: 0 },
  throwHttpErrors: false,
});

/**
 * How got makes a request.
 *
 * @param timeout For its socket, in ms: in place of the agent's limit for idle ones, which would cut a tunnel in
 *   the making, and as the end of one that is made although its request is over.
 */
const createRequest =
  (timeout: number): OptionsInit['request'] =>
  (url, { method, headers }, callback) =>
    url.protocol === 'https:'
      ? https.request(url, { method, headers, timeout, agent: getAgent() }, callback)
      : http.request(url, { method, headers, timeout, agent: plainAgent }, callback);

/** What is known where no whole answer came. */
export type NoAnswer = {
  /** An error code of Node's, or one of our own: `LATE`, `LET_GO`, `TOO_LARGE`, `PROTOCOL`. */
  code: string;
  /** Whether the request may have left. If not, another host can be tried without sending twice. */
  mayHaveLeft: boolean;
  /** The status of the answer that began to come. */
  status?: number;
};

/** UTF-8, without a byte order mark. */
const decoder = new TextDecoder();

const getCode = (error: unknown) => {
  if (!(error instanceof Error && 'code' in error)) {
    return 'UNKNOWN';
  }

  // Node has one code for a tunnel that the proxy refuses and for one that takes too long.
  return error.code === 'ERR_PROXY_TUNNEL' && error.message.includes('timed out')
    ? 'LATE'
    : String(error.code);
};

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
 * @param endsAt When the answer must be there, its last byte included, in ms of `performance.now()`.
 * @param answerSize The longest answer to read, in bytes after decompression.
 * @param signal Lets the request go when it is aborted. Nothing of it has left if that is before `onReady`.
 * @param onReady Called as soon as the connection is ready for the request, before anything leaves.
 */
export const postOnce = async (
  url: string,
  request: { headers: Record<string, string>; body: string },
  {
    endsAt,
    answerSize,
    signal,
    onReady,
  }: { endsAt: number; answerSize: number; signal: AbortSignal; onReady: () => void }
): Promise<Answer | NoAnswer> => {
  const time = Math.max(endsAt - performance.now(), 1);
  const stream = client.stream(url, { ...request, request: createRequest(time) });
  /* eslint-disable @silverhand/fp/no-let, @silverhand/fp/no-mutation -- events fill these */
  // A request is taken to have left once its connection is ready: Node writes nothing before.
  let isReady = false;
  let status: number | undefined;
  let stoppedFor: string | undefined;

  const stop = (code: string) => {
    stoppedFor ??= code;
    stream.destroy();
  };
  const letGo = () => {
    stop('LET_GO');
  };
  const setReady = () => {
    isReady = true;
    signal.removeEventListener('abort', letGo);
    onReady();
  };
  const timer = setTimeout(stop, time, 'LATE');

  signal.addEventListener('abort', letGo);
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
    clearTimeout(timer);
    signal.removeEventListener('abort', letGo);
    stream.destroy();
  }
  /* eslint-enable @silverhand/fp/no-let, @silverhand/fp/no-mutation */
};
