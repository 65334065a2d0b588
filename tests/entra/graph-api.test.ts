import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allItems, graphClient, type GraphClient } from '#entra/graph-api/client.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const run = promisify(execFile);
const has = async (program: string) =>
  await run(program, ['--version']).then(
    () => true,
    () => false,
  );
const missing: string[] = [];
for (const program of ['curl', 'jq', 'bash']) if (!(await has(program))) missing.push(program);
const unavailableReason = missing.length === 0 ? undefined : `${missing.join(' and ')} not installed`;

let server: RunningServer;
let client: GraphClient;
beforeAll(async () => {
  server = await startServer();
  client = graphClient({ baseUrl: `${server.url}/entra/v1.0`, key: server.key });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Runs the examples of the guide sequentially in one shell, as a reader would. */
test.skipIf(skipWithout(unavailableReason))('the examples in docs/guide/graph-api.md provision a user', async () => {
  const guide = readFileSync('docs/guide/graph-api.md', 'utf8');
  const blocks = [...guide.matchAll(/^```sh\n(?<script>.*?)^```$/gms)].map((match) => match.groups?.['script'] ?? '');
  const script = `set -euo pipefail\n${blocks.join('\n')}`;
  const env = { ...process.env, HOST: server.url, KEY: server.key, SCIM: server.scimUrl, TOKEN: server.key };
  const { stdout } = await run('bash', ['-c', script], { env });
  expect(stdout).toContain('"result": "Success"');
  expect(stdout).toMatch(/\tcreate\tsuccess/);
  expect(stdout).toContain('"changeId","displayName","oldValue","newValue"');
  const users = await fetch(`${server.scimUrl}/Users?filter=${encodeURIComponent('userName eq "ann.berg"')}`, {
    headers: { authorization: `Bearer ${server.key}` },
  });
  expect(await users.json()).toMatchObject({ totalResults: 1 });
});

test('the server runs the cycles of a started job on schedule, and continues after a restart', async () => {
  await client.tenants.create({ displayName: 'Scheduled', domain: 'scheduled.example' });
  const own = (of: RunningServer) => graphClient({ baseUrl: `${of.url}/entra/v1.0`, key: of.key, tenant: 'Scheduled' });
  const graph = own(server);
  const { servicePrincipal } = await graph.servicePrincipals.instantiate({ displayName: 'Tanhua', preset: 'guide' });
  const { id: jobId } = await graph.servicePrincipals.createJob(servicePrincipal.id);
  const connect = async (to: RunningServer) =>
    await own(to).servicePrincipals.saveSecrets(servicePrincipal.id, [
      { key: 'BaseAddress', value: to.scimUrl },
      { key: 'SecretToken', value: to.key },
      { key: 'SyncAll', value: 'True' },
    ]);
  const createUser = async (of: RunningServer, alias: string) =>
    await own(of).users.create({
      displayName: alias,
      userPrincipalName: `${alias}@scheduled.example`,
      mailNickname: alias,
    });
  const isCreated = async (of: RunningServer, id: string) => {
    const filter = `sourceIdentity/id eq '${id}' and provisioningAction eq 'create' and statusInfo/status eq 'success'`;
    return (await Array.fromAsync(allItems(own(of), own(of).logs.list({ filter })))).length === 1;
  };
  await connect(server);
  const first = await createUser(server, 'first');
  const job = graph.job(servicePrincipal.id, jobId);
  await job.update({ schedule: { interval: 'PT1S' } });
  await job.start();
  await expect.poll(() => isCreated(server, first.id), { timeout: 60_000 }).toBe(true);

  const again = await server.restart('SIGTERM');
  server = again;
  // The restarted server listens on another port, so the job needs the new URL.
  await connect(again);
  await own(again).job(servicePrincipal.id, jobId).restart('QuarantineState');
  const second = await createUser(again, 'second');
  await expect.poll(() => isCreated(again, second.id), { timeout: 60_000 }).toBe(true);
  // The cycle may still be running after it has created the user, so the status is polled.
  const status = async () => (await own(again).job(servicePrincipal.id, jobId).get()).status;
  await expect.poll(status).toMatchObject({ code: 'Active', lastSuccessfulExecution: { state: 'Succeeded' } });
});
