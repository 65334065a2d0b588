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
const TOLD_MAX = 10;

export interface DemoTarget {
  readonly organizationId: string;
  /** With the flag, as it is entered in Entra ID. */
  readonly tenantUrl: string;
  /** Where the SCIM endpoints are. */
  readonly baseUrl: string;
  readonly secretToken: string;
}

interface World {
  readonly deps: EngineDeps;
  readonly target: DemoTarget;
  readonly tenant: EntraTenant;
  readonly application: EntraApplication;
  readonly jobId: string;
}

/** The guide from end to end: a tenant, an application, Test Connection, the initial cycle, and people whose lives go on. */
export async function runDemo(deps: EngineDeps, target: DemoTarget, pauseMs: number): Promise<void> {
  const world = await prepare(deps, target);
  await testConnection(world);
  await initialCycle(world);
  await liveMinute(world, pauseMs);
}

async function prepare(deps: EngineDeps, target: DemoTarget): Promise<World> {
  const { organizationId, tenantUrl, secretToken } = target;
  const tenant = await createTenant(deps, organizationId, { name: 'Contoso', domain: 'contoso.example' });
  await fillTenant(deps, tenant, { seed: SEED, users: DEMO_USERS, groups: DEMO_GROUPS });
  console.log(`A tenant, ${tenant.name}, with ${DEMO_USERS} people and ${DEMO_GROUPS} groups.`);
  const { application, job } = await createApplication(deps, tenant, {
    displayName: 'Tanhua',
    preset: 'guide',
    settings: { tenantUrl, scope: 'all' },
  });
  const connected = await saveSecrets(deps, application, { secretToken });
  console.log(`An enterprise application, ${application.displayName}, with the guide's mappings: ${tenantUrl}`);
  return { deps, target, tenant, application: connected, jobId: job.id };
}

async function testConnection({ deps, application }: World): Promise<void> {
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

async function initialCycle(world: World): Promise<void> {
  const { deps, jobId } = world;
  const begun = performance.now();
  using bar = progressBar(process.stdout);
  const end = await runJob(deps, jobId, {
    isStopping: () => false,
    onProgress: ({ done, total, counts }) =>
      bar.show({ text: `initial cycle: ${counts.created} created`, done, of: total }),
  });
  bar.end();
  const { counts } = requireComplete(end);
  console.log(
    `The initial cycle took ${seconds(begun)}: ${counts.created} created, ${counts.references} managers and groups with members, ${counts.skipped} skipped, ${counts.failed} failed.`,
  );
  await tellFailures(world);
  const { compared, total, differences } = await compareDirectories(deps, jobId);
  console.log(
    `Compared ${compared.User} people and ${compared.Group} groups, attribute by attribute: ${total === 0 ? 'the two directories are equal.' : `${countDifferences(total)}:`}`,
  );
  for (const { kind, name, attribute } of differences.slice(0, TOLD_MAX)) {
    console.log(`  ${name}: ${attribute ?? ''}${attribute === null ? '' : ' '}${kind}`);
  }
  console.log('');
}

/** A failure that nobody explains looks like a fault of the demo. */
async function tellFailures({ deps, tenant, jobId }: World): Promise<void> {
  const logs = await listLogs(deps.database, { tenantId: tenant.id, jobId, statuses: ['failure'], limit: TOLD_MAX });
  for (const { entry, wire } of logs) {
    const { displayName } = entry['sourceIdentity'] as JsonObject;
    const { errorInformation } = entry['provisioningStatusInfo'] as JsonObject;
    const reason = jsonText((errorInformation as JsonObject | null)?.['reason']);
    console.log(`  ${jsonText(displayName)}: ${answeredDetail(wire.exchanges) ?? reason}`);
  }
}

function requireComplete(end: RunEnd) {
  if (end.kind === 'complete') return end.cycle;
  throw new AppError('targetUnavailable', end.kind === 'stopped' ? 'The cycle was left.' : end.message);
}

function seconds(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

async function liveMinute(world: World, pauseMs: number): Promise<void> {
  const { deps, tenant, jobId } = world;
  console.log(`Now somebody's life, as it reaches the directory:\n${sideBySideHead}`);
  let person = '';
  for (const { title, happen } of demoSteps) {
    await sleep(pauseMs);
    const user = await happen(deps, tenant, person);
    person = user?.id ?? person;
    const begun = performance.now();
    requireComplete(await runJob(deps, jobId));
    console.log(`\n  ${title} (${seconds(begun)})`);
    console.log(sideBySide(user, await resourceOf(world)));
  }
}

async function resourceOf({ target }: World): Promise<JsonObject | undefined> {
  const filter = encodeURIComponent('userName eq "mira.okonkwo"');
  const answer = await fetch(`${target.baseUrl}/Users?filter=${filter}`, {
    headers: { authorization: `Bearer ${target.secretToken}` },
  });
  const { Resources: resources } = (await answer.json()) as { readonly Resources: readonly JsonObject[] };
  return resources[0];
}
