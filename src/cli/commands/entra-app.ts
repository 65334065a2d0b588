import { Command } from 'commander';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { applicationTarget, settingsEvent } from '#entra/application/application-events.ts';
import { deleteApplication, listApplications } from '#entra/application/application-store.ts';
import type { Assignment, EntraApplication } from '#entra/application/application.ts';
import { createApplication, saveSecrets, updateSettings, type Preset } from '#entra/application/applications.ts';
import { listAssignments } from '#entra/application/assignment-store.ts';
import { assign, unassign } from '#entra/application/assignments.ts';
import { printInterval } from '#entra/application/interval.ts';
import { findJobOfApplication } from '#entra/application/job-store.ts';
import { deletedSecretsText, secretLabels } from '#entra/application/saved-secrets.ts';
import { SECRET_MASK } from '#outbound/bound-secret.ts';
import { faultsHelp, readFaults, readInterval, readSettings, settingsHelp } from '../application-settings.ts';
import {
  chosenApplication,
  consequenceTexts,
  tenantOf,
  withTenant,
  type TenantOptions,
} from '../chosen-application.ts';
import { changesBetween, changesText } from '../changes-text.ts';
import { namedPrincipal } from '../entra-named.ts';
import { print, printRows, properties, table } from '../output.ts';
import { readCredentials, withCredentials, type CredentialOptions } from '../credential-options.ts';
import { openSession } from '../session.ts';
import { testConnection } from './entra-app-connection.ts';

interface CreateOptions extends CredentialOptions {
  readonly url: string;
  readonly preset: string;
  readonly scope?: string;
  readonly interval?: string;
}

/** Creates the command "entra app", for the enterprise applications of the Entra ID stand-in. */
export function entraAppCommand(): Command {
  const command = new Command('app').description(
    'Manage enterprise applications: the target of provisioning, and the users and groups in scope.',
  );
  withCredentials(withTenant(command.command('create')))
    .argument('<name>', 'the name of the application')
    .requiredOption('--url <url>', 'the Tenant URL of the target, such as https://HOST/scim/v2/?aadOptscim062020')
    .option(
      '--preset <preset>',
      'the initial mappings: entra (the defaults of Entra ID) or guide (those of the integration guide)',
      'guide',
    )
    .option(
      '--scope <scope>',
      'assigned: provision only assigned users and groups (the default); all: provision the whole tenant',
    )
    .option('--interval <interval>', 'the time between cycles, such as PT40M, 40m or 30s; default: 40 minutes')
    .description('Create an enterprise application with its synchronization job.')
    .action(create);
  withTenant(command.command('list')).description('List applications.').action(list);
  withTenant(command.command('show'))
    .argument('[name]', 'the application, by name or id; default: the only application')
    .description('Show an application with its settings and assignments.')
    .action(show);
  withTenant(command.command('set'))
    .argument('<name>', 'the application, by name or id')
    .argument('<settings...>', 'one or more settings as NAME=VALUE, such as scope=all')
    .description('Change settings of an application.')
    .addHelpText('after', settingsHelp)
    .action(set);
  withCredentials(withTenant(command.command('credentials')))
    .argument('<name>', 'the application, by name or id')
    .description('Replace the credentials for the target. They are never shown.')
    .action(credentials);
  withTenant(command.command('test'))
    .argument('[name]', 'the application, by name or id; default: the only application')
    .description('Test the connection: request a user and a group that do not exist from the target.')
    .action(testConnection);
  addAssignmentCommands(command);
  withTenant(command.command('faults'))
    .argument('<name>', 'the application, by name or id')
    .argument('[faults...]', 'NAME=VALUE, or off; default: show the current faults')
    .description('Simulate faults of Entra ID or of the network, to test the target.')
    .addHelpText('after', faultsHelp)
    .action(faults);
  withTenant(command.command('delete'))
    .argument('<name>', 'the application, by name or id')
    .description('Delete an application with its job, links and logs. The target keeps its users and groups.')
    .action(remove);
  return command;
}

function addAssignmentCommands(command: Command): void {
  for (const [name, description, action] of [
    ['assign', 'Assign a user or a group to an application.', assignPrincipal],
    ['unassign', 'Remove the assignment of a user or a group.', unassignPrincipal],
  ] as const) {
    withTenant(command.command(name))
      .argument('<name>', 'the application, by name or id')
      .argument('<type>', 'user or group')
      .argument('<principal>', 'a userPrincipalName, the displayName of a group, or an objectId')
      .option('--role <role>', 'the value of the app role; default: User for assign, all roles for unassign')
      .description(description)
      .action(action);
  }
}

async function create(name: string, options: CreateOptions): Promise<void> {
  await using session = await openSession();
  const given = await readCredentials(options);
  const scope = options.scope === undefined ? {} : readSettings([`scope=${options.scope}`]);
  const tenant = await tenantOf(session, options);
  const deps = session.deps;
  const saved = await inTransaction(deps.database, async (database) => {
    const { application } = await createApplication({ ...deps, database }, tenant, {
      displayName: name,
      preset: presetOf(options.preset),
      settings: { ...scope, ...(given && { authentication: given.authentication }), tenantUrl: options.url },
      intervalMs: options.interval === undefined ? undefined : readInterval(options.interval),
    });
    return given === undefined ? application : await saveSecrets({ ...deps, database }, application, given.secrets);
  });
  const next =
    saved.settings.scope === 'all'
      ? 'Test the connection: tanhua entra app test. Then start the job: tanhua entra cycle start'
      : 'Assign a user or a group: tanhua entra app assign. Then start the job: tanhua entra cycle start';
  print(options, shownApplication(saved), `${properties(summary(saved))}\n\n${next}`);
}

/** Returns the preset with a name. Throws `usage`. */
export function presetOf(name: string): Preset {
  if (name === 'entra' || name === 'guide') return name;
  throw new AppError('usage', `The preset is "${name}": it must be "entra" or "guide".`);
}

async function list(options: TenantOptions): Promise<void> {
  await using session = await openSession();
  const tenant = await tenantOf(session, options);
  const applications = await listApplications(session.deps.database, tenant.id);
  const empty = 'There are no applications. Create one: tanhua entra app create NAME --url URL';
  printRows(options, applications.map(summary), ['id', 'name', 'tenantUrl', 'scope', 'credentials'], empty);
}

function summary({ id, displayName, settings, sealedSecrets }: EntraApplication) {
  const credentials = sealedSecrets === null ? 'none' : settings.authentication;
  return { id, name: displayName, tenantUrl: settings.tenantUrl, scope: settings.scope, credentials };
}

/** Returns an application without its secrets. */
function shownApplication({ sealedSecrets, ...application }: EntraApplication) {
  return { ...application, hasCredentials: sealedSecrets !== null };
}

async function show(name: string | undefined, options: TenantOptions): Promise<void> {
  await using session = await openSession();
  const application = await chosenApplication(session, options, name);
  const { database } = session.deps;
  const job = await findJobOfApplication(database, application.id);
  const assignments = await listAssignments(database, application.id);
  const { faults: _, ...settings } = application.settings;
  const shownJob = job && {
    id: job.id,
    interval: printInterval(job.intervalMs),
    scheduleState: job.scheduleState,
    status: job.status.code,
  };
  const text = [
    properties({ ...summary(application), ...settings }),
    ...(shownJob === undefined ? [] : [properties({ job: shownJob.id, ...shownJob })]),
    assignments.length === 0 ? 'No user or group is assigned.' : assignmentTable(assignments),
  ].join('\n\n');
  print(options, { ...shownApplication(application), job: shownJob, assignments }, text);
}

function assignmentTable(assignments: readonly Assignment[]): string {
  return table(
    assignments.map((one) => ({ ...one })),
    ['principalType', 'principalId', 'roleValue'],
  );
}

async function set(name: string, assignments: readonly string[], options: TenantOptions): Promise<void> {
  await using session = await openSession();
  const before = await chosenApplication(session, options, name);
  const change = readSettings(assignments);
  const { application, consequence, deletedSecrets } = await inTransaction(session.deps.database, async (database) => {
    const deps = { ...session.deps, database };
    const updated = await updateSettings(deps, before, change);
    const event = settingsEvent(before, updated);
    if (event !== undefined) await recordEvent(database, deps.clock, session.origin, event);
    return updated;
  });
  const changes = changesBetween(comparable(before), comparable(application));
  const { faults: _, ...settings } = application.settings;
  const warning = deletedSecretsText(deletedSecrets);
  const text = [
    changesText(changes),
    properties({ ...summary(application), ...settings }),
    consequenceTexts[consequence],
    ...(warning === undefined
      ? []
      : [`${warning}\n  tanhua entra app credentials ${quote(application.displayName)} --token -`]),
  ].join('\n\n');
  const deleted = deletedSecrets.map((name) => secretLabels[name]);
  print(options, { ...shownApplication(application), changes, consequence, deletedSecrets: deleted }, text);
}

function comparable({ displayName, settings }: EntraApplication) {
  return { displayName, ...settings };
}

async function credentials(name: string, options: CredentialOptions): Promise<void> {
  await using session = await openSession();
  const application = await chosenApplication(session, options, name);
  const given = await readCredentials(options);
  if (given === undefined) throw new AppError('usage', 'Give --token, or all three options that begin with --oauth.');
  const { authentication, secrets } = given;
  const saved = await inTransaction(session.deps.database, async (database) => {
    const deps = { ...session.deps, database };
    await updateSettings(deps, application, { authentication });
    const changed = await saveSecrets(deps, application, secrets);
    await recordEvent(database, deps.clock, session.origin, {
      type: 'provisioning_credentials_update',
      target: applicationTarget(changed),
      changes: Object.keys(secrets).map((field) => ({ field, from: null, to: SECRET_MASK })),
    });
    return changed;
  });
  print(
    options,
    shownApplication(saved),
    `The credentials of ${saved.displayName} are saved; they are not shown again.`,
  );
}

interface AssignOptions extends TenantOptions {
  readonly role?: string;
}

async function assignPrincipal(name: string, type: string, principal: string, options: AssignOptions): Promise<void> {
  await using session = await openSession();
  const application = await chosenApplication(session, options, name);
  const found = await namedPrincipal(session, await tenantOf(session, options), type, principal);
  const { assignment, isNew } = await assign(session.deps, application, found, options.role);
  const done = isNew ? 'Assigned' : 'Already assigned:';
  print(
    options,
    { ...assignment, isNew },
    `${done} ${principal} to ${application.displayName} as ${assignment.roleValue}.`,
  );
}

async function unassignPrincipal(name: string, type: string, principal: string, options: AssignOptions): Promise<void> {
  await using session = await openSession();
  const application = await chosenApplication(session, options, name);
  // A purged user or group may still be assigned, but can be found only by its id.
  const assignments = await listAssignments(session.deps.database, application.id);
  const assigned = assignments.find(({ principalId }) => principalId === principal.toLowerCase());
  const id =
    assigned?.principalId ?? (await namedPrincipal(session, await tenantOf(session, options), type, principal)).id;
  const removed = await unassign(session.deps, application, id, options.role);
  const roles = removed.map(({ roleValue }) => roleValue).join(', ');
  print(options, removed, `${principal} is no longer assigned to ${application.displayName} as ${roles}.`);
}

async function faults(name: string, assignments: readonly string[], options: TenantOptions): Promise<void> {
  await using session = await openSession();
  const before = await chosenApplication(session, options, name);
  const { application } =
    assignments.length === 0
      ? { application: before }
      : await updateSettings(session.deps, before, { faults: readFaults(assignments) });
  const shown = application.settings.faults;
  const changes = changesBetween({ ...before.settings.faults }, { ...shown });
  const head = assignments.length === 0 ? '' : `${changesText(changes)}\n\n`;
  print(options, { ...shown, ...(assignments.length > 0 && { changes }) }, `${head}${properties({ ...shown })}`);
}

async function remove(name: string, options: TenantOptions): Promise<void> {
  await using session = await openSession();
  const { id, displayName } = await chosenApplication(session, options, name);
  const deleted = await deleteApplication(session.deps.database, id);
  print(options, { id, deleted }, `Deleted ${displayName}. The target keeps its users and groups.`);
}
