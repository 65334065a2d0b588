import { sql, type Insertable, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { EntraGroupTable, EntraUserTable } from '#database/entra-tables.ts';
import { prepared } from '#database/prepared.ts';
import { endOfPrefix } from './name-prefix.ts';
import type { SourceObject } from './source-object.ts';

/** Rows of one statement. */
const ROWS_PER_STATEMENT = 200;

/** Which objects a list has: active ones, those that were deleted and can be restored, or both. */
export type DeletedFilter = 'living' | 'deleted' | 'all';

export interface SourceListQuery {
  /** The beginning of a name, in any case. */
  readonly search?: string | undefined;
  /** Active ones without it. Groups are removed for good, so that it has no effect on them. */
  readonly deleted?: DeletedFilter | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** A row of either table: what one table does not have is absent. */
type SourceRow = Selectable<EntraUserTable> & Selectable<EntraGroupTable>;

/** What is different between the table of users and the table of groups. */
interface SourceTable<Stored extends SourceObject> {
  readonly table: 'entra_users' | 'entra_groups';
  readonly toRow: (object: Stored) => Insertable<EntraUserTable> | Insertable<EntraGroupTable>;
  readonly toObject: (row: SourceRow) => Stored;
  /** The folded columns that a search looks at. */
  readonly searched: readonly ('name_key' | 'upn_key')[];
  readonly isRestorable: boolean;
}

/** The statements that users and groups of a tenant have in common. An id is unique among all tenants. */
export interface SourceObjectStore<Stored extends SourceObject> {
  /** Throws the database's unique-violation error if an active user has the userPrincipalName of one of them. */
  readonly insert: (database: Database, objects: readonly Stored[]) => Promise<void>;
  /** An object by objectId, also a deleted one. */
  readonly find: (database: Database, tenantId: string, id: string) => Promise<Stored | undefined>;
  /** The objects with these ids that exist, also deleted ones, by id. */
  readonly findSome: (database: Database, tenantId: string, ids: readonly string[]) => Promise<readonly Stored[]>;
  /** Objects in the order of their ids, also deleted ones: the next page is after the last id of this one. */
  readonly page: (
    database: Database,
    tenantId: string,
    page: { readonly after: string | null; readonly limit: number },
  ) => Promise<readonly Stored[]>;
  /** Objects by displayName, and the number of all that match. */
  readonly list: (
    database: Database,
    tenantId: string,
    query: SourceListQuery,
  ) => Promise<{ readonly total: number; readonly objects: readonly Stored[] }>;
  /** Writes a whole object, without its references. Throws as `insert` does. */
  readonly update: (database: Database, object: Stored) => Promise<void>;
  /** Removes an object for good, with the rows of its own members; the caller removes references to it. */
  readonly remove: (database: Database, tenantId: string, id: string) => Promise<void>;
}

/**
 * @example
 * export const { find: findSourceGroup } = sourceObjectStore<SourceGroup>({ table: 'entra_groups', toRow, toObject, … });
 */
export function sourceObjectStore<Stored extends SourceObject>(own: SourceTable<Stored>): SourceObjectStore<Stored> {
  const { table, toRow, toObject } = own;
  return {
    ...readingsOf(own),
    async insert(database, objects) {
      for (const some of chunks(objects, ROWS_PER_STATEMENT)) {
        await database.insertInto(table).values(some.map(toRow)).execute();
      }
    },
    async list(database, tenantId, query) {
      const selected = matching(database, own, tenantId, query);
      const counted = await selected.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst();
      const rows = await selected
        .selectAll()
        .orderBy('name_key')
        .orderBy('id')
        .offset(query.skip)
        .limit(query.limit)
        .execute();
      return { total: Number(counted?.total ?? 0), objects: rows.map(toObject) };
    },
    async update(database, object) {
      const {
        id,
        organization_id: _organization,
        tenant_id: _tenant,
        created_at: _created,
        ...columns
      } = toRow(object);
      await database.updateTable(table).set(columns).where('id', '=', id).execute();
    },
    async remove(database, tenantId, id) {
      await database.deleteFrom(table).where('tenant_id', '=', tenantId).where('id', '=', id).execute();
    },
  };
}

/** Reading by id runs for every object of a cycle, so that these statements are built once. */
function readingsOf<Stored extends SourceObject>({
  table,
  toObject,
}: SourceTable<Stored>): Pick<SourceObjectStore<Stored>, 'find' | 'findSome' | 'page'> {
  const selectOne = prepared((database, values: { tenantId: string; id: string }) =>
    database.selectFrom(table).selectAll().where('tenant_id', '=', values.tenantId).where('id', '=', values.id),
  );
  const selectSome = prepared((database, values: { tenantId: string; ids: string }) =>
    database
      .selectFrom(table)
      .selectAll()
      .where('tenant_id', '=', values.tenantId)
      .where(engineOf(database).json.among(sql.ref('id'), values.ids))
      .orderBy('id'),
  );
  const selectPage = prepared((database, values: { tenantId: string; after: string; limit: number }) =>
    database
      .selectFrom(table)
      .selectAll()
      .where('tenant_id', '=', values.tenantId)
      .where('id', '>', values.after)
      .orderBy('id')
      .limit(values.limit),
  );
  return {
    async find(database, tenantId, id) {
      const [row] = await selectOne(database, { tenantId, id });
      return row && toObject(row);
    },
    async findSome(database, tenantId, ids) {
      if (ids.length === 0) return [];
      return (await selectSome(database, { tenantId, ids: JSON.stringify(ids) })).map(toObject);
    },
    async page(database, tenantId, { after, limit }) {
      return (await selectPage(database, { tenantId, after: after ?? '', limit })).map(toObject);
    },
  };
}

function matching<Stored extends SourceObject>(
  database: Database,
  { table, searched, isRestorable }: SourceTable<Stored>,
  tenantId: string,
  { search = '', deleted = 'living' }: SourceListQuery,
) {
  const key = fold(search);
  return database
    .selectFrom(table)
    .where('tenant_id', '=', tenantId)
    .$if(isRestorable && deleted !== 'all', (select) =>
      select.where('deleted_at', deleted === 'living' ? 'is' : 'is not', null),
    )
    .$if(key !== '', (select) =>
      select.where((is) =>
        is.or(searched.map((column) => is.and([is(column, '>=', key), is(column, '<', endOfPrefix(key))]))),
      ),
    );
}
