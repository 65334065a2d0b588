import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError } from '#base/errors.ts';
import { adminCommand } from './commands/admin.ts';
import { configCommand } from './commands/config.ts';
import { conformanceCommand } from './commands/conformance.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventCommand } from './commands/event.ts';
import { groupCommand } from './commands/group.ts';
import { integrationCommand } from './commands/integration.ts';
import { keyCommand } from './commands/key.ts';
import { mailCommand } from './commands/mail.ts';
import { migrateCommand } from './commands/migrate.ts';
import { organizationCommand } from './commands/organization.ts';
import { roleCommand } from './commands/role.ts';
import { schemaCommand } from './commands/schema.ts';
import { startCommand } from './commands/start.ts';
import { userCommand } from './commands/user.ts';
import { exitCodes } from './output.ts';

const program = new Command('tanhua')
  .description('A directory that your identity provider fills, in real time.')
  .version(packageJson.version)
  .addHelpText(
    'after',
    `
Every command takes --json. Exit codes: ${exitCodes.success} done, ${exitCodes.failure} failed, ${exitCodes.usage} wrong usage or configuration, ${exitCodes.notFound} not found.
Settings are environment variables: see "tanhua config".`,
  )
  .showHelpAfterError('(add --help to see how the command is called)')
  .exitOverride();

for (const command of [
  startCommand(),
  keyCommand(),
  adminCommand(),
  roleCommand(),
  integrationCommand(),
  organizationCommand(),
  schemaCommand(),
  userCommand(),
  groupCommand(),
  eventCommand(),
  mailCommand(),
  configCommand(),
  doctorCommand(),
  migrateCommand(),
  conformanceCommand(),
]) {
  program.addCommand(command);
}
inheritExit(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
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
  if (couldNotRun) return exitCodes.usage;
  return error.definition.status === 404 ? exitCodes.notFound : exitCodes.failure;
}
