import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { behaviours, isBehaviourName } from './behaviours.js';
import { createAuthority, createCertificate } from './certificates.js';
import { startEmulator } from './emulator.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8025' },
    tls: { type: 'boolean', default: false },
    email: { type: 'string' },
    key: { type: 'string' },
    balance: { type: 'string' },
    behave: { type: 'string' },
  },
});

const { behave } = values;

if (behave !== undefined && !isBehaviourName(behave)) {
  throw new Error(`Unknown behaviour; choose one of: ${Object.keys(behaviours).join(', ')}.`);
}

const authority = values.tls ? await createAuthority() : undefined;
const emulator = await startEmulator({
  port: Number(values.port),
  certificate: authority && (await createCertificate(authority)),
  email: values.email,
  apiKey: values.key,
  balance: values.balance === undefined ? undefined : Number(values.balance),
  behave: () => behave,
  onDelivery: ({ number, sign, text }) => {
    console.log(`${sign} → ${number}: ${text}`);
  },
});

console.log(`SMSAero emulator: ${emulator.url} (e-mail ${emulator.email}, key ${emulator.apiKey})`);

if (authority) {
  const file = path.join(tmpdir(), 'smsaero-emulator-ca.pem');

  writeFileSync(file, authority.cert);
  console.log(`Its certificate authority, for NODE_EXTRA_CA_CERTS: ${file}`);
}
