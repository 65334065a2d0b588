import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError } from '#base/errors.ts';
import { exitCodes } from './output.ts';

/** Each command is loaded when it is called: most of them bring the whole server along. */
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

/**
 * Runs one command: `args` is what follows the program's name. Prints to the standard streams, and sets `process.exitCode` where
 * the command did not succeed (docs/reference/commands.md). Throws nothing.
 *
 * @example await runProgram(['user', 'list', '--json'])
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  const program = newProgram();
  const named = args[0] ?? '';
  // Help, and the suggestion for a name that does not exist, need all of them.
  const needed = Object.keys(commands).filter((name) => name === named || !Object.hasOwn(commands, named));
  for (const name of needed) {
    const command = await commands[name]?.();
    if (command !== undefined) program.addCommand(command);
  }
  inheritExit(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

function newProgram(): Command {
  return new Command('tanhua')
    .description('A directory that your identity provider fills, in real time.')
    .version(packageJson.version)
    .addHelpText(
      'after',
      `
Every command but demo takes --json. Exit codes: ${exitCodes.success} done, ${exitCodes.failure} failed, ${exitCodes.usage} wrong usage or configuration, ${exitCodes.notFound} not found.
Settings are environment variables: see "tanhua config".`,
    )
    .showHelpAfterError('(add --help to see how the command is called)')
    .exitOverride();
}

/** Commander tells its sub-commands nothing about exitOverride: each would end the process itself. */
function inheritExit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritExit(child);
  }
}

function exitCodeOf(error: unknown): number {
  // Help and version end by an error too; commander has printed what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  if (!(error instanceof AppError)) {
    console.error(error);
    return exitCodes.failure;
  }
  console.error(`tanhua: ${error.message}`);
  const remedy = error.definition.remedy;
  const couldNotRun = error.code === 'usage' || error.code === 'configuration' || error.code === 'targetUnavailable';
  if (couldNotRun || error.code === 'notFound') console.error(remedy);
  // A name that is taken is a call to be corrected, too.
  if (couldNotRun || error.code === 'conflict') return exitCodes.usage;
  return error.definition.status === 404 ? exitCodes.notFound : exitCodes.failure;
}
