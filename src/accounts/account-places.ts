import type { Database } from '#database/database.ts';
import { shardOf, type Fleet } from '#shards/fleet.ts';
import { depsOf, findAccountsByLogin, type Account, type AccountDeps, type AccountKind } from './account.ts';

/** Dependencies of requests without a key. Such a request has only a name or a link, which does not say which database has the account. */
export interface AnonymousDeps extends AccountDeps {
  readonly fleet: Fleet;
}

/** An account, with dependencies narrowed to its organization. */
export interface PlacedAccount {
  readonly account: Account;
  readonly deps: AccountDeps;
}

/** True if an organization is served from a database. While an organization moves, another database may hold a copy of its rows. */
async function isServedFrom({ fleet }: AnonymousDeps, database: Database, organizationId: string): Promise<boolean> {
  const { shard } = await fleet.placements.of(organizationId);
  return fleet.shards.find(({ name }) => name === shard)?.database === database;
}

/**
 * Runs `look` on each database until it finds a row whose organization is served from that database. Waits until that
 * organization can be changed, and returns the row with dependencies narrowed to the organization. Returns undefined if no
 * database has such a row.
 *
 * @example const place = await findInServingDatabase(deps, (database) => findPasskey(database, credentialId));
 */
export async function findInServingDatabase<Found extends { readonly organizationId: string }>(
  deps: AnonymousDeps,
  look: (database: Database) => Promise<Found | undefined>,
): Promise<{ readonly found: Found; readonly deps: AccountDeps } | undefined> {
  for (const { database } of deps.fleet.shards) {
    const found = await look(database);
    if (found === undefined || !(await isServedFrom(deps, database, found.organizationId))) continue;
    await deps.fleet.placements.admit(found.organizationId);
    return { found, deps: await depsOf(deps, database, found.organizationId) };
  }
  return undefined;
}

/** Returns the accounts that sign in with a name. One address may have accounts in several organizations. */
export async function findPlacedAccounts(
  deps: AnonymousDeps,
  kind: AccountKind,
  login: string,
): Promise<readonly PlacedAccount[]> {
  const placed: PlacedAccount[] = [];
  for (const { database } of deps.fleet.shards) {
    for (const account of await findAccountsByLogin(database, kind, login)) {
      if (!(await isServedFrom(deps, database, account.organizationId))) continue;
      await deps.fleet.placements.admit(account.organizationId);
      placed.push({ account, deps: await depsOf(deps, database, account.organizationId) });
    }
  }
  return placed;
}

/**
 * Waits until an organization can be changed, and returns the dependencies narrowed to it, with the database that serves it.
 *
 * @example const deps = await depsOfOrganization(anonymousDeps, server.organizationId);
 */
export async function depsOfOrganization(deps: AnonymousDeps, organizationId: string): Promise<AccountDeps> {
  await deps.fleet.placements.admit(organizationId);
  const { database } = await shardOf(deps.fleet, organizationId);
  return await depsOf(deps, database, organizationId);
}
