import { sql, type QueryExecutorProvider } from 'kysely';

/**
 * The statistics of the indexes for SQLite's query planner, in the format of sqlite_stat1: the number of rows in the index, then the
 * average number of rows with the same value in the first column, with the same values in the first two columns, and so on.
 *
 * The figures are fixed and describe one large organization, so that statements in an empty database get the plans that they will need
 * in a full one. Without them, a filter on an indexed attribute may read all users in the order of the list.
 */
const statistics: readonly (readonly [table: string, index: string, figures: string])[] = [
  ['users', 'sqlite_autoindex_users_1', '1000000 1'],
  ['users', 'users_living', '1000000 1000000'],
  ['users', 'users_user_name_key', '1000000 1000000 1'],
  ['users', 'users_username_key', '1000000 1000000 1'],
  ['users', 'users_email_key', '1000000 1000000 1 1'],
  ['users', 'users_employee_number_key', '1000000 1000000 1 1'],
  ['users', 'users_external_id', '1000000 1000000 1'],
  ['users', 'users_display_name_key', '1000000 1000000 2'],
  ['users', 'users_manager_value', '1000000 1000000 10'],
  ['users', 'users_manager_key', '1000000 1000000 10'],
  ['users', 'users_modified_at', '1000000 1000000 10'],
  ['users', 'users_created_at', '1000000 1000000 10'],
  // Most users are active: the index serves searches for those that are not.
  ['users', 'users_active', '1000000 1000000 10000'],
  ['users', 'users_department_key', '1000000 1000000 1000 1 1 1'],
  ['users', 'users_title_key', '1000000 1000000 1000'],
  // Users have no terms only until those of an older version are indexed.
  ['users', 'users_without_terms', '10 10 10'],
  ['users', 'users_people', '1000000 1000000 1000000 500000 500000 500000 500000 500000 10 1 1 1'],
  ['user_terms', 'user_terms', '10000000 10000000 1000 2 1 1'],
  ['refused_people', 'refused_people', '10000 1'],
  ['refused_people', 'refused_people_user_name_key', '10000 10000 1 1'],
  ['refused_people', 'refused_people_email_key', '10000 10000 1 1'],
  ['refused_people', 'refused_people_external_id', '10000 10000 1 1'],
  ['refused_people', 'refused_people_last_at', '10000 10000 1 1 1 1 1'],
  ['user_emails', 'user_emails', '1000000 1000000 1 1'],
  ['user_emails', 'user_emails_user', '1000000 1'],
  ['groups', 'sqlite_autoindex_groups_1', '100000 1'],
  ['groups', 'groups_living', '100000 100000'],
  ['groups', 'groups_display_name_key', '100000 100000 1 1'],
  ['groups', 'groups_external_id', '100000 100000 1'],
  ['groups', 'groups_modified_at', '100000 100000 10'],
  ['groups', 'groups_created_at', '100000 100000 10'],
  ['memberships', 'memberships', '10000000 1000 1'],
  ['memberships', 'memberships_member', '10000000 10 1'],
  // Few groups are members of other groups.
  ['memberships', 'memberships_nested', '10000 10000 10 1'],
  ['events', 'sqlite_autoindex_events_1', '10000000 1'],
  ['events', 'events_at', '10000000 10000000 10'],
  ['events', 'events_target_id', '10000000 10000000 10'],
  // Most events are changes, which are not in this index.
  ['events', 'events_target_key', '2000000 2000000 2'],
  ['events', 'events_request_id', '10000000 10000000 2'],
  ['events', 'events_members', '1000000 1000000 1 1'],
  ['events', 'events_commit_order', '10000000 10000000'],
  ['totals', 'totals', '1000000 1000000 1000000 500000 10 5 2 2 1'],
  ['event_names', 'event_names', '1000000 2 1'],
  ['event_names', 'event_names_name', '1000000 1000000 2 1 1'],
  ['requests', 'requests_at', '10000000 10000000 10 1 1 1 1 1'],
  ['requests', 'requests_refused', '1000000 1000000 10'],
  ['requests', 'requests_without_content', '1000000 1000000 10'],
  ['requests', 'requests_target_id', '10000000 10000000 10 2'],
  ['requests', 'requests_activity_id', '10000000 10000000 2 1'],
  ['requests', 'requests_client_request_id', '1000000 1000000 2 1'],
  ['requests', 'requests_x_request_id', '1000000 1000000 2 1'],
  ['requests', 'requests_event_id', '1000000 1000000 1 1'],
  ['entra_applications', 'sqlite_autoindex_entra_applications_1', '10000 1'],
  ['entra_applications', 'sqlite_autoindex_entra_applications_2', '10000 100 1'],
  ['entra_applications', 'entra_applications_app_id', '10000 100 1'],
  ['entra_applications', 'entra_applications_created_at', '10000 100 1 1'],
  ['entra_users', 'sqlite_autoindex_entra_users_1', '1000000 1'],
  ['entra_users', 'entra_users_upn', '1000000 100000 1'],
  ['entra_users', 'entra_users_tenant_id_id', '1000000 100000 1'],
  ['entra_users', 'entra_users_tenant_id_name_key', '1000000 100000 2'],
  ['entra_users', 'entra_users_manager_id', '1000000 10'],
  // Few users are deleted.
  ['entra_users', 'entra_users_deleted_at', '10000 1000 10 1'],
  ['entra_users', 'entra_users_deleted_upn', '10000 1000 1'],
  ['entra_groups', 'sqlite_autoindex_entra_groups_1', '100000 1'],
  ['entra_groups', 'entra_groups_tenant_id_id', '100000 10000 1'],
  ['entra_groups', 'entra_groups_tenant_id_name_key', '100000 10000 2'],
  ['entra_groups', 'entra_groups_dynamic', '1000 100 1'],
  ['entra_assignments', 'sqlite_autoindex_entra_assignments_1', '100000 1'],
  ['entra_assignments', 'sqlite_autoindex_entra_assignments_2', '100000 1000 2 1'],
  ['entra_assignments', 'entra_assignments_created_at', '100000 1000 10 1'],
  ['entra_assignments', 'entra_assignments_principal_id', '100000 2'],
  ['entra_assignments', 'entra_assignments_tenant', '100000 10000'],
  ['state_changes', 'sqlite_autoindex_state_changes_1', '100000 1'],
  ['state_changes', 'state_changes_next', '100000 10000 10 1'],
  ['state_changes', 'state_changes_job', '100000 10000 100'],
  ['state_changes', 'state_changes_at', '100000 10'],
  ['state_changes', 'state_changes_user', '100000 2'],
  ['entra_logs', 'sqlite_autoindex_entra_logs_1', '10000000 1'],
  ['entra_logs', 'entra_logs_tenant_id_at_number', '10000000 1000000 10 1'],
  ['entra_logs', 'entra_logs_job_id_number', '10000000 1000000 1'],
  ['entra_logs', 'entra_logs_cycle', '10000000 1000 1'],
  ['entra_logs', 'entra_logs_change', '10000000 1'],
  ['entra_logs', 'entra_logs_target', '10000000 10'],
  ['entra_logs', 'entra_logs_source_id', '10000000 10'],
];

/** Writes the statistics, and has the open connection load them. */
export async function writePlannerStatistics(database: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql`select 1 from sqlite_schema where name = 'sqlite_stat1'`.execute(database);
  // Creates sqlite_stat1, which no other statement can create.
  if (rows.length === 0) await sql`analyze`.execute(database);
  await sql`delete from sqlite_stat1`.execute(database);
  for (const [table, index, figures] of statistics) {
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values (${table}, ${index}, ${figures})`.execute(database);
  }
  await sql`analyze sqlite_schema`.execute(database);
}
