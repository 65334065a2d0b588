import type { Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import type { StateChangeTable } from '#database/people-tables.ts';

/** A scheduled change of a user's state. */
export interface StateChange {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  /** An id that is the same for all changes that one request scheduled. */
  readonly jobId: string;
  readonly state: 'ACTIVATED' | 'SUSPENDED';
  readonly at: Date;
  readonly sendMail: boolean;
  readonly mailTo: string | null;
}

function toStateChange(row: Selectable<StateChangeTable>): StateChange {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    jobId: row.job_id,
    state: row.state,
    at: new Date(row.at),
    sendMail: row.send_mail === 1,
    mailTo: row.mail_to,
  };
}

export async function insertStateChange(
  database: Database,
  clock: Clock,
  change: Omit<StateChange, 'id'>,
): Promise<StateChange> {
  const id = newId(clock);
  await database
    .insertInto('state_changes')
    .values({
      id,
      organization_id: change.organizationId,
      user_id: change.userId,
      job_id: change.jobId,
      state: change.state,
      at: change.at.getTime(),
      send_mail: change.sendMail ? 1 : 0,
      mail_to: change.mailTo,
    })
    .execute();
  return { id, ...change };
}

export interface StateChangeQuery {
  readonly userIds?: readonly string[] | undefined;
  readonly state?: 'ACTIVATED' | 'SUSPENDED' | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** Lists the scheduled changes of an organization, earliest first. */
export async function listStateChanges(
  database: Database,
  organizationId: string,
  { userIds, state, skip, limit }: StateChangeQuery,
): Promise<readonly StateChange[]> {
  const rows = await database
    .selectFrom('state_changes')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(userIds !== undefined, (select) => select.where('user_id', 'in', userIds ?? []))
    .$if(state !== undefined, (select) => select.where('state', '=', state ?? 'ACTIVATED'))
    .orderBy('at')
    .orderBy('id')
    .offset(skip)
    .limit(limit)
    .execute();
  return rows.map(toStateChange);
}

/** For each of these users and each state, finds the next scheduled change to that state. Orders the changes by time. */
export async function findNextStateChanges(
  database: Database,
  organizationId: string,
  userIds: readonly string[],
): Promise<readonly StateChange[]> {
  const rows = await database
    .selectFrom('state_changes')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('user_id', 'in', userIds)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const firsts = new Map<string, StateChange>();
  for (const change of rows.map(toStateChange)) {
    const key = `${change.userId} ${change.state}`;
    if (!firsts.has(key)) firsts.set(key, change);
  }
  return [...firsts.values()];
}

/** Finds at most `limit` due changes of all organizations, earliest first. */
export async function findDueStateChanges(
  database: Database,
  now: Date,
  limit: number,
): Promise<readonly StateChange[]> {
  const rows = await database
    .selectFrom('state_changes')
    .selectAll()
    .where('at', '<=', now.getTime())
    // Skips organizations that are moving between shards: the shard that serves an organization carries out its changes.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toStateChange);
}

/** Deletes a scheduled change. Returns false if it does not exist, for example because another process is carrying it out. */
export async function deleteStateChange(database: Database, organizationId: string, id: string): Promise<boolean> {
  const result = await database
    .deleteFrom('state_changes')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Deletes the change with this id, or all changes with this job id. Returns the deleted changes. */
export async function deleteStateChanges(
  database: Database,
  organizationId: string,
  idOrJobId: string,
): Promise<readonly StateChange[]> {
  const changes: StateChange[] = [];
  // Two statements, because each can use an index. For one statement with `or`, the planner would read all changes.
  for (const column of ['id', 'job_id'] as const) {
    const rows = await database
      .deleteFrom('state_changes')
      .where('organization_id', '=', organizationId)
      .where(column, '=', idOrJobId)
      .returningAll()
      .execute();
    changes.push(...rows.map(toStateChange));
  }
  return changes;
}
