import { Command } from 'commander';
import { recordEvent } from '#audit/event-store.ts';
import { printChoice } from '#base/choices.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { findSettings, updateSettings, type Organization } from '#organizations/organization-store.ts';
import {
  settingDefinitions,
  settingNames,
  settingValues,
  withSetting,
  type Settings,
} from '#organizations/settings.ts';
import { listPlacedOrganizations } from '#organizations/placed-organizations.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openExisting, openSession } from '../session.ts';
import { organizationCreateCommand } from './organization-create.ts';
import { organizationMoveCommand } from './organization-move.ts';
import { splitAssignment } from '../split-assignment.ts';

export function organizationCommand(): Command {
  const command = new Command('organization').description(
    'Organizations: their settings, and the databases that they are in.',
  );
  command
    .command('show')
    .description('Show the organization with its settings.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      printOrganization(options, organization, await findSettings(deps.database, organization.id));
    });
  command
    .command('set')
    .argument('<settings...>', 'SETTING=VALUE; several in a row')
    .description('Change settings of the organization.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nSettings:\n${settingsHelp()}`)
    .action(setSettings);
  command
    .command('list')
    .description('List the organizations, and the database that each is in.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using deps = await openExisting();
      const all = await listPlacedOrganizations(deps.fleet);
      const rows = all.map(({ id, name, shard }) => ({ id, name, shard: shard.name }));
      printRows(options, rows, ['id', 'name', 'shard'], 'There are no organizations. Start the directory once.');
    });
  command.addCommand(organizationCreateCommand());
  command.addCommand(organizationMoveCommand());
  return command;
}

async function setSettings(assignments: readonly string[], options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization, origin } = session;
  const settings = await inTransaction(deps.database, async (transaction) => {
    const before = await findSettings(transaction, organization.id);
    const after = assignments.reduce(assign, before);
    const changes = settingNames
      .filter((name) => after[name] !== before[name])
      .map((name) => ({ field: name, from: before[name], to: after[name] }));
    if (changes.length === 0) return before;
    await updateSettings(transaction, organization.id, after);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'organization_update',
      target: { type: 'organization', id: organization.id, name: organization.name },
      changes,
    });
    return after;
  });
  printOrganization(options, organization, settings);
}

function assign(settings: Settings, assignment: string): Settings {
  const assigned = splitAssignment(assignment);
  if (assigned !== undefined) return withSetting(settings, assigned.name, assigned.value);
  throw new AppError('usage', `${quote(assignment)} is not SETTING=VALUE.`);
}

function printOrganization(options: OutputOptions, { id, name }: Organization, settings: Settings): void {
  const shown = Object.fromEntries(settingNames.map((setting) => [setting, printChoice(settings[setting])]));
  print(options, { id, name, settings: shown }, `${properties({ id, name })}\n\n${properties(shown)}`);
}

function settingsHelp(): string {
  return settingNames
    .map((name) => `  ${name} (${settingValues(name).join(', ')})\n      ${settingDefinitions[name].description}`)
    .join('\n');
}
