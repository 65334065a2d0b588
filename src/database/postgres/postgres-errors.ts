import pg from 'pg';
import { AppError } from '#base/errors.ts';
import { StorageError, type StorageFault, type StorageOutcome } from '../storage-error.ts';

/** SQLSTATEs (PostgreSQL's appendix A) that say that the connection, or the server behind it, is of no use. */
const lost: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction: it became a standby
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
]);

/** SQLSTATEs that the storage of the server is to blame for. */
export const storageStates: Readonly<Record<string, StorageFault>> = {
  '53100': 'full', // disk_full
  '58030': 'failed', // io_error
  '58P01': 'failed', // undefined_file
  XX001: 'damaged', // data_corrupted
  XX002: 'damaged', // index_corrupted
};

/** A failure of the server's storage as a StorageError; any other error as it is. */
export function withStorageFault(error: unknown, outcome: StorageOutcome = 'nothing'): unknown {
  const fault = storageStates[stateOf(error) ?? ''];
  return fault === undefined ? error : new StorageError(fault, outcome, error);
}

/** What cannot get better by waiting: the URL is wrong. */
const misconfigured: ReadonlySet<string> = new Set([
  '28000', // invalid_authorization_specification
  '28P01', // invalid_password
  '3D000', // invalid_catalog_name
  '42501', // insufficient_privilege
]);

function stateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Whether an error tells that the connection is gone: whatever is no answer of the server does. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const state = stateOf(error);
  return state === undefined ? error instanceof Error : lost.has(state) || state.startsWith('08');
}

export function isMisconfigured(error: unknown): boolean {
  const state = stateOf(error);
  return state !== undefined && misconfigured.has(state);
}

/** Two transactions were in each other's way: neither did wrong, and the one that was ended may try again. */
export function isSerializationFailure(error: unknown): boolean {
  const state = stateOf(error);
  return state === '40001' || state === '40P01';
}

/** What the triggers of a move raise, so that nothing is written where the organization no longer is. */
export const MOVED_STATE = 'TNMOV';

export function isMoved(error: unknown): boolean {
  return stateOf(error) === MOVED_STATE;
}

/** A statement that took longer than it may. */
export function isTimeout(error: unknown): boolean {
  const state = stateOf(error);
  return state === '57014' || state === '55P03';
}

/** The columns of a violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code !== '23505') return undefined;
  const { table = '', constraint = '' } = error;
  // With row-level security the server does not tell the columns, but the name of the index has the one that matters:
  // TABLE_COLUMN, and TABLE_COLUMN_key where PostgreSQL named it.
  const column = constraint.replace(`${table}_`, '').replace(/_key_key$/, '_key');
  return [`${table}.${column}`];
}

export function unavailable(message: string, cause: unknown): AppError {
  return new AppError('unavailable', message, { cause });
}
