// The connector's main job from end to end, for somebody to watch; demo.ts does it.
import { runCommand } from '../emulator/arguments.js';

import { help, readOptions, type StartOptions } from './options.js';

const run = async (options: StartOptions) => {
  try {
    // What it needs takes a second or two to load; a mistake in the options is told before that.
    const { install, runDemo } = await import('./demo.js');

    await runDemo(await install(), options);
  } catch (error: unknown) {
    console.error(`\nFailed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
};

await runCommand(help, (args) => readOptions(args, process.env), run);
