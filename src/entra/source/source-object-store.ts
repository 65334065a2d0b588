import { sql, type Insertable, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { EntraGroupTable, EntraUserTable } from '#database/entra-tables.ts';
import { prepared } from '#database/prepared.ts';
import { prefixUpperBound } from './name-prefix.ts';
import type { SourceObject } from './source-object.ts';

/** Maximum number of rows in one INSERT statement. */
const ROWS_PER_STATEMENT = 200;

/** Selects the objects in a list: objects that are not deleted, deleted objects that can be restored, or both. */
export type DeletedFilter = 'notDeleted' | 'deleted' | 'all';

export interface SourceListQuery {
  /** The beginning of a name, case-insensitive. */
  readonly search?: string | undefined;
  /** Default: `notDeleted`. Has no effect on groups, because groups are always deleted permanently. */
  readonly deleted?: DeletedFilter | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** A row of the table of users or of groups. It has only the columns of its table, although the type has the columns of both. */
type SourceRow = Selectable<EntraUserTable> & Selectable<EntraGroupTable>;

/** The differences between the table of users and the table of groups. */
interface SourceTable<Stored extends SourceObject> {
  readonly table: 'entra_users' | 'entra_groups';
  readonly toRow: (object: Stored) => Insertable<EntraUserTable> | Insertable<EntraGroupTable>;
  readonly toObject: (row: SourceRow) => Stored;
  /** The case-folded columns that a search reads. */
  readonly searched: readonly ('name_key' | 'upn_key')[];
  readonly isRestorable: boolean;
}

/** The statements that the tables of users and groups share. An id is unique across all tenants. */
export interface SourceObjectStore<Stored extends SourceObject> {
  /** Inserts objects. Throws the database's unique-violation error if a user who is not deleted has the same userPrincipalName. */
  readonly insert: (database: Database, objects: readonly Stored[]) => Promise<void>;
  /** Finds an object by objectId, including deleted ones. */
  readonly find: (database: Database, tenantId: string, id: string) => Promise<Stored | undefined>;
  /** Returns the existing objects with these ids, including deleted ones, ordered by id. */
  readonly findSome: (database: Database, tenantId: string, ids: readonly string[]) => Promise<readonly Stored[]>;
  /** Returns at most `limit` objects with an id greater than `after`, ordered by id, including deleted ones. */
  readonly page: (
    database: Database,
    tenantId: string,
    page: { readonly after: string | null; readonly limit: number },
  ) => Promise<readonly Stored[]>;
  /** Returns a page of matching objects ordered by displayName, and the total number of matches. */
  readonly list: (
    database: Database,
    tenantId: string,
    query: SourceListQuery,
  ) => Promise<{ readonly total: number; readonly objects: readonly Stored[] }>;
  /** Updates the row of an object, but not the members of a group. Throws the errors of `insert`. */
  readonly update: (database: Database, object: Stored) => Promise<void>;
  /** Deletes an object permanently, with the rows of its members. The caller must delete references to the object. */
  readonly remove: (database: Database, tenantId: string, id: string) => Promise<void>;
}

/**
 * Builds the statements for one of the two tables.
 *
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

/** Builds the statements that read objects. Each statement is built only once, because a cycle reads every object by id. */
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
  { search = '', deleted = 'notDeleted' }: SourceListQuery,
) {
  const key = fold(search);
  return database
    .selectFrom(table)
    .where('tenant_id', '=', tenantId)
    .$if(isRestorable && deleted !== 'all', (select) =>
      select.where('deleted_at', deleted === 'notDeleted' ? 'is' : 'is not', null),
    )
    .$if(key !== '', (select) =>
      select.where((is) =>
        is.or(searched.map((column) => is.and([is(column, '>=', key), is(column, '<', prefixUpperBound(key))]))),
      ),
    );
}
