import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { root } from './logto.js';

/**
 * Runs a script in a process of its own. It may import the sources, and finds the input in `process.argv[1]` as JSON.
 * `openFiles` is how many files the process may have open.
 */
export const runScript = async (
  script: string,
  input?: unknown,
  { openFiles, ...options }: { env?: NodeJS.ProcessEnv; timeout?: number; openFiles?: number } = {}
) => {
  const limit = openFiles ? `ulimit -n ${openFiles};` : '';
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];

  return promisify(execFile)(
    '/bin/sh',
    ['-c', `${limit} exec "$0" "$@"`, process.execPath, ...args, JSON.stringify(input ?? null)],
    { cwd: root, ...options }
  );
};
