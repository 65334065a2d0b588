import { isTimeout, violatedColumns as violatedOnServer } from './postgres/postgres-errors.ts';
import { isBusy, violatedColumns as violatedEmbedded } from './sqlite/sqlite-errors.ts';

/** Returns the columns of the violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  return violatedEmbedded(error) ?? violatedOnServer(error);
}

/** True if a statement waited too long for a lock of another transaction or process. Nothing was changed. */
export function isDatabaseBusy(error: unknown): boolean {
  return isBusy(error) || isTimeout(error);
}
