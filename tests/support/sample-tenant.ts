import { call } from './http-client.ts';
import type { RunningServer } from './start-server.ts';

const SEED = 2026;
const USERS = 50;
const GROUPS = 5;

async function run(server: RunningServer, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await server.cli(...args);
  if (code !== 0) throw new Error(`tanhua ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

/**
 * Fills a server that has just been started with the sample tenant of `npm run demo`: the stand-in for Entra ID provisions people and
 * groups, and one person is refused.
 */
export async function provisionSampleTenant(server: RunningServer): Promise<void> {
  const secret = server.started['secretToken'] ?? '';
  const size = ['--users', String(USERS), '--groups', String(GROUPS), '--seed', String(SEED)];
  await run(server, 'entra', 'tenant', 'create', 'Contoso', '--domain', 'contoso.example', ...size);
  const url = `${server.scimUrl}/?aadOptscim062020`;
  await run(
    server,
    'entra',
    'app',
    'create',
    'Tanhua',
    '--url',
    url,
    '--token',
    secret,
    '--preset',
    'guide',
    '--scope',
    'all',
  );
  await run(server, 'entra', 'cycle', 'run');
  const refused = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'bob.moser', active: true };
  await call(`${server.scimUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' },
    body: { ...refused, displayName: 'Bob Moser' },
  });
}

/** Returns the id of a person, a group and a source, as `consolePages` needs them. */
export async function findSamples(server: RunningServer): Promise<Readonly<Record<string, string>>> {
  const headers = { 'x-api-key': server.key };
  const first = async (path: string) => (await call(`${server.url}${path}`, { headers })).body;
  const people = await first('/api/people?limit=1');
  const groups = await first('/api/groups?limit=1');
  const sources = await first('/api/integrations');
  return { person: people.results[0].id, group: groups.results[0].id, source: sources[0].id };
}
