import pg from 'pg';
import { AppError } from '#base/errors.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { StorageError, type StorageFault, type StorageOutcome } from '../storage-error.ts';

/** SQLSTATEs (PostgreSQL, appendix A) that mean that the connection or its server cannot be used any more. */
const connectionLostStates: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction: the server became a standby
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
]);

/** SQLSTATEs that report a failure of the server's storage. */
export const storageStates: Readonly<Record<string, StorageFault>> = {
  '53100': 'full', // disk_full
  '58030': 'failed', // io_error
  '58P01': 'failed', // undefined_file
  XX001: 'damaged', // data_corrupted
  XX002: 'damaged', // index_corrupted
};

/** Returns a failure of the server's storage as a StorageError, and any other error unchanged. */
export function toStorageError(error: unknown, outcome: StorageOutcome = 'nothing'): unknown {
  const fault = storageStates[stateOf(error) ?? ''];
  return fault === undefined ? error : new StorageError(fault, outcome, error);
}

/** SQLSTATEs that report a wrong URL, for which it is useless to wait. */
const misconfigurationStates: ReadonlySet<string> = new Set([
  '28000', // invalid_authorization_specification
  '28P01', // invalid_password
  '3D000', // invalid_catalog_name
  '42501', // insufficient_privilege
]);

function stateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** True if the connection was lost. This includes every error that is not a response of the server. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const state = stateOf(error);
  return state === undefined ? error instanceof Error : connectionLostStates.has(state) || state.startsWith('08');
}

export function isMisconfigured(error: unknown): boolean {
  const state = stateOf(error);
  return state !== undefined && misconfigurationStates.has(state);
}

/** True if the server ended a transaction because of a conflict with another one. The transaction may be retried. */
export function isSerializationFailure(error: unknown): boolean {
  const state = stateOf(error);
  return state === '40001' || state === '40P01';
}

/** The SQLSTATE that the triggers of a move raise for a write in a database that the organization is leaving or has left. */
export const MOVED_STATE = 'TNMOV';

export function isOrganizationMoving(error: unknown): boolean {
  return stateOf(error) === MOVED_STATE;
}

/** True if a statement or its wait for a lock exceeded the time limit. */
export function isTimeout(error: unknown): boolean {
  const state = stateOf(error);
  return state === '57014' || state === '55P03';
}

/** Returns the columns of the violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code !== '23505') return undefined;
  const { table = '', constraint = '' } = error;
  // With row-level security the server does not report the columns. The name of the index contains the relevant one:
  // TABLE_COLUMN, or TABLE_COLUMN_key if PostgreSQL named the index.
  const column = constraint.replace(`${table}_`, '').replace(/_key_key$/, '_key');
  return [`${table}.${column}`];
}

export function unavailable(say: (database: Messages['database']) => string, cause: unknown): AppError {
  return new TranslatedError('unavailable', ({ database }) => say(database), { cause });
}
