import type { Clock } from '#base/clock.ts';
import { inTransaction, type Database, type DatabaseTransaction } from '#database/database.ts';
import { lockTenant, recordChanges, type ChangeDraft } from './change-store.ts';
import type { EntraTenant } from './source-object.ts';

export interface SourceDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export type TenantKey = Pick<EntraTenant, 'id' | 'organizationId'>;

/** The context of a transaction that changes a tenant. */
export interface TenantChange {
  readonly transaction: DatabaseTransaction;
  readonly tenant: TenantKey;
  readonly at: Date;
  /** Records entries, which are written to the change log at the end of the transaction. */
  readonly record: (...drafts: readonly ChangeDraft[]) => void;
}

/**
 * Runs `work` in a transaction that holds the tenant's lock, then writes the recorded entries to the change log. `work` may run more than
 * once, so it must not change anything outside the database.
 *
 * @example
 * await changeTenant({ database, clock }, tenant, async ({ transaction, record }) => {
 *   await insertSourceUsers(transaction, [user]);
 *   record({ objectType: 'User', objectId: user.id, kind: 'add' });
 * });
 */
export async function changeTenant<Result>(
  { database, clock }: SourceDeps,
  tenant: TenantKey,
  work: (change: TenantChange) => Promise<Result>,
): Promise<Result> {
  return await inTransaction(database, async (transaction) => {
    await lockTenant(transaction, tenant.id);
    const drafts: ChangeDraft[] = [];
    const record = (...more: readonly ChangeDraft[]) => {
      for (const draft of more) drafts.push(draft);
    };
    const result = await work({ transaction, tenant, at: clock.now(), record });
    if (drafts.length > 0) await recordChanges(transaction, clock, tenant, drafts);
    return result;
  });
}
