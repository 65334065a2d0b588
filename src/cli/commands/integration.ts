import { Command } from 'commander';
import { recordEvent } from '#audit/event-store.ts';
import { changesText } from '../changes-text.ts';
import { printChoice } from '#base/choices.ts';
import type { FieldChange } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { findDefaultRules, listIntegrations, updateRules, type Integration } from '#integrations/integration-store.ts';
import { changeDefaultRules } from '#integrations/default-rules.ts';
import {
  changedRules,
  presetOf,
  presetRules,
  ruleDefinitions,
  ruleNames,
  ruleValues,
  withRule,
  type Rules,
} from '#integrations/rules.ts';
import { shownPreview } from '#scim-server/evaluation/evaluation-words.ts';
import { previewRules } from '#scim-server/evaluation/preview-rules.ts';
import { previewText, replayDeps } from '../evaluation-text.ts';
import { splitAssignment } from '../split-assignment.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { findIntegration, openSession } from '../session.ts';

export function integrationCommand(): Command {
  const command = new Command('integration').description(
    'Manage integrations: the identity sources that provision, and the rules for their requests.',
  );
  command
    .command('list')
    .description('List integrations.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const integrations = await listIntegrations(session.deps.database, session.organization.id);
      const columns = ['id', 'name', 'preset', 'flag', 'lastRequestAt'];
      printRows(options, integrations.map(summary), columns, 'There are no integrations.');
    });
  command
    .command('show')
    .argument('[name]', 'the integration, by name or id; default: the first integration')
    .description('Show an integration with its rules.')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: OutputOptions) => {
      await using session = await openSession();
      printIntegration(options, await findIntegration(session, name));
    });
  command
    .command('set')
    .argument('<name>', 'the integration, by name or id')
    .argument('<rules...>', 'a preset ("strict" or "standard"), rules as RULE=VALUE, or both')
    .description('Change the rules of an integration.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nRules:\n${rulesHelp()}`)
    .action(setRules);
  command
    .command('preview')
    .argument('<name>', 'the integration, by name or id')
    .argument('<rules...>', 'a preset ("strict" or "standard"), rules as RULE=VALUE, or both')
    .description('Show which people would be decided differently with other rules, without changing anything.')
    .option('--json', 'print JSON')
    .action(showPreview);
  command
    .command('defaults')
    .argument('[rules...]', 'a preset ("strict" or "standard"), rules as RULE=VALUE, or both; default: change nothing')
    .description('Show or change the rules that a new integration starts with. Existing integrations keep their rules.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nRules:\n${rulesHelp()}`)
    .action(showDefaults);
  return command;
}

async function showDefaults(assignments: readonly string[], options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, origin, organization } = session;
  const { rules, changes } =
    assignments.length === 0
      ? { ...(await findDefaultRules(deps.database, organization.id)), changes: undefined }
      : await changeDefaultRules(deps, origin, (before) => assignments.reduce(assignRule, before));
  const preset = presetOf(rules) ?? 'own';
  const shown = shownRules(rules);
  const head = changes === undefined ? '' : `${changesText(changes)}\n\n`;
  const text = `${head}${properties({ preset })}\n\n${properties(shown)}`;
  print(options, { preset, rules: shown, ...(changes && { changes }) }, text);
}

function shownRules(rules: Rules): Readonly<Record<string, string>> {
  return Object.fromEntries(ruleNames.map((rule) => [rule, printChoice(rules[rule])]));
}

async function showPreview(name: string, assignments: readonly string[], options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const integration = await findIntegration(session, name);
  const rules = assignments.reduce(assignRule, integration.rules);
  const preview = shownPreview(await previewRules(replayDeps(session), integration, rules));
  print(options, preview, previewText(preview));
}

async function setRules(name: string, assignments: readonly string[], options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, origin } = session;
  const { id } = await findIntegration(session, name);
  const changed = await inTransaction(deps.database, async (transaction) => {
    // Reads the integration again within the transaction, so that no other change can happen between the read and the update.
    const before = await findIntegration({ ...session, deps: { ...deps, database: transaction } }, id);
    const rules = assignments.reduce(assignRule, before.rules);
    const changes = changedRules(before.rules, rules);
    if (changes.length === 0) return { integration: before, changes };
    await updateRules(transaction, before.id, rules);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'integration_update',
      target: { type: 'integration', id: before.id, name: before.name },
      changes,
    });
    return { integration: { ...before, rules }, changes };
  });
  printIntegration(options, changed.integration, changed.changes);
}

function assignRule(rules: Rules, assignment: string): Rules {
  if (assignment === 'strict' || assignment === 'standard') return presetRules(assignment);
  const assigned = splitAssignment(assignment);
  if (assigned !== undefined) return withRule(rules, assigned.name, assigned.value);
  throw new AppError('usage', `${quote(assignment)} is neither "strict" nor "standard" nor RULE=VALUE.`);
}

function printIntegration(options: OutputOptions, integration: Integration, changes?: readonly FieldChange[]): void {
  const { rules, ...rest } = integration;
  const shown = shownRules(rules);
  const { id, name, preset, flag, lastRequestAt } = summary(integration);
  print(
    options,
    { ...rest, preset, rules: shown, ...(changes && { changes }) },
    `${changes === undefined ? '' : `${changesText(changes)}\n\n`}${properties({ id, name, lastRequestAt, flag, preset })}\n\n${properties(shown)}`,
  );
}

function summary(integration: Integration) {
  const { id, name, lastRequestAt, lastRequestFlagged, rules } = integration;
  const flag =
    lastRequestFlagged === null ? null : lastRequestFlagged ? 'with aadOptscim062020' : 'without aadOptscim062020';
  return { id, name, preset: presetOf(rules) ?? 'own', flag, lastRequestAt };
}

function rulesHelp(): string {
  return ruleNames
    .map((name) => `  ${name} (${ruleValues(name).join(', ')})\n      ${ruleDefinitions[name].description}`)
    .join('\n');
}
