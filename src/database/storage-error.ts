import type { ErrorCode } from '#base/error-table.ts';
import { AppError } from '#base/errors.ts';

/** What is wrong with the storage behind a database. */
export type StorageFault = 'full' | 'readOnly' | 'damaged' | 'failed';

/** What a failure left: `unknown` after a commit or a sync that failed, since the disk may have the change. */
export type StorageOutcome = 'nothing' | 'unknown';

const faults = {
  full: { code: 'storageFull', text: 'The storage of the directory is full.' },
  readOnly: { code: 'storageFailed', text: 'The storage of the directory can only be read.' },
  damaged: { code: 'storageFailed', text: 'The database of the directory is damaged.' },
  failed: { code: 'storageFailed', text: 'The storage of the directory failed.' },
} as const satisfies Readonly<Record<StorageFault, { readonly code: ErrorCode; readonly text: string }>>;

const outcomeTexts: Readonly<Record<StorageOutcome, string>> = {
  nothing: 'Nothing was changed: try again later.',
  unknown: 'The change may or may not have been done: read the resource before you send the change again.',
};

/**
 * The storage behind the database refuses its service, on either engine: a full disk (507), or one that fails, can only be
 * read, or lost data (503). The log has the database's own words as the cause.
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
