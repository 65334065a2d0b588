import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { createApplication, openSecrets, saveSecrets } from '#entra/application/applications.ts';
import type { EntraApplication } from '#entra/application/application.ts';
import { compareDirectories } from '#entra/engine/compare.ts';
import type { EngineDeps } from '#entra/engine/engine-deps.ts';
import { runJob, type RunEnd } from '#entra/engine/run-job.ts';
import { listLogs } from '#entra/logs/log-store.ts';
import { fillTenant } from '#entra/source/generator/fill-tenant.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { createTenant } from '#entra/source/tenants.ts';
import { validateCredentials } from '#entra/wire/validate-credentials.ts';
import { answeredDetail } from '../entra-wire.ts';
import { jsonText } from '../json-text.ts';
import { progressBar } from '../progress-bar.ts';
import { countDifferences } from '../comparison-text.ts';
import { demoSteps } from './demo-steps.ts';
import { sideBySide, sideBySideHead } from './side-by-side.ts';

export const DEMO_USERS = 50;
export const DEMO_GROUPS = 5;
const SEED = 2026;
const PRINTED_MAX = 10;

/** The directory that the demo provisions into. */
export interface DemoTarget {
  readonly organizationId: string;
  /** The Tenant URL as an administrator enters it in Entra ID, with the flag aadOptscim062020. */
  readonly tenantUrl: string;
  /** The base URL of the SCIM endpoints. */
  readonly baseUrl: string;
  readonly secretToken: string;
}

interface DemoContext {
  readonly deps: EngineDeps;
  readonly target: DemoTarget;
  readonly tenant: EntraTenant;
  readonly application: EntraApplication;
  readonly jobId: string;
}

/**
 * Runs the integration guide from end to end: creates a tenant and an application, tests the connection, runs the initial cycle, and
 * then provisions several changes of one user.
 *
 * @param pauseMs milliseconds before each of these changes
 */
export async function runDemo(deps: EngineDeps, target: DemoTarget, pauseMs: number): Promise<void> {
  const context = await prepare(deps, target);
  await testConnection(context);
  await initialCycle(context);
  await runSteps(context, pauseMs);
}

async function prepare(deps: EngineDeps, target: DemoTarget): Promise<DemoContext> {
  const { organizationId, tenantUrl, secretToken } = target;
  const tenant = await createTenant(deps, organizationId, { name: 'Contoso', domain: 'contoso.example' });
  await fillTenant(deps, tenant, { seed: SEED, users: DEMO_USERS, groups: DEMO_GROUPS });
  console.log(`Created the tenant ${tenant.name} with ${DEMO_USERS} users and ${DEMO_GROUPS} groups.`);
  const { application, job } = await createApplication(deps, tenant, {
    displayName: 'Tanhua',
    preset: 'guide',
    settings: { tenantUrl, scope: 'all' },
  });
  const connected = await saveSecrets(deps, application, { secretToken });
  console.log(`Created the enterprise application ${application.displayName} with the guide's mappings: ${tenantUrl}`);
  return { deps, target, tenant, application: connected, jobId: job.id };
}

async function testConnection({ deps, application }: DemoContext): Promise<void> {
  const options = {
    ...application,
    ...deps.access,
    secrets: openSecrets(deps.secrets, application),
    clock: deps.clock,
  };
  const tested = await validateCredentials(options, { user: 'userName', group: 'displayName' });
  if (!tested.ok) throw new AppError('targetUnavailable', tested.message);
  console.log('Test Connection: the authorization was successful.\n');
}

async function initialCycle(context: DemoContext): Promise<void> {
  const { deps, jobId } = context;
  const startedAt = performance.now();
  using bar = progressBar(process.stdout);
  const end = await runJob(deps, jobId, {
    isStopping: () => false,
    onProgress: ({ done, total, counts }) =>
      bar.show({ text: `initial cycle: ${counts.created} created`, done, of: total }),
  });
  bar.end();
  const { counts } = requireComplete(end);
  console.log(
    `The initial cycle took ${seconds(startedAt)}: ${counts.created} created, ${counts.references} managers and groups with members, ${counts.skipped} skipped, ${counts.failed} failed.`,
  );
  await printFailures(context);
  const { compared, total, differences } = await compareDirectories(deps, jobId);
  console.log(
    `Compared ${compared.User} users and ${compared.Group} groups, attribute by attribute: ${total === 0 ? 'the two directories are equal.' : `${countDifferences(total)}:`}`,
  );
  for (const { kind, name, attribute } of differences.slice(0, PRINTED_MAX)) {
    console.log(`  ${name}: ${attribute ?? ''}${attribute === null ? '' : ' '}${kind}`);
  }
  console.log('');
}

/** Prints the reason for each failure. Without the reason, a failure would look like a bug in the demo. */
async function printFailures({ deps, tenant, jobId }: DemoContext): Promise<void> {
  const logs = await listLogs(deps.database, { tenantId: tenant.id, jobId, statuses: ['failure'], limit: PRINTED_MAX });
  for (const { entry, wire } of logs) {
    const { displayName } = entry['sourceIdentity'] as JsonObject;
    const { errorInformation } = entry['provisioningStatusInfo'] as JsonObject;
    const reason = jsonText((errorInformation as JsonObject | null)?.['reason']);
    console.log(`  ${jsonText(displayName)}: ${answeredDetail(wire.exchanges) ?? reason}`);
  }
}

function requireComplete(end: RunEnd) {
  if (end.kind === 'complete') return end.cycle;
  throw new AppError('targetUnavailable', end.kind === 'stopped' ? 'The cycle was interrupted.' : end.message);
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

async function runSteps(context: DemoContext, pauseMs: number): Promise<void> {
  const { deps, tenant, jobId } = context;
  console.log(`Now a user is hired, changed and deleted. Each change is provisioned at once:\n${sideBySideHead}`);
  let person = '';
  for (const { title, apply } of demoSteps) {
    await sleep(pauseMs);
    const user = await apply(deps, tenant, person);
    person = user?.id ?? person;
    const startedAt = performance.now();
    requireComplete(await runJob(deps, jobId));
    console.log(`\n  ${title} (${seconds(startedAt)})`);
    console.log(sideBySide(user, await resourceOf(context)));
  }
}

async function resourceOf({ target }: DemoContext): Promise<JsonObject | undefined> {
  const filter = encodeURIComponent('userName eq "mira.okonkwo"');
  const answer = await fetch(`${target.baseUrl}/Users?filter=${filter}`, {
    headers: { authorization: `Bearer ${target.secretToken}` },
  });
  const { Resources: resources } = (await answer.json()) as { readonly Resources: readonly JsonObject[] };
  return resources[0];
}
