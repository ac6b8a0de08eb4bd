import { got } from 'got';
import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';
import { brotliDecompressSync, unzipSync } from 'node:zlib';

import { getAgent, plainAgent } from './agent.js';
import { toCode } from './codes.js';

const postWithGot = got.extend({
  method: 'POST',
  followRedirect: false,
  retry: { limit: 0 },
  throwHttpErrors: false,
  // An answer is decompressed here, and only once it is whole: got's decompressors outlive a request that is
  // destroyed, each with up to 16 MiB of native memory.
  decompress: false,
});

/** What came of one request. */
export type Outcome = {
  /** The answer's HTTP status, once that has come. */
  status?: number;
  /** The answer's body; empty unless all of it came. */
  body: string;
  /** Why there is no whole answer: an error code of Node's, or `LATE`, `LET_GO`, `TOO_LARGE`, `PROTOCOL`; else empty. */
  code: string;
};

/** One request under way. */
export type Attempt = {
  /** Never rejects. */
  outcome: Promise<Outcome>;
  /** Gives the request up. Nothing has left if `onReady` was not called before. */
  letGo: () => void;
};

/** How many bytes may come on the wire for each byte of the longest answer: headers and framing count, too. */
const wireFactor = 4;

/** UTF-8, without a byte order mark. */
const decoder = new TextDecoder();

/**
 * Calls back once a socket is connected and, with TLS, its peer is trusted. An operator's agent may hand over a
 * socket that still connects, one that is ready, or one that has failed.
 */
const whenReady = (socket: Socket, onReady: (socket: Socket) => void) => {
  const call = () => {
    // A socket may be destroyed by now: its certificate was refused, or `connect` failed at once.
    if (!socket.destroyed) {
      onReady(socket);
    }
  };

  if (socket.connecting || ('secureConnecting' in socket && socket.secureConnecting)) {
    socket.once('encrypted' in socket ? 'secure' : 'connect', call);
  } else {
    call();
  }
};

/**
 * Lowers the window of a brotli answer to 256 KiB, the least of those that its first four bits can name (RFC 7932,
 * section 9.1). An answer that may be read is shorter and comes out the same. Without this, 14 bytes can cost 16 MiB
 * and 30 ms.
 */
const lowerWindow = (answer: Uint8Array) => {
  const [first = 0] = answer;
  const bits = first % 16;

  return bits % 2 === 1 && bits > 1
    ? Buffer.concat([Uint8Array.of(first - bits + 3), answer.subarray(1)])
    : answer;
};

/** Opens a compressed answer; undefined if it is too long. What can't be opened is returned as it is. */
const decompress = (answer: Uint8Array, encoding: string, maxOutputLength: number) => {
  try {
    if (/^br$/i.test(encoding)) {
      return brotliDecompressSync(lowerWindow(answer), { maxOutputLength });
    }

    return /^(?:(?:x-)?gzip|deflate)$/i.test(encoding)
      ? unzipSync(answer, { maxOutputLength })
      : answer;
  } catch (error: unknown) {
    return toCode(error) === 'ERR_BUFFER_TOO_LARGE' ? undefined : answer;
  }
};

/**
 * Starts one POST, which leaves at most once.
 *
 * @param endsAt When the whole answer must be there, in ms of `performance.now()`.
 * @param answerSize The longest answer to read, in bytes, before and after decompression.
 * @param onReady Called as soon as the connection is ready, before anything leaves by it; maybe more than once.
 */
export const startPost = (
  url: string,
  request: { headers: Record<string, string>; body: string },
  { endsAt, answerSize, onReady }: { endsAt: number; answerSize: number; onReady: () => void }
): Attempt => {
  const time = Math.max(endsAt - performance.now(), 1);
  const stream = postWithGot.stream(url, {
    ...request,
    request: (to, { method, headers }, callback) => {
      // Replaces the agent's limit for idle sockets, which would cut off a tunnel that is being made; and closes a
      // tunnel that is ready only after its request is over.
      const options = { method, headers, timeout: time };

      return url.startsWith('https:')
        ? https.request(to, { ...options, agent: getAgent() }, callback)
        : http.request(to, { ...options, agent: plainAgent }, callback);
    },
  });
  const chunks: Uint8Array[] = [];
  /* eslint-disable @silverhand/fp/no-let, @silverhand/fp/no-mutation -- events set these */
  let status: number | undefined;
  let encoding = '';
  let result: Outcome | undefined;

  /** Ends the request. Only the first outcome counts. */
  const end = (code: string, answer = '') => {
    result ??= { status, body: answer, code };
    stream.destroy();
  };
  const readHead = ({ statusCode, headers }: http.IncomingMessage) => {
    // Whoever answers has the request, even if its socket never showed that it was ready.
    onReady();
    status = statusCode;
    encoding = headers['content-encoding'] ?? '';
  };
  /* eslint-enable @silverhand/fp/no-let, @silverhand/fp/no-mutation */

  /** Limits what comes by a connection that is ready, even if no byte of it belongs to a body; looks every 250 ms. */
  const begin = (socket: Socket) => {
    onReady();

    const mostBytes = socket.bytesRead + wireFactor * answerSize;
    const meter = setInterval(() => {
      if (socket.bytesRead > mostBytes) {
        end('TOO_LARGE');
      }
    }, 250);

    stream.once('close', () => {
      clearInterval(meter);
    });
  };

  stream
    .once('socket', (socket: Socket) => {
      whenReady(socket, begin);
    })
    .once('response', readHead)
    // Since got listens for this event, Node hands the socket over and forgets it: an error of it would end the
    // process.
    .once('upgrade', (response: http.IncomingMessage, socket: Socket) => {
      socket.on('error', () => socket.destroy()).destroy();
      readHead(response);
      end('PROTOCOL');
    })
    .on('data', (chunk: Uint8Array) => {
      // eslint-disable-next-line @silverhand/fp/no-mutating-methods -- filled by an event
      chunks.push(chunk);

      if (stream.downloadProgress.transferred > answerSize) {
        end('TOO_LARGE');
      }
    })
    .once('end', () => {
      const answer = decompress(Buffer.concat(chunks), encoding, answerSize);

      end(answer ? '' : 'TOO_LARGE', decoder.decode(answer));
    })
    // Stays on after the request is over: got may emit an error even then, and an unheard one ends the process.
    .on('error', (error) => {
      end(toCode(error));
    });

  const timer = setTimeout(end, time, 'LATE');

  return {
    outcome: new Promise((resolve) => {
      // However a stream ends, it closes.
      stream.once('close', () => {
        clearTimeout(timer);
        resolve(result ?? { status, body: '', code: 'UNKNOWN' });
      });
    }),
    letGo: () => {
      end('LET_GO');
    },
  };
};
