import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { storedJson, storedTexts } from '#base/stored-json.ts';

export interface Passkey {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string | null;
  readonly administratorId: string | null;
  readonly name: string;
  /** The id of the passkey, in base64url. */
  readonly credentialId: string;
  /** The public key of the passkey: a COSE key, in base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

type OwnerColumn = 'user_id' | 'administrator_id';

function select(database: Database) {
  return database.selectFrom('passkeys').selectAll();
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

const readTransports = storedJson('passkeys.transports', storedTexts);

function toPasskey(row: Row): Passkey {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    administratorId: row.administrator_id,
    name: row.name,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: readTransports(row.transports),
    createdAt: new Date(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  };
}

export async function listPasskeys(
  database: Database,
  column: OwnerColumn,
  ownerId: string,
): Promise<readonly Passkey[]> {
  const rows = await select(database).where(column, '=', ownerId).orderBy('created_at').orderBy('id').execute();
  return rows.map(toPasskey);
}

export async function findPasskey(database: Database, credentialId: string): Promise<Passkey | undefined> {
  const row = await select(database).where('credential_id', '=', credentialId).executeTakeFirst();
  return row && toPasskey(row);
}

export async function insertPasskey(
  database: Database,
  clock: Clock,
  passkey: Omit<Passkey, 'id' | 'createdAt' | 'lastUsedAt'>,
): Promise<string> {
  const id = newId(clock);
  await database
    .insertInto('passkeys')
    .values({
      id,
      organization_id: passkey.organizationId,
      user_id: passkey.userId,
      administrator_id: passkey.administratorId,
      name: passkey.name,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: JSON.stringify(passkey.transports),
      created_at: clock.now().getTime(),
    })
    .execute();
  return id;
}

export async function updatePasskeyUse(database: Database, id: string, counter: number, at: Date): Promise<void> {
  await database.updateTable('passkeys').set({ counter, last_used_at: at.getTime() }).where('id', '=', id).execute();
}

/** Renames a passkey. Returns the name it had; undefined if the account has no such passkey. */
export async function updatePasskeyName(
  database: Database,
  owner: { readonly column: OwnerColumn; readonly id: string },
  { id, name }: { readonly id: string; readonly name: string },
): Promise<string | undefined> {
  const before = (await listPasskeys(database, owner.column, owner.id)).find((passkey) => passkey.id === id);
  if (before === undefined) return undefined;
  await database.updateTable('passkeys').set({ name }).where('id', '=', id).execute();
  return before.name;
}

export async function deletePasskey(database: Database, column: OwnerColumn, ownerId: string, id: string) {
  const result = await database
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where(column, '=', ownerId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
