import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';

export type TokenPurpose = 'activation' | 'reset' | 'passkey_registration' | 'passkey_sign_in';

export interface OneTimeToken {
  readonly id: string;
  readonly organizationId: string;
  readonly purpose: TokenPurpose;
  readonly userId: string | null;
  readonly administratorId: string | null;
  readonly data: string | null;
  readonly expiresAt: Date;
}

export async function insertOneTimeToken(
  database: Database,
  clock: Clock,
  token: Omit<OneTimeToken, 'id'> & { readonly hash: string },
): Promise<string> {
  const id = newId(clock);
  await database
    .insertInto('one_time_tokens')
    .values({
      id,
      organization_id: token.organizationId,
      purpose: token.purpose,
      user_id: token.userId,
      administrator_id: token.administratorId,
      hash: token.hash,
      data: token.data,
      created_at: clock.now().getTime(),
      expires_at: token.expiresAt.getTime(),
    })
    .execute();
  return id;
}

/** A token that can still be used. */
export async function findOneTimeToken(database: Database, hash: string, now: Date): Promise<OneTimeToken | undefined> {
  const row = await database
    .selectFrom('one_time_tokens')
    .selectAll()
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.getTime())
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

/** Uses a token up; false when somebody else was faster. */
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

/** Takes back what was sent to somebody before. */
export async function revokeOneTimeTokens(
  database: Database,
  column: 'user_id' | 'administrator_id',
  subjectId: string,
  purposes: readonly TokenPurpose[],
): Promise<void> {
  await database
    .deleteFrom('one_time_tokens')
    .where(column, '=', subjectId)
    .where('purpose', 'in', purposes)
    .where('used_at', 'is', null)
    .execute();
}

export async function deleteExpiredTokens(database: Database, now: Date): Promise<void> {
  await database.deleteFrom('one_time_tokens').where('expires_at', '<', now.getTime()).execute();
}
