import { Command } from 'commander';
import { changesText } from '../changes-text.ts';
import { printChoice } from '#base/choices.ts';
import type { FieldChange } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { changeOrganization } from '#organizations/change-organization.ts';
import { findSettings, type Organization } from '#organizations/organization-store.ts';
import {
  settingDefinitions,
  settingNames,
  settingValues,
  withSetting,
  type Settings,
} from '#organizations/settings.ts';
import { listPlacedOrganizations, requireFreeName } from '#organizations/placed-organizations.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openExisting, openSession } from '../session.ts';
import { organizationCreateCommand } from './organization-create.ts';
import { organizationMoveCommand } from './organization-move.ts';
import { splitAssignment } from '../split-assignment.ts';

export function organizationCommand(): Command {
  const command = new Command('organization').description(
    'Manage organizations, their settings, and the databases that contain them.',
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
    .argument('<settings...>', 'one or more settings as SETTING=VALUE, such as passwordMinLength=12')
    .description('Change settings of the organization.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nSettings:\n${settingsHelp()}`)
    .action(setSettings);
  command
    .command('rename')
    .argument('<name>', 'the new name')
    .description('Rename the organization.')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      await using session = await openSession();
      const { deps, fleet, organization, origin } = session;
      await requireFreeName(fleet, name, organization.id);
      const changed = await changeOrganization(deps, origin, { name });
      printOrganization(options, changed, changed.settings, changed.changes);
    });
  command
    .command('list')
    .description('List all organizations, and the database that contains each.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using deps = await openExisting();
      const all = await listPlacedOrganizations(deps.fleet);
      const rows = all.map(({ id, name, shard }) => ({ id, name, shard: shard.name }));
      printRows(
        options,
        rows,
        ['id', 'name', 'shard'],
        'There are no organizations. Start the directory to create the first one.',
      );
    });
  command.addCommand(organizationCreateCommand());
  command.addCommand(organizationMoveCommand());
  return command;
}

async function setSettings(assignments: readonly string[], options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, origin } = session;
  const changed = await changeOrganization(deps, origin, {
    settings: (before) => assignments.reduce(assign, before),
  });
  printOrganization(options, changed, changed.settings, changed.changes);
}

function assign(settings: Settings, assignment: string): Settings {
  const assigned = splitAssignment(assignment);
  if (assigned !== undefined) return withSetting(settings, assigned.name, assigned.value);
  throw new AppError('usage', `${quote(assignment)} is not SETTING=VALUE.`);
}

function printOrganization(
  options: OutputOptions,
  { id, name }: Organization,
  settings: Settings,
  changes?: readonly FieldChange[],
): void {
  const shown = Object.fromEntries(settingNames.map((setting) => [setting, printChoice(settings[setting])]));
  const text = `${properties({ id, name })}\n\n${properties(shown)}`;
  const head = changes === undefined ? '' : `${changesText(changes)}\n\n`;
  print(options, { id, name, settings: shown, ...(changes && { changes }) }, `${head}${text}`);
}

function settingsHelp(): string {
  return settingNames
    .map((name) => `  ${name} (${settingValues(name).join(', ')})\n      ${settingDefinitions[name].description}`)
    .join('\n');
}
