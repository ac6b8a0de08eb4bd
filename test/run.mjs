// `npm test`: vitest, with one folder for all temporary files, which is gone afterwards, even after Ctrl+C.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';

const folder = mkdtempSync(path.join(tmpdir(), 'smsaero-'));

/** Ends a process that the tests started and did not end, for it would go on making files. */
const killCommand = (pid) => {
  try {
    if (readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`\0TMPDIR=${folder}`)) {
      process.kill(pid, 'SIGKILL');
    }
  } catch {
    // It has ended, or is somebody else's.
  }
};

const args = ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)];
const env = { ...process.env, TMPDIR: folder };
const child = spawn(process.execPath, args, { stdio: 'inherit', env });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}

child.once('exit', (code, signal) => {
  // Elsewhere, they end by themselves.
  const names = process.platform === 'linux' ? readdirSync('/proc') : [];

  for (const pid of names.map(Number).filter(Boolean)) {
    killCommand(pid);
  }

  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exitCode = code ?? 128 + constants.signals[signal];
});
