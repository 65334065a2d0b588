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
  leases: 'one row for each work that one process does',
  resource_counts: 'at most 128 rows for each organization',
};

/** Columns whose values have as many rows as an organization: what is compared with nothing else needs a limit. */
export const organizationColumns: ReadonlySet<string> = new Set([
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

/** Columns whose one value can have many rows: what is compared with nothing else must not be sorted. */
export const broadColumns: ReadonlySet<string> = new Set([
  ...organizationColumns,
  'application_id',
  'job_id',
  'group_id',
  'cycle_id',
]);

export interface PlanException {
  /** File and function, as the failure names them. */
  readonly source: string;
  readonly reason: string;
}
