import { Kysely } from 'kysely';
import { systemClock } from '#base/clock.ts';
import type { Database } from '../database.ts';
import type { StatementObserver } from '../statement-observer.ts';
import type { Tables } from '../tables.ts';
import { requireUsableUrl } from './connection-errors.ts';
import { ServerDialect } from './server-dialect.ts';
import { ServerPool } from './server-pool.ts';

export interface ServerOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** The maximum number of connections of this process to the server. */
  readonly connectionsMax: number;
  /** The environment variable that contains the URL, for error messages. */
  readonly setting?: string;
  readonly observe?: StatementObserver | undefined;
}

/**
 * Opens a database on a PostgreSQL server. It connects with the first statement. Throws `configuration` for a URL that cannot work.
 *
 * @example
 * await using database = openPostgres({ url: 'postgres://tanhua:secret@localhost:5432/tanhua', connectionsMax: 10 });
 */
export function openPostgres({
  url,
  connectionsMax,
  setting = 'TANHUA_DATABASE_URL',
  observe,
}: ServerOptions): Database {
  requireUsableUrl({ setting, url });
  return new Kysely<Tables>({
    dialect: new ServerDialect(new ServerPool({ url, connectionsMax, setting, observe }, systemClock)),
  });
}
