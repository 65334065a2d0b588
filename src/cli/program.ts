import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError } from '#base/errors.ts';
import { printable } from '#base/printable.ts';
import { commandExamples } from './command-examples.ts';
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
Every command but demo takes --json. Exit codes: ${exitCodes.success} done, ${exitCodes.failure} failed, ${exitCodes.usage} wrong usage or configuration, ${exitCodes.notFound} not found.
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
 * Runs the command that the arguments call, and prints its error. Returns the exit code of an error; undefined where there is
 * none, so that the exit code that a command has set stays.
 */
export async function runProgram(args: readonly string[]): Promise<number | undefined> {
  try {
    await (await createProgram(args[0])).parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    return exitCodeOf(error);
  }
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

function exitCodeOf(error: unknown): number {
  // Help and version end with an error too; commander has printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  if (!(error instanceof AppError)) {
    console.error(error);
    return exitCodes.failure;
  }
  console.error(`tanhua: ${printable(error.message)}`);
  const remedy = error.definition.remedy;
  const couldNotRun = error.code === 'usage' || error.code === 'configuration' || error.code === 'targetUnavailable';
  if (couldNotRun || error.code === 'notFound') console.error(remedy);
  // A name that is taken is a call to be corrected, too.
  if (couldNotRun || error.code === 'conflict') return exitCodes.usage;
  return error.definition.status === 404 ? exitCodes.notFound : exitCodes.failure;
}
