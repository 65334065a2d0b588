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
import type { OneByOne } from './one-by-one.ts';

/** One run of a job: a cycle, or one object on demand. */
export interface JobRun {
  readonly deps: { readonly database: Database; readonly clock: Clock };
  readonly tenant: EntraTenant;
  readonly application: EntraApplication;
  readonly job: StoredJob;
  /** By the type of the source's object; a type without an enabled mapping is not provisioned. */
  readonly mappings: Readonly<Record<ObjectType, ObjectMapping | undefined>>;
  readonly target: TargetClient;
  /** The cycle's id in logs. */
  readonly cycleId: string;
  /** undefined on demand. */
  readonly cycleStartedAt?: Date;
  /** On demand every PATCH is written as without the flag (§1.7), and what fails is not put into escrow. */
  readonly onDemand: boolean;
  readonly deletes: DeleteBudget;
  readonly leases: ObjectLeases;
  /** For objects without a link that have one matching value. */
  readonly oneByOne: OneByOne;
  /** Writes the entry of an object, in the transaction of what is remembered of it. */
  readonly log: (transaction: Database, entry: ProvisioningEntry) => Promise<void>;
  /** Attributes of an object that changed since the last cycle; undefined for all: for the fault of Switch(). */
  readonly changedOf: (sourceId: string) => ReadonlySet<string> | undefined;
}
