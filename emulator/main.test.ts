import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { listen } from './listen.js';
import { readOptions } from './options.js';

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

describe('the options of npm run emulator', () => {
  it.each([
    ['--behave=toString', /^--behave must be one of: [^\n]*\.$/],
    ['--port=65536', /^--port must be a number from 0 to 65535\.$/],
    ['--balance=much', /^--balance must be an amount in roubles[^\n]*\.$/],
    ['--tls=yes', /^Option '--tls' does not take an argument\.$/],
  ])('%s is refused in a sentence', (option, sentence) => {
    expect(() => readOptions([option])).toThrow(sentence);
  });
});

describe.concurrent('npm run emulator', () => {
  it('ends with a sentence where the port is taken', async () => {
    const server = net.createServer();
    const port = await listen(server);
    const { output, exit } = start(`--port=${port}`);

    expect(await output).toEqual(['', `Port ${port} is taken; choose another with --port.\n`]);
    expect(await exit).toBe(1);
    server.close();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'names its account, and cleans up on %s',
    async (signal) => {
      const { child, output, exit } = start('--port=0', '--tls', '--behave=silence');
      const printed = await new Promise<string>((resolve) => {
        let all = '';

        child.stdout.on('data', (chunk) => {
          all += String(chunk);

          if (/SMSAero emulator: https:\/\/localhost:.*\n/.test(all)) {
            resolve(all);
          }
        });
      });
      const [file = ''] = /\/.*\.pem/.exec(printed) ?? [];

      expect(printed).toContain('(e-mail owner@example.com, key emulated-api-key-0123456789, ');
      expect(existsSync(file)).toBe(true);
      child.kill(signal);
      expect(await exit).toBe(0);
      expect(await output).toEqual([printed, '']);
      expect(existsSync(file)).toBe(false);
    }
  );
});
