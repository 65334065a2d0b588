import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf, isConcurrent } from '#database/engine.ts';
import { organizationTables, ownerColumn, type CopiedTable } from '#database/copied-tables.ts';
import type { MoveTable } from '#database/tables.ts';

/**
 * How long the creation of a trigger may wait for the lock of a table. Later statements on the table have to wait meanwhile, so the time is
 * short.
 */
const TRIGGER_LOCK_MS = 2_000;
const TRIGGER_ATTEMPTS_MAX = 15;
/** The number of rows that one statement removes. */
const REMOVED_ROWS_MAX = 1_000;

/** The key of the advisory lock that each change holds in shared mode and that a move acquires exclusively. */
const lockKey = (organizationId: string) => sql`hashtextextended('tanhua move ' || ${organizationId}, 0)`;

export async function setMoveState(
  database: Database,
  organizationId: string,
  state: Exclude<MoveTable['state'], 'frozen'>,
): Promise<void> {
  await writeMove(database, organizationId, { state, token: null });
}

/** Makes the triggers refuse changes to the organization. `token` identifies the switch. */
export async function freeze(database: Database, organizationId: string, token: string): Promise<void> {
  await writeMove(database, organizationId, { state: 'frozen', token });
}

async function writeMove(database: Database, organizationId: string, move: Omit<MoveTable, 'organization_id'>) {
  await database
    .insertInto('moves')
    .values({ organization_id: organizationId, ...move })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(move))
    .execute();
}

/** Returns the token of the switch that froze an organization; undefined if it is not frozen. */
export async function findFreeze(database: Database, organizationId: string): Promise<string | undefined> {
  const row = await database
    .selectFrom('moves')
    .select('token')
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'frozen')
    .executeTakeFirst();
  return row?.token ?? undefined;
}

/** Makes the database accept changes again, if the switch with this token froze the organization. A later switch is not affected. */
export async function thaw(database: Database, organizationId: string, token: string): Promise<void> {
  await database
    .updateTable('moves')
    .set({ state: 'copying', token: null })
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'frozen')
    .where('token', '=', token)
    .execute();
}

export async function endMove(database: Database, organizationId: string): Promise<void> {
  await database.deleteFrom('moves').where('organization_id', '=', organizationId).execute();
  await database.deleteFrom('changed_rows').where('organization_id', '=', organizationId).execute();
}

/** Waits until all running changes to an organization have ended. Changes that start later see that the organization is frozen. */
export async function awaitChanges(database: Database, organizationId: string): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${lockKey(organizationId)})`.execute(transaction);
  });
}

/**
 * The trigger function. It notes the rows that change while their organization is being copied, and refuses changes to an organization that
 * is frozen or has left. All tables use the same function; the arguments of a trigger are the key columns of its table.
 */
const noteChange = sql`
create or replace function tanhua_note_change() returns trigger language plpgsql as $function$
declare
  owner text collate "C";
  move text collate "C";
  before jsonb;
  after jsonb;
  key jsonb;
begin
  if TG_TABLE_NAME = 'organizations' then
    owner := case when TG_OP = 'DELETE' then old.id else new.id end;
  else
    owner := case when TG_OP = 'DELETE' then old.organization_id else new.organization_id end;
  end if;
  select state into move from moves where organization_id = owner;
  if move is null or move = 'arriving' then return null; end if;
  if move = 'gone' and TG_OP = 'DELETE' then return null; end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('tanhua move ' || owner, 0));
  select state into move from moves where organization_id = owner;
  if move is distinct from 'copying' then
    raise exception 'the organization is being moved' using errcode = 'TNMOV';
  end if;
  if TG_OP <> 'INSERT' then before := to_jsonb(old); end if;
  if TG_OP <> 'DELETE' then after := to_jsonb(new); end if;
  for key in
    select distinct (select jsonb_agg(one -> name order by place) from unnest(TG_ARGV) with ordinality as part(name, place))
    from unnest(array[before, after]) as one where one is not null
  loop
    insert into changed_rows (organization_id, table_name, row_key) values (owner, TG_TABLE_NAME, key::text);
  end loop;
  return null;
end $function$`;

/** Creates the triggers that note changes. When this resolves, the triggers note every change, also of running transactions. */
export async function watchChanges(database: Database): Promise<void> {
  await withTableLock(database, () => noteChange);
  for (const { name, key } of organizationTables) {
    await withTableLock(
      database,
      () => sql`create or replace trigger tanhua_move after insert or update or delete on ${sql.table(name)}
        for each row execute function tanhua_note_change(${sql.join(key.map((column) => sql.lit(column)))})`,
    );
  }
}

/** Drops the triggers, unless another organization is still moving. */
export async function unwatchChanges(database: Database): Promise<void> {
  // An embedded database has no shards.
  if (!isConcurrent(database)) return;
  const moving = await database.selectFrom('moves').select('state').where('state', '<>', 'arriving').limit(1).execute();
  if (moving.length > 0) return;
  // Without triggers there is nothing to drop, and no other statement has to wait for the lock of a table.
  const { rows } = await sql`select from pg_trigger where tgname = 'tanhua_move'
    and tgrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)`.execute(database);
  if (rows.length === 0) return;
  for (const { name } of organizationTables) {
    await withTableLock(database, () => sql`drop trigger if exists tanhua_move on ${sql.table(name)}`);
  }
}

async function withTableLock(database: Database, statement: () => ReturnType<typeof sql>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.transaction().execute(async (transaction) => {
        await sql`set local lock_timeout = ${sql.lit(TRIGGER_LOCK_MS)}`.execute(transaction);
        await statement().execute(transaction);
      });
      return;
    } catch (error) {
      if (attempt >= TRIGGER_ATTEMPTS_MAX) throw error;
    }
  }
}

/** Deletes and returns up to `limit` notes. A note names a row, but does not say whether it was created, changed or deleted. */
export async function dequeueChangedKeys(
  database: Database,
  organizationId: string,
  limit: number,
): Promise<readonly { readonly table: string; readonly key: string }[]> {
  const oldest = database
    .selectFrom('changed_rows')
    .select('sequence')
    .where('organization_id', '=', organizationId)
    .orderBy('sequence')
    .limit(limit);
  // With `sequence in (select …)`, PostgreSQL would join the changed rows of all organizations.
  return await database
    .deleteFrom('changed_rows')
    .where(engineOf(database).json.amongRows(sql.ref('sequence'), sql`${oldest}`))
    .returning(['table_name as table', 'row_key as key'])
    .execute();
}

/** Deletes an organization and all its rows, in steps that are too short to keep other statements waiting. */
export async function removeOrganization(database: Database, organizationId: string): Promise<void> {
  for (const table of organizationTables.toReversed()) await removeRows(database, table, organizationId);
  // The index of the search of people, which is not copied.
  await removeRows(database, { name: 'user_terms', key: ['organization_id'] }, organizationId);
}

async function removeRows(database: Database, table: CopiedTable, organizationId: string): Promise<void> {
  const name = sql.table(table.name);
  for (;;) {
    const { numAffectedRows = 0n } = await sql`delete from ${name} where ctid = any(array(
      select ctid from ${name} where ${sql.ref(ownerColumn(table))} = ${organizationId} limit ${REMOVED_ROWS_MAX}))`.execute(
      database,
    );
    if (numAffectedRows < REMOVED_ROWS_MAX) return;
  }
}
