import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { root } from './logto.js';

/**
 * Runs a script in a process of its own. It may import the sources, and finds the input in `process.argv[1]` as JSON.
 */
export const runScript = async (
  script: string,
  input?: unknown,
  options: { env?: NodeJS.ProcessEnv; timeout?: number } = {}
) =>
  promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script, JSON.stringify(input ?? null)],
    { cwd: root, ...options }
  );
