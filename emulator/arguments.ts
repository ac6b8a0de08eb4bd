import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Options as `parseArgs` takes them, each with the line that `--help` has for it. */
type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & { help: string }>;

/**
 * What was typed, by option.
 *
 * @throws Error whose message is one sentence; Node's own go on with advice that does not fit here.
 */
export const readArguments = <const Given extends Options>(args: string[], options: Given) => {
  // Node takes a negative number for an option.
  const joined = args.reduce<string[]>((before, arg) => {
    const isValue = /^-\d/.test(arg) && /^--\w+$/.test(before.at(-1) ?? '');

    return isValue ? [...before.slice(0, -1), `${before.at(-1)}=${arg}`] : [...before, arg];
  }, []);

  try {
    return parseArgs({ args: joined, options }).values;
  } catch (error: unknown) {
    const [sentence = ''] = (error as Error).message.split(/\.(?:\s|$)|\n/);

    throw new Error(`${sentence}.`);
  }
};

/** Names and what they mean, in two columns. */
export const toColumns = (rows: Array<[name: string, help: string]>) => {
  const width = Math.max(...rows.map(([name]) => name.length));

  return rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`).join('\n');
};

/** What `--help` prints: a line for each option. */
export const toHelp = (command: string, options: Options) =>
  `${command} [OPTIONS]\n${toColumns([
    ...Object.entries(options).map(([name, { type, help, default: value }]): [string, string] => [
      `--${name}${type === 'string' ? ' …' : ''}`,
      typeof value === 'string' ? `${help}; by default: ${value}` : help,
    ]),
    ['-h, --help', 'Prints this'],
  ])}`;

/** Runs a command with what was typed. `--help` prints the help; a mistake in the options ends it with 2. */
export const runCommand = async <Options>(
  help: string,
  readOptions: (args: string[]) => Options,
  run: (options: Options) => Promise<void>
) => {
  const args = process.argv.slice(2);

  if (args.includes('--help') || args.includes('-h')) {
    console.log(help);
    return;
  }

  try {
    await run(readOptions(args));
  } catch (error: unknown) {
    const [command] = help.split(' [OPTIONS]');

    console.error(`${(error as Error).message}\nFor the options: ${command} --help`);
    process.exitCode = 2;
  }
};
