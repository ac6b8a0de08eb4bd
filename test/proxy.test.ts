import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { createAuthority, createCertificate } from '../emulator/certificates.js';
import { type Emulator, startEmulator } from '../emulator/emulator.js';
import { listen } from '../emulator/listen.js';
import { account, sms } from '../src/smsaero/fixtures.js';

import { runScript } from './script.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const hasProxyOption = (major === 22 && minor >= 21) || major > 24 || (major === 24 && minor >= 5);

/** Sends to the URLs one after another and prints what comes of it. */
const script = `
  const { createClient } = await import('./src/smsaero/client.ts');
  const { account, sms, urls, within } = JSON.parse(process.argv[1]);
  for (const gatewayUrl of urls) {
    const client = createClient({ ...account, gatewayUrl });
    console.log(await client.sendSms(sms, { endsAt: performance.now() + within }).then(
      ({ id }) => 'sent as ' + id,
      ({ kind, details }) => kind + ', ' + details.reason.replace(/^localhost:\\d+: /, '')
    ));
  }
  // What comes after the messages must not end the process either.
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.error(JSON.stringify(process.getActiveResourcesInfo()));`;

const tunnel = (target: string, client: Socket) => {
  const upstream = net.connect(Number(target.split(':')[1]), '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.pipe(client).pipe(upstream);
  });
};

describe.skipIf(!hasProxyOption)(
  'the proxy that NODE_USE_ENV_PROXY sets (Node 22.21, 24.5)',
  () => {
    let folder: string;
    let good: Emulator;
    let untrusted: Emulator;

    beforeAll(async () => {
      const authority = await createAuthority();

      folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-proxy-'));
      await writeFile(path.join(folder, 'ca.pem'), authority.cert);
      good = await startEmulator({
        ...account,
        signs: [sms.sign],
        certificate: await createCertificate(authority),
      });
      untrusted = await startEmulator({
        ...account,
        signs: [sms.sign],
        certificate: await createCertificate(await createAuthority()),
      });
    });

    afterAll(async () => {
      await good.close();
      await untrusted.close();
      await rm(folder, { recursive: true, force: true });
    });

    const sendThroughProxy = async (
      onConnect: (target: string, client: Socket) => void,
      urls: string[],
      { within = 20_000, toProxyUrl = (port: number) => `http://127.0.0.1:${port}` } = {}
    ) => {
      const targets: string[] = [];
      const proxy = http.createServer(({ url = '' }, response) => {
        targets.push(url);
        response.end();
      });

      proxy.on('connect', ({ url = '' }, client: Socket) => {
        targets.push(url);
        onConnect(url, client);
      });

      const port = await listen(proxy);
      const { stdout, stderr } = await runScript(
        script,
        { account, sms, urls, within },
        {
          env: {
            PATH: process.env.PATH,
            NODE_USE_ENV_PROXY: '1',
            HTTPS_PROXY: toProxyUrl(port),
            HTTP_PROXY: toProxyUrl(port),
            NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
          },
        }
      );

      proxy.close();

      return {
        targets,
        lines: stdout.trim().split('\n'),
        /** What the process still had open in the end. */
        resources: JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as string[],
      };
    };

    it('is gone through, with one connection for several messages', async () => {
      const { targets, lines } = await sendThroughProxy(tunnel, [
        good.url,
        good.url,
        untrusted.url,
      ]);

      expect(lines).toEqual([
        'sent as 1001',
        'sent as 1002',
        'unreachable, certificate of an unknown authority',
      ]);
      expect(targets).toEqual([good.url, untrusted.url].map((url) => new URL(url).host));
      expect(untrusted.arrivals).toEqual([]);
    });

    it('sees nothing of what goes to this machine over plain http', async () => {
      const plain = await startEmulator({ ...account, signs: [sms.sign] });
      const { targets, lines } = await sendThroughProxy(
        (_, client) => client.destroy(),
        [plain.url]
      );

      await plain.close();
      expect(lines).toEqual(['sent as 1001']);
      expect(targets).toEqual([]);
    });

    it('may take longer for its tunnel than an idle connection is kept', async () => {
      const { lines } = await sendThroughProxy(
        (target, client) => {
          setTimeout(() => {
            tunnel(target, client);
          }, 4500);
        },
        [good.url],
        { within: 8000 }
      );

      expect(lines).toEqual([expect.stringMatching(/^sent as /)]);
    });

    it('is late where its tunnel is not there in time', async () => {
      const { lines } = await sendThroughProxy(vi.fn(), [good.url], { within: 500 });

      expect(lines).toEqual(['unreachable, not in time']);
    });

    it.each([403, 407, 502, 101])(
      'leaves neither a socket nor, by a reset, a dead process where it refuses: %i',
      async (status) => {
        const { lines, resources } = await sendThroughProxy(
          (_, client) => {
            client.on('error', () => client.destroy());
            client.write(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
            setTimeout(() => client.resetAndDestroy(), 20);
          },
          [good.url, good.url]
        );
        const { resources: resourcesWithoutReset } = await sendThroughProxy(
          (_, client) => {
            client.on('error', () => client.destroy());
            client.write(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
          },
          [good.url]
        );

        expect(lines).toEqual(Array.from({ length: 2 }, () => 'unreachable, refused by the proxy'));
        expect([...resources, ...resourcesWithoutReset]).not.toContain('TCPSocketWrap');
      }
    );

    it.each([
      ['has a name that is not found', () => `http://${'x'.repeat(70)}:3128`, 'name not found'],
      ['refuses connections', () => 'http://127.0.0.1:1', 'connection refused'],
      [
        'speaks plain http although its address is https',
        (port: number) => `https://127.0.0.1:${port}`,
        'no TLS on this port',
      ],
    ])('is told from the host behind it where it %s', async (_, toProxyUrl, reason) => {
      const { lines, targets } = await sendThroughProxy(tunnel, [good.url], { toProxyUrl });

      expect(lines).toEqual([`unreachable, proxy unreachable: ${reason}`]);
      expect(targets).toEqual([]);
    });

    it('is told from the host behind it where it breaks off', async () => {
      const { lines } = await sendThroughProxy((_, client) => client.resetAndDestroy(), [good.url]);

      expect(lines).toEqual(['unreachable, proxy unreachable: connection lost']);
    });

    it('is named where it refuses', async () => {
      const { lines } = await sendThroughProxy(
        (_, client) => {
          client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        },
        [good.url]
      );

      expect(lines).toEqual(['unreachable, refused by the proxy']);
    });
  }
);
