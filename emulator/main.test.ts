import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

const start = (...args: string[]) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'emulator/main.ts', ...args], {
    timeout: 15_000,
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const exit = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? signal);
    });
  });

  return { child, output, exit };
};

describe.concurrent('npm run emulator', () => {
  it.each([
    ['--behave', 'badly', /^--behave must be one of: refuse-with-200, .*\n$/],
    ['--behave', 'toString', /^--behave must be one of: .*\n$/],
    ['--port', '65536', /^--port must be a number from 0 to 65535\.\n$/],
    ['--port', '80a', /^--port must be a number from 0 to 65535\.\n$/],
    ['--balance', '-1', /^--balance must be an amount in roubles.*\n$/],
    ['--balance', 'much', /^--balance must be an amount in roubles.*\n$/],
  ])('refuses %s %s in a sentence', async (option, value, sentence) => {
    const { output, exit } = start(`${option}=${value}`);
    const [stdout, stderr] = await output;

    expect(stdout).toBe('');
    expect(stderr).toMatch(sentence);
    expect(await exit).toBe(2);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('cleans up on %s', async (signal) => {
    const { child, output, exit } = start('--port=0', '--tls', '--behave=silence');
    const printed = await new Promise<string>((resolve) => {
      let all = '';

      child.stdout.on('data', (chunk) => {
        all += String(chunk);

        if (all.includes('SMSAero emulator: https://localhost:')) {
          resolve(all);
        }
      });
    });
    const [file = ''] = /\/.*\.pem/.exec(printed) ?? [];

    expect(existsSync(file)).toBe(true);
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(await output).toEqual([printed, '']);
    expect(existsSync(file)).toBe(false);
  });
});
