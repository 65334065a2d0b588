import { Command } from 'commander';
import { productVersion } from '#base/product-version.ts';
import { commandExamples } from './command-examples.ts';
import { reportFailure } from './command-failure.ts';
import { exitCodes } from './output.ts';

/** Functions that load each command. Only the called command is loaded, because most commands load the whole server. */
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
  request: async () => (await import('./commands/request.ts')).requestCommand(),
  attention: async () => (await import('./commands/attention.ts')).attentionCommand(),
  mail: async () => (await import('./commands/mail.ts')).mailCommand(),
  config: async () => (await import('./commands/config.ts')).configCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  conformance: async () => (await import('./commands/conformance.ts')).conformanceCommand(),
  entra: async () => (await import('./commands/entra.ts')).entraCommand(),
  radius: async () => (await import('./commands/radius.ts')).radiusCommand(),
};

/** Flags that print the version and end the program before a command is looked up. */
const versionFlags = ['-V', '--version'] as const;

/**
 * Creates the program with the called command. Adds no command if `called` is a version flag. Adds all commands if `called` is not the
 * name of a command, because the help and the suggestion of a similar name need all of them.
 *
 * @example
 * await (await createProgram('key')).parseAsync(['key', 'list', '--json'], { from: 'user' });
 */
export async function createProgram(called?: string): Promise<Command> {
  const program = new Command('tanhua')
    .description('A SCIM 2.0 directory that your identity provider provisions in real time.')
    .version(productVersion, versionFlags.join(', '))
    .addHelpText(
      'after',
      `
Every command except demo takes --json, which prints the result and errors as JSON.
Exit codes: ${exitCodes.success} success, ${exitCodes.failure} failure, ${exitCodes.usage} the command line or the configuration is wrong, ${exitCodes.notFound} not found.
Settings are environment variables: see "tanhua config --describe".`,
    )
    .showHelpAfterError('(add --help to see the arguments and options)')
    .exitOverride();
  const isCommand = called !== undefined && Object.hasOwn(commands, called);
  const isVersionRequest = versionFlags.some((flag) => flag === called);
  for (const [name, load] of Object.entries(commands)) {
    if (isCommand ? name === called : !isVersionRequest) program.addCommand(await load());
  }
  completeHelp(program);
  return program;
}

/**
 * Runs the command that the arguments call, and prints its error, as JSON with --json. Returns the exit code of the error. Returns
 * undefined without an error, so that an exit code that the command has set remains.
 *
 * @param args the words after "tanhua"
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

/** Stops Commander from printing its errors, because it would print them as text even with --json. */
function silenceErrors(command: Command): void {
  command.configureOutput({ writeErr: () => {} });
  for (const child of command.commands) silenceErrors(child);
}

const helpFlags: readonly string[] = ['--help', '-h'];

/**
 * Removes the help flag if the other arguments contain an unknown command or option. Commander handles --help before it checks the rest,
 * and would print the help of the parent command instead of an error. Without the flag, it reports the error.
 */
function withoutMisplacedHelp(program: Command, args: readonly string[]): readonly string[] {
  const [first, ...named] = args;
  // "tanhua help NAME" means the same as "tanhua NAME --help".
  const called = first === 'help' ? named : args;
  if (first !== 'help' && !beforeOperands(args).some((arg) => helpFlags.includes(arg))) return args;
  const rest = called.filter((arg) => !helpFlags.includes(arg));
  return isKnown(program, rest) ? [...rest, '--help'] : rest;
}

/** True if all commands and options in the arguments exist. Arguments may be missing. */
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

/** Returns the words that call a command, without "tanhua", such as "entra app create". */
export function commandPath(command: Command): string {
  const { parent } = command;
  // The command without a parent is the program "tanhua", which the path does not contain.
  if (parent === null) return '';
  return [commandPath(parent), command.name()].filter((part) => part !== '').join(' ');
}

/** Returns all descendants of a command, each parent before its subcommands. Includes commands that only group others. */
export function allCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** Adds the examples to the help. Copies the settings of the parent, because a subcommand without exitOverride would end the process. */
function completeHelp(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    const example = commandExamples[commandPath(child)];
    if (example !== undefined) child.addHelpText('after', `\nExample:\n  ${example}`);
    completeHelp(child);
  }
}
