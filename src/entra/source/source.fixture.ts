import { randomUUID } from 'node:crypto';
import { openTestDatabase } from '../../../tests/support/test-database.ts';
import type { TestClock } from '../../../tests/support/directory.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import type { EntraTenant, SourceGroup, SourceUser } from './source-object.ts';
import { insertTenant } from './tenant-store.ts';

/** A tenant in a separate test database. */
export interface TestSource extends AsyncDisposable {
  readonly database: Database;
  readonly clock: TestClock;
  readonly deps: { readonly database: Database; readonly clock: TestClock };
  readonly tenant: EntraTenant;
  readonly newTenant: (name: string) => Promise<EntraTenant>;
}

export async function openTestSource(): Promise<TestSource> {
  const opened = await openTestDatabase();
  let now = Date.UTC(2026, 0, 5, 9);
  const clock: TestClock = {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
  };
  const { database } = opened;
  const { id: organizationId } = await insertOrganization(database, clock, 'Contoso');
  const newTenant = (name: string) =>
    insertTenant(database, clock, { organizationId, name, domain: 'contoso.example' });
  return {
    database,
    clock,
    deps: { database, clock },
    tenant: await newTenant('Contoso'),
    newTenant,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

let names = 0;

/** Builds a user, without storing it. */
export function someUser(tenant: EntraTenant, attributes: JsonObject = {}, more: Partial<SourceUser> = {}): SourceUser {
  names += 1;
  const at = new Date(Date.UTC(2026, 0, 5));
  return {
    type: 'User',
    id: randomUUID(),
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    attributes: { userPrincipalName: `user${names}@contoso.example`, displayName: `User ${names}`, ...attributes },
    accountEnabled: true,
    managerId: null,
    deletedAt: null,
    createdAt: at,
    modifiedAt: at,
    ...more,
  };
}

export function someGroup(tenant: EntraTenant, attributes: JsonObject = {}, rule: string | null = null): SourceGroup {
  names += 1;
  const at = new Date(Date.UTC(2026, 0, 5));
  return {
    type: 'Group',
    id: randomUUID(),
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    attributes: { displayName: `Group ${names}`, securityEnabled: true, ...attributes },
    membershipRule: rule,
    deletedAt: null,
    createdAt: at,
    modifiedAt: at,
  };
}
