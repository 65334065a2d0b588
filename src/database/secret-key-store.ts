import { AppError } from '#base/errors.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from './database.ts';

/** The lease that records the key of the database: its `holder` is a digest computed with that key, and it never expires. */
const KEY_LEASE = 'secret key';
const NEVER = 8_640_000_000_000_000;

/**
 * Compares the key with the one that the database recorded at its first start. At the first start, records the key. Throws
 * `configuration` for a different key, because it could not decrypt the stored secrets.
 */
export async function requireKnownKey(database: Database, secrets: SecretBox): Promise<void> {
  const holder = secrets.digest(KEY_LEASE);
  await database
    .insertInto('leases')
    .values({ name: KEY_LEASE, holder, expires_at: NEVER })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const known = await database.selectFrom('leases').select('holder').where('name', '=', KEY_LEASE).executeTakeFirst();
  if (known?.holder === holder) return;
  throw new AppError(
    'configuration',
    'TANHUA_SECRET_KEY, or secret.key in TANHUA_DATA_DIR, is not the key that this database was encrypted with: restore that key from a backup, or run "tanhua migrate --new-secret-key" to continue without the authenticator apps, credentials and emails that it encrypted.',
  );
}

/** Records the key as the key of the database, in place of the former one. */
export async function replaceKnownKey(database: Database, secrets: SecretBox): Promise<void> {
  const holder = secrets.digest(KEY_LEASE);
  await database
    .insertInto('leases')
    .values({ name: KEY_LEASE, holder, expires_at: NEVER })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ holder }))
    .execute();
}
