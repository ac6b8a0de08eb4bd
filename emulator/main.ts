import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { behaviours, isBehaviourName } from './behaviours.js';
import { createAuthority, createCertificate } from './certificates.js';
import { startEmulator } from './emulator.js';

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8025' },
      tls: { type: 'boolean', default: false },
      email: { type: 'string' },
      key: { type: 'string' },
      balance: { type: 'string', default: '1000' },
      behave: { type: 'string' },
    },
  });
  const { port, balance, behave } = values;

  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new Error('--port must be a number from 0 to 65535.');
  }

  if (!/^\d+(?:\.\d+)?$/.test(balance)) {
    throw new Error('--balance must be an amount in roubles, such as 20 or 5.49.');
  }

  if (behave !== undefined && !isBehaviourName(behave)) {
    throw new Error(`--behave must be one of: ${Object.keys(behaviours).join(', ')}.`);
  }

  return { ...values, port: Number(port), balance: Number(balance), behave };
};

const start = async () => {
  const { port, tls, email, key, balance, behave } = readOptions();
  const authority = tls ? await createAuthority() : undefined;
  const emulator = await startEmulator({
    port,
    certificate: authority && (await createCertificate(authority)),
    email,
    apiKey: key,
    balance,
    behave: () => behave,
    onDelivery: ({ channel, number, sign, text }) => {
      console.log(`${channel}${sign ? ` from ${sign}` : ''} → ${number}: ${text}`);
    },
  });
  let folder: string | undefined;

  const stop = async () => {
    if (folder) {
      rmSync(folder, { recursive: true });
    }

    await emulator.close();
  };

  process.once('SIGINT', stop).once('SIGTERM', stop);

  if (authority) {
    folder = mkdtempSync(path.join(tmpdir(), 'smsaero-emulator-'));

    const file = path.join(folder, 'ca.pem');

    writeFileSync(file, authority.cert);
    console.log(`Certificate authority, for NODE_EXTRA_CA_CERTS: ${file}`);
  }

  console.log(
    `SMSAero emulator: ${emulator.url} (e-mail ${emulator.email}, key ${emulator.apiKey})`
  );
};

try {
  await start();
} catch (error: unknown) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
