import { isTimeout, violatedColumns as violatedOnServer } from './postgres/postgres-errors.ts';
import { isBusy, violatedColumns as violatedEmbedded } from './sqlite/sqlite-errors.ts';

/** The columns of a violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  return violatedEmbedded(error) ?? violatedOnServer(error);
}

/** Whether somebody else had what a statement needed for longer than we wait: nothing was changed. */
export function isDatabaseBusy(error: unknown): boolean {
  return isBusy(error) || isTimeout(error);
}
