import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Certificate, createAuthority, createCertificate } from '../emulator/certificates.js';
import { account, sms } from '../src/smsaero/fixtures.js';

import { startRawServer } from './faults.js';
import { runScript } from './script.js';

const messages = 30;

/** Sends one message after another and prints what comes of each. An unhandled error ends it. */
const script = `
  const https = await import('node:https');
  const { createClient } = await import('./src/smsaero/client.ts');
  const { account, sms, gatewayUrl, ca, messages } = JSON.parse(process.argv[1]);
  https.globalAgent.options.ca = ca;
  for (let index = 0; index < messages; index += 1) {
    const sent = createClient({ ...account, gatewayUrl }).sendSms(sms, { endsAt: performance.now() + 8000 });
    console.log(await sent.then(() => 'sent', ({ kind, details }) => kind + ', ' + details.reason));
  }
  // What comes after the failure must not end the process either.
  await new Promise((resolve) => setTimeout(resolve, 200));
  console.log('alive');`;

const switchProtocols =
  'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';

/**
 * Node hands the socket of a 101 over to whoever listens to `upgrade`, as got does, and forgets it. Nothing
 * but a server sees that it is still open, and nothing but a process of its own can show that none ends.
 */
describe('a change of protocol', () => {
  let certificate: Certificate;
  let ca: string;

  beforeAll(async () => {
    const authority = await createAuthority();

    ca = authority.cert;
    certificate = await createCertificate(authority);
  });

  const servers: Array<{ close: () => Promise<void> }> = [];

  afterAll(async () => {
    await Promise.all(servers.map(async ({ close }) => close()));
  });

  it.each([
    ['and then silence, over https', true, undefined],
    ['and a reset, over https', true, 20],
    ['and a reset at once, over https', true, 0],
    ['and then silence, over http', false, undefined],
    ['and a reset, over http', false, 20],
    ['and a reset at once, over http', false, 0],
  ])('fails the message, not the process: %s', async (_, isSecure, resetAfter) => {
    const server = await startRawServer({
      ...(isSecure && { certificate }),
      onRequest: (socket, reset) => {
        socket.write(switchProtocols, () => {
          if (resetAfter !== undefined) {
            setTimeout(reset, resetAfter);
          }
        });
      },
    });

    servers.push(server);

    const { stdout } = await runScript(script, {
      account,
      sms,
      gatewayUrl: server.url,
      ca,
      messages,
    });
    const lines = stdout.trim().split('\n');

    expect(lines.at(-1)).toBe('alive');
    expect(lines).toHaveLength(messages + 1);

    // A reset may overtake the 101.
    expect(
      new Set(
        lines
          .slice(0, -1)
          .filter((line) => resetAfter === undefined || line !== 'timeout, connection lost')
      )
    ).toEqual(new Set(['bad-reply, HTTP 101, a change of protocol']));
    expect(server.written()).toBe(messages);
    await expect.poll(server.open).toBe(0);
  });
});
