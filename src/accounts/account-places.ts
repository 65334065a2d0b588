import type { Database } from '#database/database.ts';
import type { Fleet } from '#shards/fleet.ts';
import { depsOf, findAccountsByLogin, type Account, type AccountDeps, type AccountKind } from './account.ts';

/** What somebody needs who comes without a key: a name, or a link of a mail, does not tell which database it belongs to. */
export interface AnonymousDeps extends AccountDeps {
  readonly fleet: Fleet;
}

/** An account with what the code of its organization works with. */
export interface PlacedAccount {
  readonly account: Account;
  readonly deps: AccountDeps;
}

/** Whether an organization is served from a database; another one may have a copy while it moves. */
async function isServedFrom({ fleet }: AnonymousDeps, database: Database, organizationId: string): Promise<boolean> {
  const { shard } = await fleet.placements.of(organizationId);
  return fleet.shards.find(({ name }) => name === shard)?.database === database;
}

/** The first that any database has, of an organization that is served from there; once it can be changed. */
export async function findInPlace<Found extends { readonly organizationId: string }>(
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

/** The accounts that sign in with a name: an address may have one in several organizations. */
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
