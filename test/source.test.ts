import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { root } from './logto.js';

const run = promisify(execFile);

describe('src/, lifted as it is into another repository', () => {
  let folder: string;

  const runTool = async (name: string, ...args: string[]) =>
    run(process.execPath, [path.join(root, 'node_modules', name), ...args], { cwd: folder });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'connector-smsaero-source-'));
    await cp(path.join(root, 'src'), path.join(folder, 'src'), { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '@silverhand/ts-config/tsconfig.base',
        compilerOptions: { noEmit: true, declaration: false, types: ['node'] },
        include: ['src'],
      })
    );
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("passes TypeScript with the types of the Node that Logto's repository uses, 22.14", async () => {
    const json = await readFile(path.join(root, 'node_modules/@types/node/package.json'), 'utf8');

    expect(JSON.parse(json)).toMatchObject({
      version: expect.stringMatching(/^22\.14\./) as unknown,
    });
    await runTool('typescript/bin/tsc');
  });

  it('is built by tsup', async () => {
    await runTool('tsup/dist/cli-default.js', 'src/index.ts', '--format', 'esm');
  });
});
