import { randomBytes } from 'node:crypto';
import { benchUser } from './bench-user.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { openSqlite } from '#database/sqlite/open-sqlite.ts';
import { systemClock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import { recordEvent } from '#audit/event-store.ts';
import { withManager } from '#directory/attribute-contract.ts';
import { insertGroup } from '#directory/group-store.ts';
import { insertMembers } from '#directory/membership-write-store.ts';
import { createUser } from '#directory/users.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import { listIntegrations } from '#integrations/integration-store.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { insertUser } from '#directory/user-write-store.ts';
import { derivedProperties } from '#directory/user-rules.ts';

/** Number of users that one transaction writes. */
const BATCH = 5_000;

/**
 * Adds users to the directory in a folder or at a database URL. This is much faster than sending requests, because it calls the store
 * directly and, by default, records no events. The server must not be running. With history, every tenth user has a manager, every user
 * has an event, and there is one group per hundred users.
 */
export async function fillUsers(
  folder: string,
  count: number,
  databaseUrl?: string,
  history: 'with history' | 'without history' = 'without history',
): Promise<void> {
  const database =
    databaseUrl === undefined ? openSqlite(folder, 'process') : openPostgres({ url: databaseUrl, connectionsMax: 2 });
  try {
    const secrets = createSecretBox(randomBytes(32));
    const deps: DirectoryDeps = { database, clock: systemClock, schemas: standardSchemas, secrets };
    const caller = await callerOf(deps);
    const { organizationId, integration } = caller.origin;
    const read = (index: number) =>
      normalizeResource(deps.schemas.User, benchUser(index), { unknownAttributes: 'reject' });
    // The first user is created by the code that requests use, so that a difference from the rows inserted below can be noticed.
    await createUser(deps, caller, read(0));
    for (let start = 1; start < count; start += BATCH) {
      await database.transaction().execute(async (transaction) => {
        const ids: string[] = [];
        for (let index = start; index < Math.min(start + BATCH, count); index += 1) {
          const { active: _, ...attributes } = read(index).document;
          const manager = history === 'with history' && index % 10 === 1 ? ids.at(-1) : undefined;
          const document = manager === undefined ? attributes : withManager(attributes, manager);
          const id = newId(deps.clock);
          ids.push(id);
          await insertUser(deps, transaction, {
            id,
            organizationId,
            integrationId: integration?.id ?? null,
            creationSource: 'tanhua:scim',
            state: 'ACTIVATED',
            passwordHash: null,
            unqualified: [],
            properties: {},
            at: deps.clock.now(),
            document,
            ...derivedProperties(caller.rules, document),
          });
        }
        if (history === 'with history') await addHistory({ ...deps, database: transaction }, caller, ids);
      });
    }
  } finally {
    await database.destroy();
  }
}

const GROUP_SIZE = 100;

/** Adds one event per user, and one group per hundred users. */
async function addHistory(deps: DirectoryDeps, caller: Caller, ids: readonly string[]): Promise<void> {
  const { database, clock } = deps;
  const { organizationId, integration } = caller.origin;
  for (const id of ids) {
    await recordEvent(database, clock, caller.origin, {
      type: 'user_update',
      target: { type: 'user', id, name: `user ${id}` },
      changes: [{ field: 'title', from: null, to: 'Engineer' }],
    });
  }
  for (let start = 0; start + GROUP_SIZE <= ids.length; start += GROUP_SIZE) {
    const members = ids.slice(start, start + GROUP_SIZE);
    const id = newId(clock);
    const document = { displayName: `Group ${id}`, externalId: `group-${id}` };
    const integrationId = integration?.id ?? null;
    const at = clock.now();
    await insertGroup(deps, database, {
      id,
      organizationId,
      integrationId,
      creationSource: 'tanhua:scim',
      document,
      at,
    });
    await insertMembers(database, { id, organizationId }, new Map(members.map((member) => [member, 'User'])), at);
  }
}

/** Returns the caller that owns the users of a bench: the first integration of the first organization. */
export async function callerOf({ database }: DirectoryDeps): Promise<Caller> {
  const [organization] = await listOrganizations(database);
  const [integration] = organization === undefined ? [] : await listIntegrations(database, organization.id);
  if (organization === undefined || integration === undefined)
    throw new Error('The directory has no organization with an integration. Start the server once to create them.');
  return {
    rules: integration.rules,
    origin: {
      organizationId: organization.id,
      actor: { type: 'integration', id: integration.id, name: integration.name },
      integration: { id: integration.id, name: integration.name },
      request: undefined,
    },
  };
}
