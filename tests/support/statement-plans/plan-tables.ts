/**
 * Tables that stay small, however large a directory grows: they may be read whole. Every other table is taken to grow, a new
 * one too.
 */
export const smallTables: Readonly<Record<string, string>> = {
  configuration_version: 'one row',
  organizations: 'one row for each organization: what looks after the whole installation reads all of them',
  integrations: 'a few for each organization',
  roles: 'a few for each organization',
  schemas: 'a few for each organization',
  mail_templates: 'one row for each kind of mail',
  placements: 'one row for each organization',
  moves: 'one row for each organization under way',
  unnamed_proxies: 'at most UNNAMED_PROXIES_MAX rows',
  unidentified_requests: 'at most UNIDENTIFIED_REQUESTS_MAX rows',
  entra_tenants: 'a few for each organization; purges go through all of them',
  leases: 'one row for each work that one process does',
  resource_counts: 'at most 128 rows for each organization',
};

/**
 * Tables of which an organization has few rows, and all organizations together many: they may be read and sorted by organization,
 * but never across organizations.
 */
export const fewForEachOrganization: Readonly<Record<string, string>> = {
  administrators: 'people who administer the directory',
  administrator_links: 'administrators of several organizations',
  api_keys: 'keys of administrators and integrations, and some of users',
  ended_keys: 'keys of administrators who were removed within a year',
  entra_applications: 'applications of the stand-in',
  entra_jobs: 'one for each application of the stand-in',
};

/** Columns that say whose a row is, or have few values: what is compared with nothing else needs a limit, and is not sorted. */
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
  /** File and function, as the failure names them. */
  readonly source: string;
  readonly reason: string;
  /** Only statements that match; without it, all of the function. */
  readonly statement?: RegExp;
  /** Only faults that match; without it, all of them. */
  readonly fault?: RegExp;
}
