import { sql } from 'kysely';
import type { Database } from '#database/database.ts';

/** SCIM requests from one address whose credential identifies no caller for one reason. */
export interface UnidentifiedRequest {
  readonly address: string;
  /** The code of the reason. */
  readonly reason: string;
  /** The first characters of what has the form of one of our keys; empty for anything else. */
  readonly prefix: string;
}

/** How often there were such requests, and when. */
export interface UnidentifiedRequestNote extends UnidentifiedRequest {
  readonly requests: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** What is added to a note. */
export interface SeenRequests {
  readonly requests: number;
  readonly last: Date;
  readonly rowsMax: number;
}

/** Tells address, reason and prefix apart, which have no blanks. */
export function unidentifiedId({ address, reason, prefix }: UnidentifiedRequest): string {
  return [address, reason, prefix].join(' ');
}

/**
 * Notes such requests. Of more than `rowsMax` notes those seen last are kept, of each kind as many where there are enough:
 * anybody can send requests without a key from many addresses, and must not displace the note of a client.
 */
export async function noteUnidentifiedRequests(
  database: Database,
  request: UnidentifiedRequest,
  { requests, last, rowsMax }: SeenRequests,
): Promise<void> {
  const { address, reason, prefix } = request;
  const seen = last.getTime();
  await database
    .insertInto('unidentified_requests')
    .values({
      id: unidentifiedId(request),
      address,
      reason,
      prefix,
      requests,
      first_seen_at: seen,
      last_seen_at: seen,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((expression) => ({
        requests: expression('unidentified_requests.requests', '+', requests),
        last_seen_at: seen,
      })),
    )
    .execute();
  // One at a time: processes that delete the same notes together could otherwise wait for each other in a circle.
  for (const id of await excessIds(database, rowsMax)) {
    await database.deleteFrom('unidentified_requests').where('id', '=', id).execute();
  }
}

/** The notes beyond `rowsMax`, in order. The kinds are the reasons, with and without a prefix of ours. */
async function excessIds(database: Database, rowsMax: number): Promise<readonly string[]> {
  const placeInKind = sql<number>`row_number() over (partition by reason, prefix = '' order by last_seen_at desc, id)`;
  const rows = await database
    .selectFrom('unidentified_requests')
    .select(['id', placeInKind.as('place')])
    .orderBy('place')
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .execute();
  return rows
    .slice(rowsMax)
    .map(({ id }) => id)
    .toSorted();
}

/** What was noted since a time, the latest first. */
export async function listUnidentifiedRequests(
  database: Database,
  since: Date,
): Promise<readonly UnidentifiedRequestNote[]> {
  const rows = await database
    .selectFrom('unidentified_requests')
    .selectAll()
    .where('last_seen_at', '>=', since.getTime())
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ address, reason, prefix, requests, ...row }) => ({
    address,
    reason,
    prefix,
    requests,
    firstSeenAt: new Date(row.first_seen_at),
    lastSeenAt: new Date(row.last_seen_at),
  }));
}

/** Deletes notes of requests that were all before a time. */
export async function deleteOldUnidentifiedRequests(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('unidentified_requests').where('last_seen_at', '<', before.getTime()).execute();
}
