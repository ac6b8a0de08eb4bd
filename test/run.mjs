// `npm test`: vitest, with one folder for all temporary files, which is gone afterwards, even after Ctrl+C.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';

// Before there is anything to leave behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => killAll(signal));
}

const folder = mkdtempSync(path.join(tmpdir(), 'smsaero-'));
const args = ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)];
const env = { ...process.env, TMPDIR: folder };
// A process group of its own: it can be ended with every command that the tests have started.
const child = spawn(process.execPath, args, { stdio: 'inherit', env, detached: true });

const killAll = (signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // All of them have ended.
  }
};

child.once('exit', (code, signal) => {
  // A command that outlived its test would go on making files.
  killAll('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exitCode = code ?? 128 + constants.signals[signal];
});
