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
  /** Connections of this process. */
  readonly connectionsMax: number;
  /** Where the URL stands, for messages. */
  readonly setting?: string;
  readonly observe?: StatementObserver | undefined;
}

/**
 * A database on a PostgreSQL server. Nothing is asked of it before the first statement. Throws `configuration` for a URL that
 * can never work.
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
