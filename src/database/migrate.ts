import { Migrator, type Migration, type MigrationResult } from 'kysely/migration';
import { AppError } from '#base/errors.ts';
import type { Database } from './database.ts';
import { engineOf } from './engine.ts';
import { up as initial } from './migrations/001-initial.ts';
import { up as organizationSettings } from './migrations/002-organization-settings.ts';
import { up as userTokens } from './migrations/003-user-tokens.ts';
import { up as resourceCounts } from './migrations/004-resource-counts.ts';
import { up as awaitedMembers } from './migrations/005-awaited-members.ts';
import { up as configurationVersion } from './migrations/006-configuration-version.ts';
import { up as schemas } from './migrations/007-schemas.ts';
import { up as separateOrganizations } from './migrations/008-separate-organizations.ts';
import { up as leases } from './migrations/009-leases.ts';
import { up as shards } from './migrations/010-shards.ts';
import { up as people } from './migrations/011-people.ts';
import { up as entra } from './migrations/013-entra.ts';
import { up as keyLimits } from './migrations/017-key-limits.ts';
import { up as secretsNeeded } from './migrations/018-secrets-needed.ts';
import { up as attempts } from './migrations/019-attempts.ts';
import { up as adoptions } from './migrations/020-adoptions.ts';
import { up as flatCost } from './migrations/021-flat-cost.ts';
import { up as installationPermissions } from './migrations/023-installation-permissions.ts';
import { up as sharedValues } from './migrations/031-shared-values.ts';
import { up as eventNames } from './migrations/033-event-names.ts';
import { up as mailResults } from './migrations/034-mail-results.ts';
import { up as deletedUsers } from './migrations/035-deleted-users.ts';
import { up as requestIds } from './migrations/036-request-ids.ts';
import { up as unidentifiedRequests } from './migrations/037-unidentified-requests.ts';
import { up as peopleSearch } from './migrations/038-people-search.ts';
import { up as commitOrder } from './migrations/039-commit-order.ts';
import { up as requests } from './migrations/040-requests.ts';
import { up as eventMembers } from './migrations/041-event-members.ts';
import { up as narrowIndexes } from './migrations/042-narrow-indexes.ts';
import { up as peopleByState } from './migrations/043-people-by-state.ts';
import { up as searchForms } from './migrations/044-search-forms.ts';
import { up as requestsByTime } from './migrations/045-requests-by-time.ts';
import { up as requestsOfSource } from './migrations/046-requests-of-source.ts';
import { up as defaultRules } from './migrations/047-default-rules.ts';
import { up as mailFilters } from './migrations/048-mail-filters.ts';
import { up as mailLanguages } from './migrations/049-mail-languages.ts';
import { up as organizationNames } from './migrations/050-organization-names.ts';
import { up as failedMails } from './migrations/051-failed-mails.ts';
import { up as flaggedRequests } from './migrations/052-flagged-requests.ts';
import { up as radiusServers } from './migrations/053-radius-servers.ts';
import { up as entraSignIns } from './migrations/054-entra-sign-ins.ts';

/** All migrations, in the order in which they run. They are listed here and not read from the folder, so that each one is type-checked. */
const migrations: Readonly<Record<string, Migration>> = {
  '001-initial': { up: initial },
  '002-organization-settings': { up: organizationSettings },
  '003-user-tokens': { up: userTokens },
  '004-resource-counts': { up: resourceCounts },
  '005-awaited-members': { up: awaitedMembers },
  '006-configuration-version': { up: configurationVersion },
  '007-schemas': { up: schemas },
  '008-separate-organizations': { up: separateOrganizations },
  '009-leases': { up: leases },
  '010-shards': { up: shards },
  '011-people': { up: people },
  '013-entra': { up: entra },
  '017-key-limits': { up: keyLimits },
  '018-secrets-needed': { up: secretsNeeded },
  '019-attempts': { up: attempts },
  '020-adoptions': { up: adoptions },
  '021-flat-cost': { up: flatCost },
  '023-installation-permissions': { up: installationPermissions },
  '031-shared-values': { up: sharedValues },
  '033-event-names': { up: eventNames },
  '034-mail-results': { up: mailResults },
  '035-deleted-users': { up: deletedUsers },
  '036-request-ids': { up: requestIds },
  '037-unidentified-requests': { up: unidentifiedRequests },
  '038-people-search': { up: peopleSearch },
  '039-commit-order': { up: commitOrder },
  '040-requests': { up: requests },
  '041-event-members': { up: eventMembers },
  '042-narrow-indexes': { up: narrowIndexes },
  '043-people-by-state': { up: peopleByState },
  '044-search-forms': { up: searchForms },
  '045-requests-by-time': { up: requestsByTime },
  '046-requests-of-source': { up: requestsOfSource },
  '047-default-rules': { up: defaultRules },
  '048-mail-filters': { up: mailFilters },
  '049-mail-languages': { up: mailLanguages },
  '050-organization-names': { up: organizationNames },
  '051-failed-mails': { up: failedMails },
  '052-flagged-requests': { up: flaggedRequests },
  '053-radius-servers': { up: radiusServers },
  '054-entra-sign-ins': { up: entraSignIns },
};

export interface MigrationState {
  readonly name: string;
  /** ISO 8601; null for a migration that has not run yet. */
  readonly executedAt: string | null;
}

/**
 * Returns the migrations, each preceded by the step that removes the time limits on statements. The planner's statistics are renewed once,
 * after the last migration, in the same transaction.
 */
function withPreparation(): Record<string, Migration> {
  const last = Object.keys(migrations).at(-1);
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]): [string, Migration] => [
      name,
      {
        up: async (database) => {
          const { beforeMigration, tunePlanner } = engineOf(database).definition;
          await beforeMigration(database);
          await migration.up(database);
          if (name === last) await tunePlanner(database);
        },
      },
    ]),
  );
}

function migrator(database: Database): Migrator {
  return new Migrator({ db: database, provider: { getMigrations: async () => withPreparation() } });
}

/**
 * Brings the schema up to date, and returns the names of the migrations that ran. Throws `configuration` if a migration fails,
 * `unavailable` if the database cannot be reached, and StorageError if its storage fails.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const { error, results = [] } = await migrator(database).migrateToLatest();
  if (error !== undefined) throw migrationFailure(database, error, results);
  return results.map((result) => result.migrationName);
}

/** Returns an error that already says what is wrong unchanged. Wraps any other error in one that names the migration. */
function migrationFailure(database: Database, error: unknown, results: readonly MigrationResult[]): unknown {
  if (error instanceof AppError) return error;
  const failed = results.find(({ status }) => status === 'Error')?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  const advice = engineOf(database).migrationAdvice(error);
  const what = failed === undefined ? 'The migrations cannot start' : `The migration ${failed} failed`;
  return new AppError(
    'configuration',
    `${what}, and the database is unchanged: ${reason.replaceAll(/\s+/g, ' ')}; ${advice}.`,
    { cause: error },
  );
}

export async function migrationStates(database: Database): Promise<readonly MigrationState[]> {
  const all = await migrator(database).getMigrations();
  return all.map(({ name, executedAt }) => ({ name, executedAt: executedAt?.toISOString() ?? null }));
}
