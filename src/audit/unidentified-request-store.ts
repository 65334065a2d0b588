import { sql } from 'kysely';
import type { Database } from '#database/database.ts';

/** SCIM requests from one address whose credentials identified no caller, all for one reason. */
export interface UnidentifiedRequest {
  readonly address: string;
  /** The code of the reason why the credential identifies no caller. */
  readonly reason: string;
  /** The first characters of a credential that has the form of a Tanhua key; empty for any other credential. */
  readonly prefix: string;
}

/** A note of such requests, with their number and the times of the first and the last. */
export interface UnidentifiedRequestNote extends UnidentifiedRequest {
  readonly requests: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Requests that are added to a note. */
export interface SeenRequests {
  readonly requests: number;
  readonly last: Date;
  /** The maximum number of notes that are kept. */
  readonly rowsMax: number;
}

/** Returns the id of a note. It is unique, because address, reason, and prefix contain no spaces. */
export function unidentifiedId({ address, reason, prefix }: UnidentifiedRequest): string {
  return [address, reason, prefix].join(' ');
}

/**
 * Adds requests to their note. If there are more than `rowsMax` notes, the most recent ones of each kind are kept, and the same number of
 * each kind if possible. Any sender can send requests without a key from many addresses, and must not displace the notes of a client.
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
  // One statement for each note, because processes that delete the same notes concurrently could otherwise deadlock.
  for (const id of await excessIds(database, rowsMax)) {
    await database.deleteFrom('unidentified_requests').where('id', '=', id).execute();
  }
}

/** Returns the ids of the notes beyond `rowsMax`, sorted. A kind is a reason, with or without the prefix of a key. */
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

/** Returns the notes of requests since a time, the most recent first. */
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

/** Deletes the notes whose last request was before a time. */
export async function deleteOldUnidentifiedRequests(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('unidentified_requests').where('last_seen_at', '<', before.getTime()).execute();
}
