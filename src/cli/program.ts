import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { commandExamples } from './command-examples.ts';
import { reportFailure } from './command-failure.ts';
import { exitCodes } from './output.ts';

/** Each command is loaded when it is called: most of them load the whole server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  key: async () => (await import('./commands/key.ts')).keyCommand(),
  admin: async () => (await import('./commands/admin.ts')).adminCommand(),
  role: async () => (await import('./commands/role.ts')).roleCommand(),
  integration: async () => (await import('./commands/integration.ts')).integrationCommand(),
  organization: async () => (await import('./commands/organization.ts')).organizationCommand(),
  schema: async () => (await import('./commands/schema.ts')).schemaCommand(),
  user: async () => (await import('./commands/user.ts')).userCommand(),
  group: async () => (await import('./commands/group.ts')).groupCommand(),
  event: async () => (await import('./commands/event.ts')).eventCommand(),
  mail: async () => (await import('./commands/mail.ts')).mailCommand(),
  config: async () => (await import('./commands/config.ts')).configCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  conformance: async () => (await import('./commands/conformance.ts')).conformanceCommand(),
  entra: async () => (await import('./commands/entra.ts')).entraCommand(),
};

/** What asks for the version, and ends the program before a command is looked for. */
const versionFlags = ['-V', '--version'] as const;

/**
 * The program with the command that is called; with none where the first word asks for the version; with all commands where the
 * name is not that of a command, since the help and the suggestion of a name need all of them.
 *
 * @example
 * await (await createProgram('key')).parseAsync(['key', 'list', '--json'], { from: 'user' });
 */
export async function createProgram(called?: string): Promise<Command> {
  const program = new Command('tanhua')
    .description('A directory that your identity provider fills, in real time.')
    .version(packageJson.version, versionFlags.join(', '))
    .addHelpText(
      'after',
      `
Every command but demo takes --json, which prints errors as JSON too. Exit codes: ${exitCodes.success} done, ${exitCodes.failure} failed, ${exitCodes.usage} the call or the configuration has to be corrected, ${exitCodes.notFound} not found.
Settings are environment variables: see "tanhua config".`,
    )
    .showHelpAfterError('(add --help to see how the command is called)')
    .exitOverride();
  const isCommand = called !== undefined && Object.hasOwn(commands, called);
  const asksVersion = versionFlags.some((flag) => flag === called);
  for (const [name, load] of Object.entries(commands)) {
    if (isCommand ? name === called : !asksVersion) program.addCommand(await load());
  }
  complete(program);
  return program;
}

/**
 * Runs the command that the arguments call, and prints its error: as JSON with --json. Returns the exit code of an error; undefined
 * where there is none, so that the exit code that a command has set stays.
 */
export async function runProgram(args: readonly string[]): Promise<number | undefined> {
  const asJson = beforeOperands(args).includes('--json');
  try {
    const program = await createProgram(args[0]);
    if (asJson) silenceErrors(program);
    await program.parseAsync([...withoutMisplacedHelp(program, args)], { from: 'user' });
    return undefined;
  } catch (error) {
    return reportFailure(error, asJson);
  }
}

/** Arguments after "--" are not options. */
function beforeOperands(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}

/** Commander prints its errors itself, as text. */
function silenceErrors(command: Command): void {
  command.configureOutput({ writeErr: () => {} });
  for (const child of command.commands) silenceErrors(child);
}

const helpFlags: readonly string[] = ['--help', '-h'];

/**
 * Commander answers --help before it looks at the rest: an unknown command or option would get the help of the command before it,
 * as if it was right. Without the flag, it is refused.
 */
function withoutMisplacedHelp(program: Command, args: readonly string[]): readonly string[] {
  const [first, ...named] = args;
  // "tanhua help NAME" is "tanhua NAME --help".
  const called = first === 'help' ? named : args;
  if (first !== 'help' && !beforeOperands(args).some((arg) => helpFlags.includes(arg))) return args;
  const rest = called.filter((arg) => !helpFlags.includes(arg));
  return isKnown(program, rest) ? [...rest, '--help'] : rest;
}

/** True if the arguments name commands and options that exist; they may be incomplete. */
function isKnown(command: Command, args: readonly string[]): boolean {
  const [name] = args;
  if (command.commands.length > 0 && name !== undefined && !name.startsWith('-')) {
    const child = command.commands.find((one) => one.name() === name || one.aliases().includes(name));
    return child !== undefined && isKnown(child, args.slice(1));
  }
  return args.every((arg) => !arg.startsWith('-') || arg === '-' || hasOption(command, arg));
}

function hasOption(command: Command, arg: string): boolean {
  const [flag = ''] = arg.split('=');
  return command.options.some(({ long, short }) => flag === long || (short !== undefined && arg.startsWith(short)));
}

/** The words that call a command, such as "entra app create". */
export function commandPath(command: Command): string {
  const { parent } = command;
  // The program itself has no words here: they are those after "tanhua".
  if (parent === null) return '';
  return [commandPath(parent), command.name()].filter((part) => part !== '').join(' ');
}

/** Every command below a command, each before its own: those that act, and those that only hold others. */
export function allCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** Adds the examples to the help. Sub-commands do not inherit exitOverride: each would end the process itself. */
function complete(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    const example = commandExamples[commandPath(child)];
    if (example !== undefined) child.addHelpText('after', `\nExample:\n  ${example}`);
    complete(child);
  }
}
