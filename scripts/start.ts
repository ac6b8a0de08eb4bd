// The connector's main job from end to end, for somebody to watch; demo.ts does it.
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

const args = process.argv.slice(2);

if (args.includes('--help')) {
  console.log(help);
} else {
  try {
    await run(readOptions(args, process.env));
  } catch (error: unknown) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
