import type { Clock } from '#base/clock.ts';
import { inTransaction, type Database, type DatabaseTransaction } from '#database/database.ts';
import { lockTenant, recordChanges, type ChangeDraft } from './change-store.ts';
import type { EntraTenant } from './source-object.ts';

export interface SourceDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export type TenantKey = Pick<EntraTenant, 'id' | 'organizationId'>;

/** A change of a tenant under way. */
export interface TenantChange {
  readonly transaction: DatabaseTransaction;
  readonly tenant: TenantKey;
  readonly at: Date;
  /** What is written into the log at the end. */
  readonly record: (...drafts: readonly ChangeDraft[]) => void;
}

/**
 * Changes a tenant in one transaction that nobody else's change comes into, and writes its log at the end. `work` may be
 * run again: it must change nothing but the database.
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
