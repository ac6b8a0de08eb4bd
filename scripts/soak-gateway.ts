// The emulator in a process of its own, for the soak: a random behaviour for each request, and a report of
// what was delivered.
import { type BehaviourName, behaviours, isBehaviourName } from '../emulator/behaviours.js';
import { type Certificate } from '../emulator/certificates.js';
import { startEmulator } from '../emulator/emulator.js';

const [json = '{}'] = process.argv.slice(2);
const options = JSON.parse(json) as { certificate: Certificate; email: string; apiKey: string };
// Those that SMSAero took, and that get lost later, can't be told from those that arrive.
const lostLater = new Set(['undelivered', 'rejected-later']);
const names = Object.keys(behaviours)
  .filter((name) => isBehaviourName(name))
  .filter((name) => !lostLater.has(name));

const pick = (): BehaviourName | undefined =>
  Math.random() < 0.5 ? undefined : names[Math.floor(Math.random() * names.length)];

const emulator = await startEmulator({
  ...options,
  balance: Number.POSITIVE_INFINITY,
  behave: pick,
});

process.send?.({ url: emulator.url });
process.on('disconnect', async () => emulator.close());
process.on('message', () => {
  process.send?.({ texts: emulator.deliveries.map(({ text }) => text) });
});
