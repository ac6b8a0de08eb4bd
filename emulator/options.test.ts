import { got } from 'got';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { describe, expect, it, vi } from 'vitest';

import { type BehaviourName, behaviours } from './behaviours.js';
import { start as startForTest } from './fixtures.js';
import { help, readOptions } from './options.js';

describe('the help of npm run emulator', () => {
  it('has a line of 80 columns at most for each behaviour, with a few words on what it does', () => {
    const lines = help.split('\n');

    expect(lines.filter(({ length }) => length > 80)).toEqual([]);

    for (const name of Object.keys(behaviours)) {
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toEqual([
        expect.stringMatching(/^ {2}[\da-z-]+ {2,}\S+(?: \S+)+$/),
      ]);
    }
  });

  it('names the defaults, of which the port is not that of Mailpit', () => {
    const { port, email, key, balance } = readOptions([]);

    for (const value of [port, email, key, balance]) {
      expect(help).toContain(`; by default: ${value}\n`);
    }

    expect(port).not.toBe(8025);
  });
});

describe('the options of npm run emulator', () => {
  it.each([
    [['--balance', '-1'], /^--balance must be an amount in roubles[^\n]*\.$/],
    [['--port', '-1'], /^--port must be a number from 0 to 65535\.$/],
    [['--balance', '', '--tls'], /^--balance must be an amount in roubles[^\n]*\.$/],
    [[''], /^Unexpected argument ''\.$/],
    [['--balance'], /^Option '--balance <value>' argument missing\.$/],
  ])('%j are refused in a sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });

  it('are taken as they are', () => {
    expect(readOptions(['--key', 'a\nb', '--email='])).toMatchObject({ key: 'a\nb', email: '' });
  });
});

/** What a command prints, a line at a time. */
const start = (script: string, ...args: string[]) => {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Where the test fails, nothing else ends it.
    timeout: 30_000,
  });

  return {
    child,
    stdout: createInterface(child.stdout)[Symbol.asyncIterator](),
    stderr: createInterface(child.stderr)[Symbol.asyncIterator](),
  };
};

describe.concurrent('a command', () => {
  it.each([
    ['emulator/main.ts', 'npm run emulator --'],
    ['scripts/start.ts', 'npm start --'],
  ])('%s knows -h, and names --help after a mistake', async (script, command) => {
    const helped = start(script, '-h');
    const failed = start(script, '--nope');

    expect(await helped.stdout.next()).toMatchObject({ value: `${command} [OPTIONS]` });
    expect(await failed.stderr.next()).toMatchObject({ value: "Unknown option '--nope'." });
    expect(await failed.stderr.next()).toMatchObject({
      value: `For the options: ${command} --help`,
    });
  });

  it('npm run emulator prints a line for each request that it refuses, without a secret', async () => {
    const { child, stdout } = start('emulator/main.ts', '--port=0', '--balance=3');
    const { value: first } = (await stdout.next()) as { value: string };
    const [url = ''] = /http:\S+/.exec(first) ?? [];
    const post = async (selector: string, json: object, password = 'emulated-api-key-0123456789') =>
      got.post(`${url}${selector}`, {
        json,
        username: 'owner@example.com',
        password,
        throwHttpErrors: false,
      });
    const message = { number: '79164058273', sign: 'Acme', text: '381945' };

    await post('sms/send', message, 'secret');
    await post('sms/send', { ...message, sign: 'Nobody', text: '' });
    await post('balance', {});
    await post('sms/send', message);
    await post('sms/sent', message);
    await post('sms/sent?password=secret&text=381945', message);

    for (const line of [
      'Refused sms/send with HTTP 401: Your request was made with invalid credentials.',
      'Refused sms/send with HTTP 400: Validation error. {"sign":["incorrect"],"text":["required"]}',
      'Refused sms/send with HTTP 402: Not enough money',
      'Refused sms/sent with HTTP 404: Not found',
      'Refused sms/sent with HTTP 404: Not found',
    ]) {
      expect(await stdout.next()).toMatchObject({ value: line });
    }

    child.kill();
    await once(child, 'exit');
  });
});

it.each<[BehaviourName, number, string]>([
  ['refuse-with-200', 200, 'Not enough money'],
  ['maintenance', 503, 'maintenance'],
  ['redirect', 307, 'redirect'],
])('the emulator names the reason where a behaviour refuses: %s', async (name, status, reason) => {
  const onRefusal = vi.fn();
  const { url, email, apiKey } = await startForTest({ behave: () => name, onRefusal });

  await got.post(`${url}balance`, {
    username: email,
    password: apiKey,
    throwHttpErrors: false,
    retry: { limit: 0 },
    followRedirect: false,
  });

  expect(onRefusal).toHaveBeenCalledExactlyOnceWith({ selector: 'balance', status, reason });
});
