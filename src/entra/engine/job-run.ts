import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import type { EntraApplication } from '../application/application.ts';
import type { StoredJob } from '../application/job.ts';
import type { ObjectMapping } from '../application/object-mapping.ts';
import type { ProvisioningEntry } from '../logs/provisioning-entry.ts';
import type { EntraTenant, ObjectType } from '../source/source-object.ts';
import type { TargetClient } from '../wire/target-client.ts';
import type { DeleteBudget } from './delete-budget.ts';
import type { ObjectLeases } from './object-leases.ts';
import type { KeyedLock } from './keyed-lock.ts';

/** The context of one run of a job: a cycle, or Provision on demand for one object. */
export interface JobRun {
  readonly deps: { readonly database: Database; readonly clock: Clock };
  readonly tenant: EntraTenant;
  readonly application: EntraApplication;
  readonly job: StoredJob;
  /** The enabled mapping for each type of source object. A type without an enabled mapping is not provisioned. */
  readonly mappings: Readonly<Record<ObjectType, ObjectMapping | undefined>>;
  readonly target: TargetClient;
  /** The id of the cycle in the logs. */
  readonly cycleId: string;
  /** When the cycle started; undefined for Provision on demand. */
  readonly cycleStartedAt?: Date;
  /** True for Provision on demand: each PATCH is sent as if the Tenant URL had no flag (§1.7), and failures are not put into escrow. */
  readonly onDemand: boolean;
  readonly deletes: DeleteBudget;
  readonly leases: ObjectLeases;
  /** Makes the exports of unlinked objects sequential if the objects have a matching value in common. */
  readonly keyedLock: KeyedLock;
  /** Writes the log entry of an object, in the same transaction as the result of its export. */
  readonly log: (transaction: Database, entry: ProvisioningEntry) => Promise<void>;
  /**
   * Returns the attributes of an object that changed since the last cycle, to simulate the fault of Switch(). Returns undefined to treat
   * all attributes as changed, which is the default.
   */
  readonly changedOf: (sourceId: string) => ReadonlySet<string> | undefined;
}
