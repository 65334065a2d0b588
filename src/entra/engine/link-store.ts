import type { Selectable } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import type { EntraLinkTable } from '#database/entra-tables.ts';
import type { ObjectType } from '../source/source-object.ts';

/** The link between a source object and the target object that it is provisioned to. */
export interface Link {
  readonly jobId: string;
  readonly organizationId: string;
  readonly sourceId: string;
  readonly type: ObjectType;
  readonly targetId: string;
  readonly displayName: string;
  /**
   * True if the object was in scope when it was last evaluated. An object that left the scope before it was purged is not deleted in the
   * target (§3.4).
   */
  readonly inScope: boolean;
  /** The target id of the manager that was last exported; null if no manager was exported. */
  readonly managerTargetId: string | null;
  /** When the link was last saved. */
  readonly modifiedAt: Date;
}

export async function findLink(database: Database, jobId: string, sourceId: string): Promise<Link | undefined> {
  return (await findLinks(database, jobId, [sourceId])).get(sourceId);
}

/** Maps the given source ids to their links. Source ids without a link are not in the map. */
export async function findLinks(
  database: Database,
  jobId: string,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
  const found = new Map<string, Link>();
  for (const ids of chunks(sourceIds)) {
    const rows = await database
      .selectFrom('entra_links')
      .selectAll()
      .where('job_id', '=', jobId)
      .where('source_id', 'in', ids)
      .execute();
    for (const row of rows) found.set(row.source_id, toLink(row));
  }
  return found;
}

/** Returns the link to a target object; undefined if no source object is linked to it. */
export async function findLinkWith(
  database: Database,
  jobId: string,
  target: { readonly type: ObjectType; readonly id: string },
): Promise<Link | undefined> {
  const row = await database
    .selectFrom('entra_links')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('target_id', '=', target.id)
    .where('object_type', '=', target.type)
    .limit(1)
    .executeTakeFirst();
  return row && toLink(row);
}

/** Deletes the link of the source object `from`, and transfers its exported members and memberships to the source object `to`. */
export async function transferLink(database: Database, jobId: string, from: string, to: string): Promise<void> {
  for (const column of ['member_id', 'group_id'] as const) {
    await database.deleteFrom('entra_linked_members').where('job_id', '=', jobId).where(column, '=', to).execute();
    await database
      .updateTable('entra_linked_members')
      .set({ [column]: to })
      .where('job_id', '=', jobId)
      .where(column, '=', from)
      .execute();
  }
  await deleteLink(database, jobId, from);
}

/** Inserts a link, or updates the link of the same source object. */
export async function saveLink(database: Database, link: Omit<Link, 'modifiedAt'>, at: Date): Promise<void> {
  const changing = {
    target_id: link.targetId,
    display_name: link.displayName,
    in_scope: link.inScope ? (1 as const) : (0 as const),
    manager_target_id: link.managerTargetId,
    modified_at: at.getTime(),
  };
  await database
    .insertInto('entra_links')
    .values({
      job_id: link.jobId,
      source_id: link.sourceId,
      organization_id: link.organizationId,
      object_type: link.type,
      created_at: at.getTime(),
      ...changing,
    })
    .onConflict((conflict) => conflict.columns(['job_id', 'source_id']).doUpdateSet(changing))
    .execute();
}

export async function deleteLink(database: Database, jobId: string, sourceId: string): Promise<void> {
  await database.deleteFrom('entra_links').where('job_id', '=', jobId).where('source_id', '=', sourceId).execute();
}

export async function deleteAllLinks(database: Database, jobId: string): Promise<void> {
  await database.deleteFrom('entra_linked_members').where('job_id', '=', jobId).execute();
  await database.deleteFrom('entra_links').where('job_id', '=', jobId).execute();
}

/** Returns a page of the links of a type, ordered by source id. */
export async function pageOfLinks(
  database: Database,
  jobId: string,
  type: ObjectType,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly Link[]> {
  const rows = await database
    .selectFrom('entra_links')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('object_type', '=', type)
    .$if(page.after !== null, (query) => query.where('source_id', '>', page.after ?? ''))
    .orderBy('source_id')
    .limit(page.limit)
    .execute();
  return rows.map(toLink);
}

/** Returns the source ids of the links that were created at `since` or later. */
export async function linkedSince(
  database: Database,
  jobId: string,
  type: ObjectType,
  since: Date,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('entra_links')
    .select('source_id')
    .where('job_id', '=', jobId)
    .where('object_type', '=', type)
    .where('created_at', '>=', since.getTime())
    .execute();
  return rows.map((row) => row.source_id);
}

/** Counts the objects that should be in the target: linked objects, and objects that could not be linked because they failed. */
export async function countEntitled(database: Database, jobId: string): Promise<number> {
  const linked = await database
    .selectFrom('entra_links')
    .select((where) => where.fn.countAll<number>().as('count'))
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  const failed = await database
    .selectFrom('entra_escrows')
    .leftJoin('entra_links', (join) =>
      join
        .onRef('entra_links.job_id', '=', 'entra_escrows.job_id')
        .onRef('entra_links.source_id', '=', 'entra_escrows.source_id'),
    )
    .select((where) => where.fn.countAll<number>().as('count'))
    .where('entra_escrows.job_id', '=', jobId)
    .where('entra_escrows.stage', '=', 'object')
    .where('entra_links.source_id', 'is', null)
    .executeTakeFirst();
  return Number(linked?.count ?? 0) + Number(failed?.count ?? 0);
}

export async function countLinks(database: Database, jobId: string): Promise<Readonly<Record<ObjectType, number>>> {
  const rows = await database
    .selectFrom('entra_links')
    .select(['object_type', (where) => where.fn.countAll<number>().as('count')])
    .where('job_id', '=', jobId)
    .groupBy('object_type')
    .execute();
  const count = (type: ObjectType) => Number(rows.find((row) => row.object_type === type)?.count ?? 0);
  return { User: count('User'), Group: count('Group') };
}

function toLink(row: Selectable<EntraLinkTable>): Link {
  return {
    jobId: row.job_id,
    organizationId: row.organization_id,
    sourceId: row.source_id,
    type: row.object_type,
    targetId: row.target_id,
    displayName: row.display_name,
    inScope: row.in_scope === 1,
    managerTargetId: row.manager_target_id,
    modifiedAt: new Date(row.modified_at),
  };
}
