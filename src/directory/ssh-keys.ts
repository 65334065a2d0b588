import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction } from '#database/database.ts';
import { deleteSshKey, findSshKeys, insertSshKey, type SshKey } from './ssh-key-store.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { requirePublicKey } from './ssh-public-key.ts';
import { targetOf } from './users.ts';

/** The maximum number of SSH keys of a user. */
export const SSH_KEYS_MAX = 50;

/**
 * Adds an SSH key to a user, and records an event. Throws `invalidValue` (400) if `publicKey` is not an SSH public key or is too weak,
 * and `conflict` (409) if the user already has a key with this name, or has SSH_KEYS_MAX keys.
 */
export async function addSshKey(
  deps: DirectoryDeps,
  origin: Origin,
  user: StoredUser,
  key: {
    readonly name: string;
    readonly publicKey: string;
    /** What error messages call the public key. Default: its field, public_key. */
    readonly calledAs?: string;
  },
): Promise<SshKey> {
  const publicKey = key.publicKey.trim();
  requirePublicKey(publicKey, 'public_key', key.calledAs);
  return await inTransaction(deps.database, async (transaction) => {
    const present = (await findSshKeys(transaction, [user.id])).get(user.id) ?? [];
    if (present.some(({ name }) => name === key.name)) {
      throw new TranslatedError('conflict', ({ sshKeys }) => sshKeys.nameTaken(quote(key.name)), {
        attribute: 'name',
        value: key.name,
      });
    }
    if (present.length >= SSH_KEYS_MAX) {
      throw new TranslatedError('conflict', ({ sshKeys }) => sshKeys.tooMany(SSH_KEYS_MAX));
    }
    const added = await insertSshKey(transaction, deps.clock, {
      organizationId: user.organizationId,
      userId: user.id,
      name: key.name,
      publicKey,
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'sshkey_create',
      target: targetOf(user),
      changes: [{ field: 'ssh_keys', from: null, to: key.name }],
    });
    await deps.sshKeyChanged?.(transaction, origin, user, { name: key.name, isAdded: true });
    return added;
  });
}

/**
 * Replaces the SSH keys of a user. Keys with the same name and the same public key stay, so that nothing changes if a client
 * sends back the keys that it read. Throws the errors of `addSshKey`.
 */
export async function replaceSshKeys(
  deps: DirectoryDeps,
  origin: Origin,
  user: StoredUser,
  wanted: readonly { readonly name: string; readonly public_key: string }[],
): Promise<void> {
  const present = (await findSshKeys(deps.database, [user.id])).get(user.id) ?? [];
  const isSame = (key: SshKey, one: (typeof wanted)[number]) =>
    key.name === one.name && key.publicKey === one.public_key.trim();
  for (const key of present) {
    if (!wanted.some((one) => isSame(key, one))) await removeSshKey(deps, origin, user, key.id);
  }
  for (const one of wanted) {
    if (present.some((key) => isSame(key, one))) continue;
    await addSshKey(deps, origin, user, { name: one.name, publicKey: one.public_key });
  }
}

/** Removes an SSH key of a user, and records an event. Throws `notFound` (404) if the user has no key with this id. */
export async function removeSshKey(deps: DirectoryDeps, origin: Origin, user: StoredUser, id: string): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const key = (await findSshKeys(transaction, [user.id])).get(user.id)?.find((one) => one.id === id);
    if (key === undefined || !(await deleteSshKey(transaction, user.id, id))) {
      throw new TranslatedError('notFound', ({ sshKeys }) => sshKeys.unknown(quote(id)), {
        attribute: 'id',
        value: id,
      });
    }
    await recordEvent(transaction, deps.clock, origin, {
      type: 'sshkey_delete',
      target: targetOf(user),
      changes: [{ field: 'ssh_keys', from: key.name, to: null }],
    });
    await deps.sshKeyChanged?.(transaction, origin, user, { name: key.name, isAdded: false });
  });
}
