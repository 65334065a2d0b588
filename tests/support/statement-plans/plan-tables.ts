/**
 * Tables that stay small regardless of the size of the directory. Statements may read them completely. Every other table, including
 * a new one, counts as growing.
 */
export const smallTables: Readonly<Record<string, string>> = {
  configuration_version: 'one row',
  organizations: 'one row for each organization; maintenance of the whole installation reads all of them',
  integrations: 'a few for each organization',
  roles: 'a few for each organization',
  schemas: 'a few for each organization',
  mail_templates: 'one row for each kind of email and each language',
  placements: 'one row for each organization',
  moves: 'one row for each organization that is being moved',
  unnamed_proxies: 'at most UNNAMED_PROXIES_MAX rows',
  unidentified_requests: 'at most UNIDENTIFIED_REQUESTS_MAX rows',
  entra_tenants: 'a few for each organization; purges go through all of them',
  unindexed_people: 'one row for each organization with users that are not indexed yet',
  leases: 'one row for each task that only one process may run at a time',
  kysely_migration: 'one row for each migration of this version',
  resource_counts: 'at most 128 rows for each organization',
};

/**
 * Tables with few rows per organization but many rows in total. Statements may read and sort the rows of one organization, but must
 * not read the rows of all organizations.
 */
export const fewForEachOrganization: Readonly<Record<string, string>> = {
  administrators: 'people who administer the directory',
  administrator_links: 'administrators of several organizations',
  api_keys: 'keys of administrators and integrations, and some of users',
  ended_keys: 'keys of administrators who were removed within the last year',
  refused_people: 'at most REFUSED_PEOPLE_MAX for each organization',
  entra_applications: 'applications of the stand-in',
  entra_jobs: 'one for each application of the stand-in',
  radius_servers: 'at most SERVERS_MAX for each organization',
};

/**
 * Columns that name the owner of a row or have few distinct values. A statement that compares only such columns needs a limit and must
 * not sort.
 */
export const broadColumns: ReadonlySet<string> = new Set([
  'organization_id',
  'tenant_id',
  'deleted_at',
  'active',
  'state',
  'kind',
  'type',
  'success',
  'object_type',
]);

export interface PlanException {
  /** The file and the function, as in the error message: `src/audit/event-query-store.ts countEvents`. */
  readonly source: string;
  readonly reason: string;
  /** Restricts the exception to the statements that match. By default, it applies to all statements of the function. */
  readonly statement?: RegExp;
  /** Restricts the exception to the faults that match. By default, it applies to all faults. */
  readonly fault?: RegExp;
}
