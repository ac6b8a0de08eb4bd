import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Options as `parseArgs` takes them, each with the line that `--help` has for it. */
type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & { help: string }>;

/**
 * What was typed, by option.
 *
 * @throws Error whose message is one sentence; Node's own go on with advice that does not fit here.
 */
export const readArguments = <const Given extends Options>(args: string[], options: Given) => {
  try {
    return parseArgs({ args, options }).values;
  } catch (error: unknown) {
    const [sentence = ''] = (error as Error).message.split(/\.(?:\s|$)|\n/);

    throw new Error(`${sentence}.`);
  }
};

/** What `--help` prints: a line for each option. */
export const toHelp = (command: string, options: Options) =>
  [
    `${command} [OPTIONS]`,
    ...Object.entries(options).map(
      ([name, { type, help }]) =>
        `  ${`--${name}${type === 'string' ? ' …' : ''}`.padEnd(14)}${help}`
    ),
  ].join('\n');

/** Runs a command with what was typed. `--help` prints the help; a mistake in the options ends it with 2. */
export const runCommand = async <Options>(
  help: string,
  readOptions: (args: string[]) => Options,
  run: (options: Options) => Promise<void>
) => {
  const args = process.argv.slice(2);

  if (args.includes('--help')) {
    console.log(help);
    return;
  }

  try {
    await run(readOptions(args));
  } catch (error: unknown) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
};
