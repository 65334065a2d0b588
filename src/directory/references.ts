import { fold } from '#base/fold.ts';
import { lockNames } from '#database/locks.ts';
import type { Database } from '#database/database.ts';

/**
 * Locks the names by which resources refer to each other, until the transaction ends. Without the lock, a transaction that refers to
 * a resource and another that creates the resource at the same time would not see each other, and the reference would stay unresolved.
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

/**
 * Locks the nesting of groups in an organization, until the transaction ends. Without the lock, two transactions could each add half of
 * a cycle that neither of them detects.
 */
export async function lockNesting(transaction: Database, organizationId: string): Promise<void> {
  await lockNames(transaction, organizationId, ['nesting']);
}
