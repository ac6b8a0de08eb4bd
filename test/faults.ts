import https from 'node:https';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { listen } from '../emulator/listen.js';

/** A server on the loopback interface that does with its sockets what it is told. */
export type RawServer = {
  /** Host name and port. */
  host: string;
  /** The base URL. */
  url: string;
  /** Requests whose head was written whole, decrypted where the server speaks TLS. */
  written: () => number;
  /** Connections that are open. */
  open: () => number;
  /** Bytes that the server sent and the other side took. */
  sent: () => number;
  close: () => Promise<void>;
};

type Options = {
  /** Speaks TLS with this certificate. */
  certificate?: Certificate;
  /** As soon as the TCP connection stands. */
  onConnection?: (socket: Socket) => void;
  /** Once a whole request is there. `reset` resets the connection. */
  onRequest?: Answer;
};

type Answer = (socket: Socket, reset: () => void, request: string) => void;

export const startRawServer = async ({
  certificate,
  onConnection,
  onRequest,
}: Options): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  let written = 0;
  let sent = 0;

  const read = (socket: Socket) => {
    let received = '';

    socket.on('error', () => {
      socket.destroy();
    });
    socket.on('data', (chunk: Uint8Array) => {
      received += Buffer.from(chunk).toString();

      const request = received;
      const [head = '', body = ''] = request.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);

      if (Buffer.byteLength(body) >= length) {
        received = '';
        written += 1;

        const reset = () => {
          [...sockets]
            .find(({ remotePort }) => remotePort === socket.remotePort)
            ?.resetAndDestroy();
        };

        onRequest?.(socket, reset, request);
      }
    });
  };
  const server = certificate ? tls.createServer(certificate, read) : net.createServer(read);

  server.on('tlsClientError', () => {
    // The other side refused the certificate, or we were told to be rude.
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sent += socket.bytesWritten;
      sockets.delete(socket);
    });
    socket.on('error', () => {
      socket.destroy();
    });
    onConnection?.(socket);
  });

  const port = await listen(server);

  return {
    host: `localhost:${port}`,
    url: `${certificate ? 'https' : 'http'}://localhost:${port}/v2/`,
    written: () => written,
    open: () => sockets.size,
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, sent),
    close: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }

      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

/** Certificates for localhost, of an authority that this process then trusts, and three that nobody should accept. */
export const createCertificates = async () => {
  const authority = await createAuthority();

  https.globalAgent.options.ca = authority.cert;

  return {
    certificate: await createCertificate(authority),
    expired: await createCertificate(authority, { isExpired: true }),
    misnamed: await createCertificate(authority, { name: 'gate.example' }),
    untrusted: await createCertificate(await createAuthority()),
  };
};

const json = '{"success":true,"data":{"id":7,"status":0},"message":null}';

const respond = (body: string | Uint8Array, headers = 'content-type: application/json') =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n`),
    typeof body === 'string' ? Buffer.from(body) : body,
  ]);

const repeat = (socket: Socket, chunk: string | Uint8Array, delay: number) => {
  const timer = setInterval(() => socket.write(chunk), delay);

  socket.once('close', () => {
    clearInterval(timer);
  });
};

/** Writes as fast as the other side takes it, for ever. */
const flood = (socket: Socket, chunk: Uint8Array) => {
  const write = () => {
    if (!socket.destroyed && socket.write(chunk)) {
      setImmediate(write);
    }
  };

  socket.on('drain', write);
  write();
};

const write =
  (...chunks: Array<string | Uint8Array>): Answer =>
  (socket) => {
    for (const chunk of chunks) {
      socket.write(chunk);
    }
  };

const encode = (name: string, body: Uint8Array) =>
  write(respond(body, `content-encoding: ${name}`));

/** Odd answers that still say that the message was accepted. */
export const oddAnswers: Record<string, Answer> = {
  'late but in time': (socket) => {
    setTimeout(() => socket.write(respond(json)), 150);
  },
  'byte by byte, in time': (socket) => {
    const bytes = [...respond(json)];
    const timer = setInterval(() => {
      const chunk = bytes.splice(0, 4);

      if (chunk.length === 0 || socket.destroyed) {
        clearInterval(timer);
      } else {
        socket.write(Uint8Array.from(chunk));
      }
    }, 1);
  },
  'a byte order mark': write(respond(Buffer.from(`\uFEFF${json}`))),
  'the content type of a page': write(respond(json, 'content-type: text/html; charset=koi8-r')),
  'no content type': write(respond(json, 'x-nothing: 1')),
  gzip: encode('gzip', gzipSync(json)),
  deflate: encode('deflate', deflateSync(json)),
  brotli: encode('br', brotliCompressSync(json)),
  'brotli of 64 KiB': encode(
    'br',
    brotliCompressSync(json.padEnd(64 * 1024), {
      params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
    })
  ),
  'brotli of a small window': encode(
    'br',
    brotliCompressSync(json, { params: { [constants.BROTLI_PARAM_LGWIN]: 10 } })
  ),
  'a gzip that is none': encode('gzip', Buffer.from(json)),
  'a deflate that is none': encode('deflate', Buffer.from(json)),
  'a brotli that is none': encode('BR', Buffer.from(json)),
  'an unknown encoding': encode('zstd', Buffer.from(json)),
  chunks: write(
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    `${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`
  ),
  'no length, then the end': (socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${json}`);
  },
  'continue first': write('HTTP/1.1 100 Continue\r\n\r\n', respond(json)),
  'early hints first': write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', respond(json)),
};

type Fault = { answer: Answer; kind: 'timeout' | 'bad-reply'; reason: RegExp };

const lost = { kind: 'timeout', reason: /^connection lost$/ } as const;
const late = { kind: 'timeout', reason: /^not in time$/ } as const;
const tooLarge = { kind: 'bad-reply', reason: /^too large$/ } as const;
const spaces = Buffer.alloc(16 * 1024 * 1024, ' ');

/** What can go wrong after the request was written. */
export const faultsAfterRequest: Record<string, Fault> = {
  silence: { ...late, answer: write() },
  'a head without end': { ...late, answer: write('HTTP/1.1 200 OK\r\nx-a: ') },
  'headers, slowly, for ever': {
    ...late,
    answer: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      repeat(socket, 'x-a: b\r\n', 10);
    },
  },
  'a body, slowly, for ever': {
    ...late,
    answer: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
      repeat(socket, ' ', 10);
    },
  },
  'a body that never comes': {
    ...late,
    answer: write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n'),
  },
  reset: {
    ...lost,
    answer: (_, reset) => {
      reset();
    },
  },
  'the end': { ...lost, answer: (socket) => socket.end() },
  'the end within the head': { ...lost, answer: (socket) => socket.end('HTTP/1.1 200 O') },
  'the end within the body': {
    ...lost,
    answer: (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${json}`),
  },
  'the end within the chunks': {
    ...lost,
    answer: (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n${json}`),
  },
  'a change of protocol': {
    kind: 'bad-reply',
    reason: /^HTTP 101, a change of protocol$/,
    answer: write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
  },
  'headers without end': {
    kind: 'bad-reply',
    reason: /^headers too large$/,
    answer: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      flood(socket, Buffer.from('x-a: b\r\n'.repeat(1000)));
    },
  },
  'a body without end': {
    ...tooLarge,
    answer: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      flood(socket, Buffer.alloc(16 * 1024, ' '));
    },
  },
  ...Object.fromEntries(
    Object.entries({
      'early hints without end': ['', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
      'continue without end': ['', 'HTTP/1.1 100 Continue\r\n\r\n'],
      'line breaks without end': ['', '\r\n'],
      'chunk extensions without end': [
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
        `1;${'a'.repeat(15_000)}\r\n \r\n`,
      ],
    }).map(([name, [head = '', part = '']]) => [
      name,
      {
        ...tooLarge,
        answer: (socket: Socket) => {
          socket.write(head);
          flood(socket, Buffer.from(part.repeat(100)));
        },
      },
    ])
  ),
  'a gzip bomb': { ...tooLarge, answer: encode('gzip', gzipSync(spaces)) },
  'a deflate bomb': { ...tooLarge, answer: encode('deflate', deflateSync(spaces)) },
  'a brotli bomb': { ...tooLarge, answer: encode('br', brotliCompressSync(spaces)) },
  'half a gzip': {
    kind: 'bad-reply',
    reason: /^HTTP 200, no reply in JSON$/,
    answer: encode('gzip', gzipSync(json).subarray(0, 30)),
  },
  'another protocol': {
    kind: 'bad-reply',
    reason: /^HPE_INVALID_CONSTANT$/,
    answer: write('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
  },
  'a broken head': {
    kind: 'bad-reply',
    reason: /^HPE_/,
    answer: write('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'),
  },
  'two lengths': {
    kind: 'bad-reply',
    reason: /^HPE_/,
    answer: write(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n${json}`),
  },
};
