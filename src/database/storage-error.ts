import type { ErrorCode } from '#base/error-table.ts';
import { TranslatedError } from '#base/translated-error.ts';

/** The kind of a storage failure. */
export type StorageFault = 'full' | 'readOnly' | 'damaged' | 'failed';

/** What a failed operation changed. `unknown` after a failed commit or sync, because the change may be on disk. */
export type StorageOutcome = 'nothing' | 'unknown';

const faults = {
  full: { code: 'storageFull' },
  readOnly: { code: 'storageFailed' },
  damaged: { code: 'storageFailed' },
  failed: { code: 'storageFailed' },
} as const satisfies Readonly<Record<StorageFault, { readonly code: ErrorCode }>>;

/**
 * The storage of the database failed, on either engine: the disk is full (507), or it fails, is read-only, or has lost data (503).
 * The `cause` is the database's own error, which is logged.
 */
export class StorageError extends TranslatedError {
  readonly fault: StorageFault;
  readonly outcome: StorageOutcome;

  constructor(fault: StorageFault, outcome: StorageOutcome, cause: unknown) {
    super(
      faults[fault].code,
      ({ database: { storage, storageFaults, outcomes } }) => storage(storageFaults[fault], outcomes[outcome]),
      { cause },
    );
    this.fault = fault;
    this.outcome = outcome;
  }
}
