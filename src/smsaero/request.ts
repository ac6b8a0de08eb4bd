import { got } from 'got';
import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';

import { getAgent, plainAgent } from './agent.js';

const postWithGot = got.extend({
  method: 'POST',
  followRedirect: false,
  retry: { limit: 0 },
  throwHttpErrors: false,
});

/** What came of one request. */
export type Outcome = {
  /** Whether it has left, or may have. If not, another host can be tried without sending twice. */
  mayHaveLeft: boolean;
  /** The answer's HTTP status, once that has come. */
  status?: number;
  /** The answer's body; empty where not all of it came. */
  body: string;
  /** Why not: an error code of Node's, or `LATE`, `LET_GO`, `TOO_LARGE`, `PROTOCOL`. Empty where it did. */
  code: string;
};

/** UTF-8, without a byte order mark. */
const decoder = new TextDecoder();

/** The code of an error; never its words, for got's hold the request. */
const getCode = (error: unknown) => {
  const known = error instanceof Error && 'code' in error ? error.code : undefined;
  const code = typeof known === 'string' ? known : 'UNKNOWN';
  // Node has one code for a tunnel that the proxy refuses and for one that takes too long.
  const isLate = code === 'ERR_PROXY_TUNNEL' && String(error).includes('timed out');

  return isLate ? 'LATE' : code;
};

/**
 * Sends one request, once, and reads its answer. Throws nothing.
 *
 * @param endsAt When the answer must be there, its last byte included, in ms of `performance.now()`.
 * @param answerSize The longest answer to read, in bytes after decompression.
 * @param race Told the function that lets this request go. Nothing has left if that is called before `onReady`.
 * @param onReady Called as soon as the connection is ready for the request, before anything leaves.
 */
export const postOnce = async (
  url: string,
  request: { headers: Record<string, string>; body: string },
  {
    endsAt,
    answerSize,
    race,
    onReady,
  }: { endsAt: number; answerSize: number; race: Set<() => void>; onReady: () => void }
): Promise<Outcome> => {
  const time = Math.max(endsAt - performance.now(), 1);
  const isSecure = url.startsWith('https:');
  const stream = postWithGot.stream(url, {
    ...request,
    request: (to, { method, headers }, callback) => {
      // For the socket: in place of the agent's limit for idle ones, which would cut a tunnel in the making, and
      // as the end of one that is made although its request is over.
      const options = { method, headers, timeout: time };

      return isSecure
        ? https.request(to, { ...options, agent: getAgent() }, callback)
        : http.request(to, { ...options, agent: plainAgent }, callback);
    },
  });
  /* eslint-disable @silverhand/fp/no-let, @silverhand/fp/no-mutation, @silverhand/fp/no-mutating-methods -- events fill these */
  const chunks: Uint8Array[] = [];
  // A request is taken to have left once its connection is ready: Node writes nothing before.
  let mayHaveLeft = false;
  let status: number | undefined;
  let size = 0;
  let code = 'UNKNOWN';

  const stop = (reason: string) => {
    code = code === 'UNKNOWN' ? reason : code;
    stream.destroy();
  };
  const letGo = () => {
    stop('LET_GO');
  };
  const setReady = () => {
    if (!mayHaveLeft) {
      mayHaveLeft = true;
      race.delete(letGo);
      onReady();
    }
  };
  const setStatus = ({ statusCode }: { statusCode?: number }) => {
    // Whoever answers has the request, even if its socket never showed that it was ready.
    setReady();
    status = statusCode;
  };
  const timer = setTimeout(stop, time, 'LATE');

  race.add(letGo);
  stream
    // An agent of the operator's may hand over any socket: what counts is what this one still waits for.
    .once('socket', (socket: Socket) => {
      if (socket.connecting || ('secureConnecting' in socket && socket.secureConnecting)) {
        socket.once('encrypted' in socket ? 'secure' : 'connect', () => {
          // One whose certificate is refused is destroyed by now.
          if (!socket.destroyed) {
            setReady();
          }
        });
      } else {
        setReady();
      }
    })
    .once('response', setStatus)
    // Listened to by got, so that Node hands the socket of a 101 over and handles it no more. Without a
    // listener, an error of it ends the process.
    .once('upgrade', (response: { statusCode?: number }, socket: Socket) => {
      socket.on('error', () => socket.destroy()).destroy();
      setStatus(response);
      stop('PROTOCOL');
    })
    .on('data', (chunk: Uint8Array) => {
      chunks.push(chunk);
      size += chunk.length;

      if (size > answerSize) {
        stop('TOO_LARGE');
      }
    })
    .once('end', () => {
      code = '';
      stream.destroy();
    })
    // For good: an error that comes when all is over must find somebody who listens.
    .on('error', (error) => {
      stop(getCode(error));
    });

  // However a stream ends, it closes.
  await new Promise((resolve) => {
    stream.once('close', resolve);
  });
  clearTimeout(timer);
  race.delete(letGo);
  /* eslint-enable @silverhand/fp/no-let, @silverhand/fp/no-mutation, @silverhand/fp/no-mutating-methods */

  return {
    mayHaveLeft,
    status,
    body: code ? '' : decoder.decode(Buffer.concat(chunks)),
    code,
  };
};
