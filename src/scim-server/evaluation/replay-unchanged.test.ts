import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { wholeDatabase } from '../../../tests/support/whole-database.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { mailHooks } from '#accounts/mail-hooks.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { listIntegrations, updateRules } from '#integrations/integration-store.ts';
import { openTestScimServer, type TestScimServer } from '../scim-server.fixture.ts';
import { replayLogged } from './replay.ts';

const REPLAYS = 1_000;
const CONCURRENT = 4;
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const patchOf = (...operations: readonly object[]) => ({ schemas: [PATCH_OP], Operations: operations });
const title = (value: string) => patchOf({ op: 'replace', path: 'title', value });
const person = (userName: string, more: object = {}) => ({
  schemas: [USER],
  userName,
  displayName: userName,
  emails: [{ type: 'work', primary: true, value: `${userName}@contoso.example` }],
  ...more,
});
const team = (displayName: string, ...members: readonly string[]) => ({
  schemas: [GROUP],
  displayName,
  members: members.map((value) => ({ value })),
});
const post = (path: string, bulkId: string, data: object) => ({ method: 'POST', path, bulkId, data });

/** The bytes of the files of an embedded database; nothing for a server. */
async function filesOf(database: Database): Promise<ReadonlyMap<string, string>> {
  if (engineOf(database).name !== 'sqlite') return new Map();
  const { rows } = await sql<{ file: string }>`pragma database_list`.execute(database);
  const folder = dirname(rows[0]?.file ?? '');
  // The index of the write-ahead log in shared memory has the marks of readers.
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

/** Sends requests of every kind, alone and in bulk requests. Returns the ids of the entries of the log. */
async function sendRequests(server: TestScimServer): Promise<readonly string[]> {
  const sent = async (...request: Parameters<typeof server.send>) => {
    const { headers, body } = await server.send(...request);
    return { id: String(headers['x-request-id']), resource: body?.id as string };
  };
  const bulk = async (...operations: readonly object[]) => {
    const { headers, body } = await server.send('POST', '/Bulk', { Operations: operations });
    const results: readonly { readonly location?: string }[] = body.Operations;
    const request = String(headers['x-request-id']);
    return results.map(({ location = '' }, index) => ({
      id: `${request}:${index}`,
      resource: location.split('/').at(-1) ?? '',
    }));
  };
  const gina = await sent('POST', '/Users', person('gina'));
  const staff = await sent('POST', '/Groups', team('Staff', gina.resource));
  const created = await bulk(
    post('/Groups', 'crew', team('Crew', 'bulkId:hugo', 'bulkId:ivy', gina.resource)),
    post('/Users', 'hugo', person('hugo', { [ENTERPRISE]: { manager: { value: 'bulkId:ivy' } } })),
    post('/Users', 'ivy', person('ivy')),
    post('/Users', 'gina', person('gina')),
    post('/Groups', 'outer', team('Outer', 'bulkId:crew')),
    post('/Users', 'kurt', person('kurt')),
    post('/Groups', 'gone', team('Gone', 'bulkId:kurt', 'bulkId:crew')),
  );
  const [crew = gina, hugo = gina, ivy = gina, , , kurt = gina, gone = gina] = created;
  const kept = [
    gina,
    staff,
    ...created,
    await sent('PATCH', `/Users/${gina.resource}`, title('Engineer')),
    await sent('PATCH', `/Users/${gina.resource}`, { ...title('Engineer'), unknown: 1 }),
    await sent('PATCH', `/Users/${gina.resource}`, patchOf({ op: 'replace', path: 'unknown', value: 1 })),
    await sent('POST', '/Users', { userName: 'ivan' }),
    await sent('PATCH', '/Users/unknown', title('Head')),
    await sent(
      'PATCH',
      `/Users/${gina.resource}`,
      patchOf(
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'ivy@contoso.example' },
        { op: 'replace', path: 'active', value: false },
      ),
    ),
    ...(await bulk(
      {
        method: 'PATCH',
        path: `/Users/${hugo.resource}`,
        data: [{ op: 'replace', path: 'displayName', value: 'Hugo' }],
      },
      { method: 'PUT', path: `/Users/${hugo.resource}`, data: person('hugo', { title: 'Cook' }) },
      {
        method: 'PATCH',
        path: `/Groups/${crew.resource}`,
        data: [{ op: 'remove', path: `members[value eq "${hugo.resource}"]` }],
      },
      { method: 'PUT', path: `/Groups/${crew.resource}`, data: team('Crew', ivy.resource), version: 'W/"1"' },
      { method: 'DELETE', path: `/Users/${kurt.resource}` },
      { method: 'DELETE', path: `/Groups/${gone.resource}` },
      { method: 'DELETE', path: '/Users/unknown' },
    )),
  ];
  return kept.map(({ id }) => id);
}

/** What a replay decides: a name is taken, and a member was deleted later. */
const inFirstBulk = ['created', 'created', 'created', 'refused', 'created', 'created', 'refused'];
/** The version of a group has changed, and a user does not exist. */
const inSecondBulk = ['changed', 'unchanged', 'unchanged', 'refused', 'deleted', 'deleted', 'refused'];

test('a thousand replays leave the database as it was, including versions, sequences, events and emails', async () => {
  let wakes = 0;
  const accountsOf = (deps: DirectoryDeps): AccountDeps => {
    const accounts: AccountDeps = {
      ...deps,
      publicUrl: () => 'http://x',
      minimumResponseTime: async () => {},
      isPublicUrlConfigured: true,
      wakeMailer: () => {
        wakes += 1;
      },
      ...mailHooks(() => accounts),
    };
    return accounts;
  };
  // No request only reads, because counted requests are written in the background.
  await using server = await openTestScimServer('strict', {}, accountsOf);
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const context = { deps, organizationId, baseUrl: 'http://x/scim/v2' };
  const [integration] = await listIntegrations(deps.database, organizationId);
  await updateRules(deps.database, integration?.id ?? '', { ...caller.rules, activationMail: 'onActivate' });
  const logged = await sendRequests(server);
  const [before, files, wakesBefore] = [await wholeDatabase(deps.database), await filesOf(deps.database), wakes];
  // The replay of a creation would queue the email again.
  expect([before['mails']?.length, wakesBefore]).toEqual([4, 4]);
  const decisions = logged.map(() => new Set<string>());
  for (let start = 0; start < REPLAYS; start += CONCURRENT) {
    const some = Array.from({ length: CONCURRENT }, (_, index) => (start + index) % logged.length);
    await Promise.all(
      some.map(async (index) => {
        const replay = await replayLogged(context, logged[index] ?? '');
        decisions[index]?.add(replay.isReplayable ? replay.evaluation.decision : replay.reason);
      }),
    );
  }
  expect(decisions.map((all) => [...all].join(' '))).toEqual([
    'created',
    'created',
    ...inFirstBulk,
    'unchanged',
    'unchanged',
    'unchanged',
    'refused',
    'refused',
    'refused',
    ...inSecondBulk,
  ]);
  expect(wakes).toBe(wakesBefore);
  expect(await filesOf(deps.database)).toEqual(files);
  expect(await wholeDatabase(deps.database)).toEqual(before);
});
