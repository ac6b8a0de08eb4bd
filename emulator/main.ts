import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runCommand } from './arguments.js';
import { createAuthority, createCertificate } from './certificates.js';
import { startEmulator } from './emulator.js';
import { help, readOptions } from './options.js';

type Options = ReturnType<typeof readOptions>;

const start = async ({ port, tls, email, key, balance, behave }: Options) => {
  const authority = tls ? await createAuthority() : undefined;
  const emulator = await startEmulator({
    port,
    certificate: authority && (await createCertificate(authority)),
    email,
    apiKey: key,
    balance,
    // The connector refuses the shared names with Telegram.
    signs: ['SMSAero', 'Acme'],
    behave: () => behave,
    onDelivery: ({ channel, number, sign, text }) => {
      console.log(`${channel}${sign ? ` from ${sign}` : ''} → ${number}: ${text}`);
    },
    onRefusal: ({ selector, status, reason }) => {
      console.log(`Refused ${selector} with HTTP ${status}: ${reason}`);
    },
  });
  let folder: string | undefined;

  const stop = async () => {
    if (folder) {
      rmSync(folder, { recursive: true });
    }

    await emulator.close();
  };

  process.once('SIGINT', stop).once('SIGTERM', stop).once('SIGHUP', stop);

  if (authority) {
    folder = mkdtempSync(path.join(tmpdir(), 'smsaero-emulator-'));

    const file = path.join(folder, 'ca.pem');

    writeFileSync(file, authority.cert);
    console.log(`Certificate authority, for NODE_EXTRA_CA_CERTS: ${file}`);
  }

  console.log(
    `SMSAero emulator: ${emulator.url} (e-mail ${emulator.email}, key ${emulator.apiKey}, sender name SMSAero or Acme)`
  );
};

const run = async (options: Options) => {
  try {
    await start(options);
  } catch (error: unknown) {
    const { code, message } = error as NodeJS.ErrnoException;

    console.error(
      code === 'EADDRINUSE' ? `Port ${options.port} is taken; choose another with --port.` : message
    );
    process.exitCode = 1;
  }
};

await runCommand(help, readOptions, run);
