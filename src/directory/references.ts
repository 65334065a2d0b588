import { fold } from '#base/fold.ts';
import { lockNames } from '#database/locks.ts';
import type { Database } from '#database/database.ts';

/**
 * Waits for whoever brings, or looks for, a resource by one of these names: who refers to somebody that is just being
 * created would neither find it nor be found by it.
 */
export async function lockReferences(
  transaction: Database,
  organizationId: string,
  names: readonly string[],
): Promise<void> {
  await lockNames(
    transaction,
    organizationId,
    names.map((name) => `reference ${fold(name)}`),
  );
}

/** Waits for whoever makes a group a member of another: two could close a circle that neither sees. */
export async function lockNesting(transaction: Database, organizationId: string): Promise<void> {
  await lockNames(transaction, organizationId, ['nesting']);
}
