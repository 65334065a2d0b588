import { sql, type Kysely } from 'kysely';
import { memberEvents, SUMMARIZED_MEMBERS_MAX, SUMMARY_KEY_LENGTH } from '../event-conditions.ts';
import { engineOf } from '../engine.ts';

/**
 * Adds a summary of the members that a change of a group names to its event and to the index on such events, so that a search for one
 * member reads only the index, and the JSON of few events.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition, name } = engineOf(db);
  await db.schema.alterTable('events').addColumn('members', definition.text).execute();
  const length = sql.lit(SUMMARY_KEY_LENGTH);
  const isSummarized = sql`count(*) <= ${sql.lit(SUMMARIZED_MEMBERS_MAX)}`;
  // "members" is the name of the field.
  const summary =
    name === 'postgres'
      ? sql`select case when ${isSummarized} then coalesce(string_agg(right(member #>> '{}', ${length}), ''), '') end
          from jsonb_path_query(body::jsonb, '$.changes[*] ? (@.field == "members").*[*] ? (@.type() == "string")') as member
          where member #>> '{}' <> 'members'`
      : sql`select case when ${isSummarized} then coalesce(group_concat(substr(member.value, -${length}), ''), '') end
          from json_each(events.body, '$.changes') as change, json_tree(change.value) as member
          where json_extract(change.value, '$.field') = 'members' and member.type = 'text' and member.value <> 'members'`;
  await sql`update events set members = (${summary}) where ${memberEvents}`.execute(db);
  await db.schema.dropIndex('events_members').execute();
  await sql`create index events_members on events (organization_id, sequence, members) where ${memberEvents}`.execute(
    db,
  );
}
