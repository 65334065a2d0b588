import SqliteDatabase from 'better-sqlite3';

/** The columns of a violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  if (!(error instanceof SqliteDatabase.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
  return error.message.replace('UNIQUE constraint failed: ', '').split(', ');
}

/** Whether the database was locked by another process for longer than we wait. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
