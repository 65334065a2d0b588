import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { preparedCommand } from '#database/prepared.ts';
import { recordMailResult } from '#mail/mail-events.ts';
import { cancelLinkMails, type MailForEvent } from '#mail/outbox-store.ts';
import type { SubjectColumn } from './session-store.ts';

export type TokenPurpose =
  | 'activation'
  | 'reset'
  | 'passkey_registration'
  | 'passkey_sign_in'
  | 'recovery_code'
  | 'console';

export interface OneTimeToken {
  readonly id: string;
  readonly organizationId: string;
  readonly purpose: TokenPurpose;
  readonly userId: string | null;
  readonly administratorId: string | null;
  readonly data: string | null;
  readonly expiresAt: Date;
}

/** Inserts a token. Returns false, and inserts nothing, if there already is a token with this hash. */
export async function insertOneTimeToken(
  database: Database,
  clock: Clock,
  token: Omit<OneTimeToken, 'id'> & { readonly hash: string; readonly keyId?: string | null },
): Promise<boolean> {
  const result = await database
    .insertInto('one_time_tokens')
    .values({
      id: newId(clock),
      organization_id: token.organizationId,
      purpose: token.purpose,
      user_id: token.userId,
      administrator_id: token.administratorId,
      hash: token.hash,
      data: token.data,
      created_at: clock.now().getTime(),
      expires_at: token.expiresAt.getTime(),
      key_id: token.keyId ?? null,
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Finds a token that can still be used. Returns undefined if the token, or the key that requested it, no longer works. */
export async function findOneTimeToken(database: Database, hash: string, now: Date): Promise<OneTimeToken | undefined> {
  const row = await database
    .selectFrom('one_time_tokens as token')
    .leftJoin('api_keys as key', 'key.id', 'token.key_id')
    .selectAll('token')
    .where('token.hash', '=', hash)
    .where('token.used_at', 'is', null)
    .where('token.expires_at', '>', now.getTime())
    .where((where) =>
      where.or([
        where('token.key_id', 'is', null),
        where.and([where('key.id', 'is not', null), where('key.revoked_at', 'is', null)]),
      ]),
    )
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      organizationId: row.organization_id,
      purpose: row.purpose as TokenPurpose,
      userId: row.user_id,
      administratorId: row.administrator_id,
      data: row.data,
      expiresAt: new Date(row.expires_at),
    }
  );
}

/** Marks a token as used. Returns false if it was already used or has expired. */
export async function useOneTimeToken(database: Database, id: string, now: Date): Promise<boolean> {
  const result = await database
    .updateTable('one_time_tokens')
    .set({ used_at: now.getTime() })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.getTime())
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Counts the tokens of an owner for a purpose that can still be used. */
export async function countTokens(
  database: Database,
  column: SubjectColumn,
  subjectId: string,
  { purpose, now }: { readonly purpose: TokenPurpose; readonly now: Date },
): Promise<number> {
  const { found } = await database
    .selectFrom('one_time_tokens')
    .select(({ fn }) => fn.countAll<number | string>().as('found'))
    .where(column, '=', subjectId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.getTime())
    .executeTakeFirstOrThrow();
  return Number(found);
}

/** Why a link does not work. */
export type EndedLink = 'used' | 'replaced' | 'revoked' | 'expired';

/** The purposes of tokens that are sent as links in emails. */
const LINK_PURPOSES = ['activation', 'reset'] as const;

/** The value of `used_at` for a link that was revoked before it was used. */
const REVOKED = 0;

/** Returns why the link with this hash or id does not work; undefined for a link that never existed or was deleted. */
export async function findEndedLink(
  database: Database,
  column: 'hash' | 'id',
  value: string,
  now: Date,
): Promise<EndedLink | undefined> {
  const row = await database
    .selectFrom('one_time_tokens')
    .select(['id', 'user_id', 'administrator_id', 'used_at', 'expires_at'])
    .where(column, '=', value)
    .where('purpose', 'in', LINK_PURPOSES)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.used_at !== null && row.used_at !== REVOKED) return 'used';
  if (row.used_at === null && row.expires_at <= now.getTime()) return 'expired';
  // Here the link was revoked, or it is unused and the key that requested it has ended.
  const other = await database
    .selectFrom('one_time_tokens')
    .select('id')
    .where(row.user_id === null ? 'administrator_id' : 'user_id', '=', row.user_id ?? row.administrator_id)
    .where('purpose', 'in', LINK_PURPOSES)
    .where('id', '<>', row.id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.getTime())
    .limit(1)
    .executeTakeFirst();
  return other === undefined ? 'revoked' : 'replaced';
}

const LINK_ENDED = 'Its link no longer works: there is a newer one, or the account was changed.';

/**
 * Revokes the links that were sent to the owner of an account, and cancels the waiting emails with these links. For callers that send
 * a newer link or set a new password. Returns the canceled emails.
 */
export async function revokeLinks(
  database: Database,
  column: SubjectColumn,
  subjectId: string,
): Promise<readonly MailForEvent[]> {
  await endLinks[column](database, { subjectId });
  return await cancelLinkMails(database, subjectId, LINK_ENDED);
}

/** Like `revokeLinks`, but for callers that send no newer link: records an event for each canceled email. */
export async function revokeLinksWithEvents(
  transaction: Database,
  clock: Clock,
  column: SubjectColumn,
  subjectId: string,
): Promise<void> {
  for (const mail of await revokeLinks(transaction, column, subjectId)) {
    await recordMailResult(transaction, clock, mail, { type: 'mail_cancelled', answer: LINK_ENDED });
  }
}

function revocationOfLinks(column: SubjectColumn) {
  return preparedCommand((database, values: { subjectId: string }) =>
    database
      .updateTable('one_time_tokens')
      .set({ used_at: REVOKED })
      .where(column, '=', values.subjectId)
      .where('purpose', 'in', ['activation', 'reset'])
      .where('used_at', 'is', null),
  );
}

const endLinks = {
  administrator_id: revocationOfLinks('administrator_id'),
  user_id: revocationOfLinks('user_id'),
} as const;

/** True if an unused link was created for an account after `since`. */
export async function hasLinkSince(
  database: Database,
  column: SubjectColumn,
  subjectId: string,
  since: Date,
): Promise<boolean> {
  const row = await database
    .selectFrom('one_time_tokens')
    .select('id')
    .where(column, '=', subjectId)
    .where('purpose', 'in', ['activation', 'reset'])
    .where('used_at', 'is', null)
    .where('created_at', '>', since.getTime())
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes all tokens of an account for one purpose, used or not. */
export async function deleteTokens(
  database: Database,
  column: SubjectColumn,
  subjectId: string,
  purpose: TokenPurpose,
): Promise<void> {
  await database.deleteFrom('one_time_tokens').where(column, '=', subjectId).where('purpose', '=', purpose).execute();
}

/** Deletes expired tokens, but only those links that expired before `linksBefore`: until then, the page of a link says why it fails. */
export async function deleteExpiredTokens(database: Database, now: Date, linksBefore: Date): Promise<void> {
  await database
    .deleteFrom('one_time_tokens')
    .where('expires_at', '<', now.getTime())
    .where((where) =>
      where.or([where('purpose', 'not in', LINK_PURPOSES), where('expires_at', '<', linksBefore.getTime())]),
    )
    .execute();
}
