import type { ErrorCode } from '#base/error-table.ts';
import { AppError } from '#base/errors.ts';

/** The kind of a storage failure. */
export type StorageFault = 'full' | 'readOnly' | 'damaged' | 'failed';

/** What a failed operation changed. `unknown` after a failed commit or sync, because the change may be on disk. */
export type StorageOutcome = 'nothing' | 'unknown';

const faults = {
  full: { code: 'storageFull', text: 'The storage of the directory is full.' },
  readOnly: { code: 'storageFailed', text: 'The storage of the directory is read-only.' },
  damaged: { code: 'storageFailed', text: 'The database of the directory is damaged.' },
  failed: { code: 'storageFailed', text: 'The storage of the directory failed.' },
} as const satisfies Readonly<Record<StorageFault, { readonly code: ErrorCode; readonly text: string }>>;

const outcomeTexts: Readonly<Record<StorageOutcome, string>> = {
  nothing: 'Nothing was changed: try again later.',
  unknown: 'The change may or may not have been done: read the resource before you send the change again.',
};

/**
 * The storage of the database failed, on either engine: the disk is full (507), or it fails, is read-only, or has lost data (503).
 * The `cause` is the database's own error, which is logged.
 */
export class StorageError extends AppError {
  readonly fault: StorageFault;
  readonly outcome: StorageOutcome;

  constructor(fault: StorageFault, outcome: StorageOutcome, cause: unknown) {
    super(faults[fault].code, `${faults[fault].text} ${outcomeTexts[outcome]}`, { cause });
    this.fault = fault;
    this.outcome = outcome;
  }
}
