import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openProvisioningWorld, type ProvisioningWorld } from '../tests/support/provisioning.ts';

/**
 * Provisions a whole tenant into the started program, first undisturbed, then while the engine is killed and the target fails. Measures
 * the duration, and checks that the two directories are equal in the end.
 * Usage: `npm run bench:provisioning`. Exits with code 1 if they differ.
 */
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    groups: { type: 'string', default: '100' },
    changes: { type: 'string', default: '500' },
    kills: { type: 'string', default: '10' },
    restarts: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'measured,disturbed' },
    setting: { type: 'string', multiple: true, default: [] },
  },
});
const users = Number(values.users);
const plan = {
  users,
  groups: Number(values.groups),
  preset: 'guide',
  rules: 'strict',
  flag: true,
  seed: Number(values.seed),
  settings: values.setting,
} as const;
/** The number of cycles within which retries must resolve all failures. */
const CYCLES_MAX = 5;
const SAMPLE_MS = 250;

const counts = { kills: Number(values.kills), restarts: Number(values.restarts) };

const parts = values.only.split(',');
if (parts.includes('measured')) await measure();
if (parts.includes('disturbed')) await disturb();

async function measure(): Promise<void> {
  await using world = await timed(`created a tenant of ${users} people and ${plan.groups} groups`, () =>
    openProvisioningWorld(plan),
  );
  const initial = await watchedCycle(world, 'initial cycle');
  console.log(`  ${(users / initial.seconds).toFixed(0)} people a second, with their groups and managers`);
  await requireEqual(world);
  await incremental(world);
  await watchedCycle(world, 'idle cycle');
}

async function disturb(): Promise<void> {
  await using world = await openProvisioningWorld(plan);
  // Small enough for all disturbances to happen before the cycle is complete: the cycle sends more than four requests for each person.
  const requestsMax = Math.max(20, Math.floor((4 * users) / (counts.kills + counts.restarts + 1)));
  const done = await timed('initial cycle, disturbed', () => world.disturbedCycle({ ...counts, requestsMax, seed: 1 }));
  console.log(`  the engine was killed ${done.kills} times, the target ${done.restarts} times`);
  if (done.kills !== counts.kills || done.restarts !== counts.restarts)
    fail('the cycle completed before all disturbances had happened');
  // As in Entra ID, the next cycle retries the requests that were in flight when the target failed.
  await settle(world, 'next cycle');
  await incremental(world);
}

async function incremental(world: ProvisioningWorld): Promise<void> {
  await world.entra('tenant', 'change', '--count', values.changes, '--seed', '2');
  await settle(world, `incremental cycle after ${values.changes} changes`);
}

/** Runs cycles until no failure is left to retry, and checks that the two directories are equal. */
async function settle(world: ProvisioningWorld, name: string): Promise<void> {
  for (let cycles = 1; cycles <= CYCLES_MAX; cycles += 1) {
    const { failed } = await watchedCycle(world, name);
    if (failed === 0) break;
    console.log(`  ${failed} failures are retried in the next cycle`);
  }
  await requireEqual(world);
}

async function watchedCycle(world: ProvisioningWorld, name: string) {
  await world.target.requests();
  let engineMegabytes = 0;
  let sampling: NodeJS.Timeout | undefined;
  const startMs = performance.now();
  const end = await world.cycle(({ pid }) => {
    sampling = setInterval(() => {
      engineMegabytes = Math.max(engineMegabytes, residentMegabytes(pid));
    }, SAMPLE_MS);
  });
  clearInterval(sampling);
  const seconds = (performance.now() - startMs) / 1_000;
  if (end.kind !== 'complete') throw new Error(`The cycle is not complete: ${JSON.stringify(end)}`);
  const requests = await world.target.requests();
  const methods = Map.groupBy(requests, ({ method }) => method);
  const countsByMethod = [...methods].map(([method, some]) => `${some.length} ${method}`).join(', ');
  const { created, updated, disabled, deleted, failed, references } = end.cycle.counts;
  console.log(`${name}: ${seconds.toFixed(1)} s
  ${created} created, ${updated} updated, ${disabled} disabled, ${deleted} deleted, ${references} references, ${failed} failed
  ${requests.length} requests (${countsByMethod}), ${(requests.length / seconds).toFixed(0)} a second
  ${engineMegabytes} MB resident at most in the engine, ${residentMegabytes(world.target.now().pid)} MB in the target`);
  return { seconds, failed };
}

async function requireEqual(world: ProvisioningWorld): Promise<void> {
  const { total, compared, found, differences } = await timed('compared', () => world.compare());
  console.log(
    `  ${compared.User} people and ${compared.Group} groups, ${found.User} and ${found.Group} in the target: ${total} differences`,
  );
  if (total > 0) fail(JSON.stringify(differences.slice(0, 5), null, 2));
  for (const type of ['user_create', 'group_create']) {
    const { count, objects } = await world.events(type);
    if (count !== objects) fail(`${count} ${type} of ${objects} objects`);
  }
}

function fail(reason: string): void {
  console.log(`  FAILED: ${reason}`);
  process.exitCode = 1;
}

async function timed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const startMs = performance.now();
  const result = await work();
  console.log(`${name}: ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  return result;
}

function residentMegabytes(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
  } catch {
    // The process has ended, or the system has no /proc.
    return 0;
  }
}
