// What the admin reads where a connection fails: the true cause, and what to do about it.
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Certificate } from '../emulator/certificates.js';
import { listen } from '../emulator/listen.js';
import { toAdminError } from '../src/admin.js';
import { describeFailure } from '../src/failure.js';
import { createClient } from '../src/smsaero/client.js';
import { account, endsIn, expectNoSecrets, sms } from '../src/smsaero/fixtures.js';

import { createCertificates, startRawServer } from './faults.js';
import { runScript } from './script.js';

const closers: Array<() => unknown> = [];
let certificate: Certificate;
let expired: Certificate;
let misnamed: Certificate;
let untrusted: Certificate;

beforeAll(async () => {
  ({ certificate, expired, misnamed, untrusted } = await createCertificates());
});

afterEach(async () => {
  await Promise.all(closers.splice(0).map(async (close) => close()));
});

afterAll(() => {
  https.globalAgent.options.ca = undefined;
});

/** What the admin reads, without the host's port. */
const readSentence = async (gatewayUrl: string) => {
  const client = createClient({ ...account, gatewayUrl });

  try {
    const { id } = await client.sendSms(sms, { endsAt: endsIn(20_000) });

    return id;
  } catch (error: unknown) {
    expectNoSecrets(error);

    const { data } = toAdminError(describeFailure(error), 'Generic');

    return (data as { errorDescription: string }).errorDescription.replaceAll(/:\d{4,5}\b/g, '');
  }
};

const startServer = async (options: Parameters<typeof startRawServer>[0]) => {
  const { url, close } = await startRawServer(options);

  closers.push(close);

  return url.replace(/^http:/, 'https:');
};

describe('a connection that fails', () => {
  it.each<[string, () => Parameters<typeof startRawServer>[0], string]>([
    [
      'an address that speaks http on its port for https',
      () => ({
        onConnection: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      }),
      'No connection to SMSAero (localhost: no TLS on this port); check the address and port, because what answers there does not speak TLS.',
    ],
    [
      'a certificate for another name',
      () => ({ certificate: misnamed }),
      'No connection to SMSAero (localhost: certificate for another name); check the address and DNS, because another server answers there.',
    ],
    [
      'an expired certificate',
      () => ({ certificate: expired }),
      "No connection to SMSAero (localhost: certificate expired); check this server's clock; if it is right, the certificate must be renewed.",
    ],
    [
      'a certificate of an unknown authority',
      () => ({ certificate: untrusted }),
      "No connection to SMSAero (localhost: certificate of an unknown authority); if a proxy of yours inspects TLS, or the certificate is from Russia's national authority, set NODE_EXTRA_CA_CERTS to a PEM file of that authority's certificate that Logto can read, and restart Logto.",
    ],
    [
      'a peer that breaks the handshake off',
      () => ({ onConnection: (socket) => socket.pipe(socket) }),
      'No connection to SMSAero (localhost: TLS failed with EPROTO); check whether a firewall or proxy on the way interferes with TLS.',
    ],
  ])('names the cause and the remedy: %s', async (_, toOptions, sentence) => {
    await expect(readSentence(await startServer(toOptions()))).resolves.toBe(sentence);
  });

  it.each<[tls.SecureVersion, string]>([
    // Told once the connection is ready.
    [
      'TLSv1.3',
      'The gateway did not take the message (a client certificate is required); check the address, because the server there wants a client certificate, and the connector has none.',
    ],
    // Told in the handshake, in words that a server of another version of TLS has, too.
    [
      'TLSv1.2',
      'No connection to SMSAero (localhost: TLS handshake refused); check the address, because the server there may want a client certificate, which the connector does not have, or another version of TLS.',
    ],
  ])('names the client certificate that a server wants: %s', async (version, sentence) => {
    const server = tls.createServer({
      ...certificate,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version,
      maxVersion: version,
    });
    const port = await listen(server);

    closers.push(() => server.close());

    await expect(readSentence(`https://localhost:${port}/v2/`)).resolves.toBe(sentence);
  });

  it.each([
    ['an address', 'https://127.0.0.1:PORT/v2/'],
    ['a name', 'https://localhost:PORT/v2/'],
    ['plain http', 'http://127.0.0.1:PORT/v2/'],
  ])('names the limit of open files: %s', async (_, url) => {
    const server = net.createServer((socket) => socket.destroy());
    const port = await listen(server);

    closers.push(() => server.close());

    const { stdout } = await runScript(
      `
        import { openSync } from 'node:fs';

        const { createClient } = await import('./src/smsaero/client.ts');
        const { toAdminError } = await import('./src/admin.ts');
        const { describeFailure } = await import('./src/failure.ts');
        const { account, sms, gatewayUrl } = JSON.parse(process.argv[1]);
        const client = createClient({ ...account, gatewayUrl });
        const send = async () => client.sendSms(sms, { endsAt: performance.now() + 5000 });

        // Loads what is loaded on first use.
        await send().catch(() => {});
        console.log('');

        try {
          for (;;) openSync('/dev/null');
        } catch {}

        await send().catch((error) => {
          console.log(toAdminError(describeFailure(error), 'Generic').data.errorDescription);
        });
        process.exit();`,
      { account, sms, gatewayUrl: url.replace('PORT', String(port)) },
      { openFiles: 200 }
    );

    expect(stdout.trim().replaceAll(/:\d{4,5}\b/g, '')).toBe(
      `No connection to SMSAero (${new URL(url.replace(':PORT', '')).host}: too many open files); raise this server's limit of open files (ulimit -n) and restart Logto.`
    );
  });
});
