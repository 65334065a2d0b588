import type { Selectable } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import type { EntraLinkTable } from '#database/entra-tables.ts';
import type { ObjectType } from '../source/source-object.ts';

/** Which object of the target belongs to an object of the source. */
export interface Link {
  readonly jobId: string;
  readonly organizationId: string;
  readonly sourceId: string;
  readonly type: ObjectType;
  readonly targetId: string;
  readonly displayName: string;
  /** Whether it was in scope when it was last looked at: who was not is never deleted (§3.4). */
  readonly inScope: boolean;
  /** The manager's id in the target, as it was last exported. */
  readonly managerTargetId: string | null;
  /** When it was last looked at. */
  readonly modifiedAt: Date;
}

export async function findLink(database: Database, jobId: string, sourceId: string): Promise<Link | undefined> {
  return (await findLinks(database, jobId, [sourceId])).get(sourceId);
}

/** The links of some objects of the source, by their ids. */
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

/** Writes a link, or what became of it. */
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

/** Links of a type in the order of their source ids. */
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

/** Ids of the source whose links were made since then. */
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
