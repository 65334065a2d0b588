import { sql, type QueryExecutorProvider } from 'kysely';

/** The number of sample rows that are inserted for the statistics and then deleted. */
const SAMPLE_ROWS = 300;

/**
 * Gives PostgreSQL statistics for empty tables, by analyzing sample rows: all of one organization, with names that are unique. Without
 * statistics, the planner considers all indexes that begin with the organization equally good. The first load of a tenant would then read
 * all users for each new user, until the server gathers statistics automatically. The automatic statistics later replace the ones that
 * are written here.
 */
async function writePlannerStatistics(database: QueryExecutorProvider): Promise<void> {
  const rows = sql`generate_series(1, ${sql.lit(SAMPLE_ROWS)}) as number`;
  const statements = [
    sql`insert into organizations (id, name, created_at) values ('statistics', 'statistics', 0)`,
    sql`insert into users (id, organization_id, creation_source, external_id, display_name_key, document, search, created_at,
        modified_at, user_name, user_name_key, username, username_key, email, email_key, employee_number_key, manager_value,
        manager_key, state)
      select number, 'statistics', 'x', number, number, '{}', '{}', number, number, number, number, number, number, number,
        number, number, number, number, 'ACTIVATED' from ${rows}`,
    sql`insert into user_emails (organization_id, value_key, user_id) select 'statistics', number, number from ${rows}`,
    sql`insert into groups (id, organization_id, creation_source, external_id, display_name, display_name_key, document, search,
        created_at, modified_at)
      select number, 'statistics', 'x', number, number, number, '{}', '{}', number, number from ${rows}`,
    sql`insert into memberships (organization_id, group_id, member_id, member_type, created_at)
      select 'statistics', number, number, 'User', number from ${rows}`,
    sql`insert into events (id, organization_id, at, type, success, target_id, target_key, request_id, body)
      select number, 'statistics', number, 'x', 1, number, number, number, '{}' from ${rows}`,
    sql`insert into event_names (event_id, name_key, organization_id, at)
      select number, number, 'statistics', number from ${rows}`,
    sql`insert into requests (id, organization_id, at, kind, method, outcome, status, target_id, activity_id, client_request_id,
        x_request_id, event_id, request_id, count, size)
      select number, 'statistics', number, 'x', 'x', 'accepted', 200, number, number, number, number, number, number, 1, 0
      from ${rows}`,
    sql`analyze organizations, users, user_emails, groups, memberships, events, event_names, requests`,
    // Users and groups are deleted first, because their triggers update counts that refer to the organization.
    sql`delete from users where organization_id = 'statistics'`,
    sql`delete from groups where organization_id = 'statistics'`,
    sql`delete from organizations where id = 'statistics'`,
  ];
  for (const statement of statements) await statement.execute(database);
}

/**
 * Gives the planner statistics after the migrations, because creating an index makes it assume that an empty table stays empty. A database
 * that has organizations is analyzed with its own rows.
 */
export async function updatePlannerStatistics(database: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql`select 1 from organizations limit 1`.execute(database);
  await (rows.length === 0 ? writePlannerStatistics(database) : sql`analyze`.execute(database));
}
