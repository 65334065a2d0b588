import type { Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { assert } from '#base/errors.ts';
import { chunks, type Database, type DatabaseTransaction } from '#database/database.ts';
import type { EntraChangeTable } from '#database/entra-tables.ts';
import { isConcurrent } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import { storedJson, storedTexts } from '#base/stored-json.ts';
import type { EntraTenant, SourceChange } from './source-object.ts';

/** Maximum number of rows in one INSERT statement. */
const ROWS_PER_STATEMENT = 200;

/** A change that does not yet have a number in the change log. */
export type ChangeDraft = Pick<SourceChange, 'objectType' | 'objectId' | 'kind'> &
  Partial<Pick<SourceChange, 'detailId' | 'fields'>>;

const lockRow = prepared((database, values: { tenantId: string }) =>
  database.selectFrom('entra_tenants').select('id').where('id', '=', values.tenantId).forUpdate(),
);

/**
 * Locks the tenant against concurrent changes until the transaction ends. Waits if another transaction holds the lock. Does nothing on
 * SQLite, which allows only one writer.
 */
export async function lockTenant(transaction: DatabaseTransaction, tenantId: string): Promise<void> {
  if (isConcurrent(transaction)) await lockRow(transaction, { tenantId });
}

const takeNumbers = prepared((database, values: { tenantId: string; count: number }) =>
  database
    .updateTable('entra_tenants')
    .set((expression) => ({ change_number: expression('change_number', '+', values.count) }))
    .where('id', '=', values.tenantId)
    .returning('change_number'),
);

/**
 * Writes a transaction's changes to the tenant's change log, and returns the number of the last entry. Assigning the numbers locks the
 * tenant's row until the transaction ends. Numbers therefore have no gaps and grow in the order of the commits: after a reader has read an
 * entry, no entry with a lower number is added.
 */
export async function recordChanges(
  transaction: DatabaseTransaction,
  clock: Clock,
  tenant: Pick<EntraTenant, 'id' | 'organizationId'>,
  drafts: readonly ChangeDraft[],
): Promise<number> {
  if (drafts.length === 0) return await currentChangeNumber(transaction, tenant.id);
  const [taken] = await takeNumbers(transaction, { tenantId: tenant.id, count: drafts.length });
  assert(taken, 'the tenant of a change exists');
  const at = clock.now().getTime();
  const first = taken.change_number - drafts.length + 1;
  const rows = drafts.map((draft, index) => ({
    tenant_id: tenant.id,
    number: first + index,
    organization_id: tenant.organizationId,
    object_type: draft.objectType,
    object_id: draft.objectId,
    kind: draft.kind,
    detail_id: draft.detailId ?? null,
    fields: draft.fields === undefined || draft.fields.length === 0 ? null : JSON.stringify(draft.fields),
    at,
  }));
  for (const some of chunks(rows, ROWS_PER_STATEMENT)) {
    await transaction.insertInto('entra_changes').values(some).execute();
  }
  return taken.change_number;
}

const selectChanges = prepared((database, values: { tenantId: string; after: number; limit: number }) =>
  database
    .selectFrom('entra_changes')
    .selectAll()
    .where('tenant_id', '=', values.tenantId)
    .where('number', '>', values.after)
    .orderBy('number')
    .limit(values.limit),
);

/** Returns at most `limit` changes with a number greater than `after`, ordered by number. */
export async function listChanges(
  database: Database,
  tenantId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly SourceChange[]> {
  const rows = await selectChanges(database, { tenantId, after: page.after, limit: page.limit });
  return rows.map(toChange);
}

const selectNumber = prepared((database, values: { tenantId: string }) =>
  database.selectFrom('entra_tenants').select('change_number').where('id', '=', values.tenantId),
);

/** Returns the number of the tenant's last change; 0 if there is none. */
export async function currentChangeNumber(database: Database, tenantId: string): Promise<number> {
  const [row] = await selectNumber(database, { tenantId });
  return row?.change_number ?? 0;
}

/** Deletes the entries up to and including the number `upTo`. Callers must make sure that no reader still needs these entries. */
export async function deleteChangesUpTo(database: Database, tenantId: string, upTo: number): Promise<void> {
  await database.deleteFrom('entra_changes').where('tenant_id', '=', tenantId).where('number', '<=', upTo).execute();
}

const readFields = storedJson('entra_changes.fields', storedTexts);

function toChange(row: Selectable<EntraChangeTable>): SourceChange {
  return {
    number: row.number,
    objectType: row.object_type,
    objectId: row.object_id,
    kind: row.kind,
    detailId: row.detail_id,
    fields: row.fields === null ? [] : readFields(row.fields),
    at: new Date(row.at),
  };
}
