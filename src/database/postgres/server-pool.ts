import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { ServerWatch, unresponsiveError, socketOf } from './server-watch.ts';
import type { StatementObserver } from '../statement-observer.ts';
import { ALL_ORGANIZATIONS, ORGANIZATION_SETTING } from './postgres-definition.ts';
import { isTlsFault, refusedByServer, unreachable, type UrlSetting } from './connection-errors.ts';
import { isConnectionLost, isMisconfigured } from './postgres-errors.ts';

/** How long a request waits for a connection while the database restarts or all connections are in use. */
export const CONNECTION_WAIT_MS = 5_000;
/** How long closing the pool waits for connections that are in use or being opened. */
const CLOSE_WAIT_MS = 1_000;
const CONNECTION_RETRY_MS = 100;
/** How long a statement may take, and how long the server waits for the next statement of a transaction. */
export const STATEMENT_TIMEOUT_MS = 30_000;
/** How long a connection waits for any answer. It is longer than the statement timeout, which a working server reports first. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const IDLE_TIMEOUT_MS = 60_000;
const VERSION_MIN = 150_000;

/** A connection of the pool, with what is known about its server. */
export interface ServerSession {
  readonly client: pg.PoolClient;
  /** True if no pooler is between this process and the server, so that settings and prepared statements persist. */
  readonly isDirect: boolean;
  /** The timeline of the server's write-ahead log. It increases each time a standby replaces the primary. */
  readonly timeline: number;
  /** The organization whose rows the connection sees. */
  organization: string;
}

interface ServerInfo {
  readonly pid: number;
  readonly standby: boolean;
  readonly version: number;
  readonly encoding: string;
  readonly commit: string;
  /** In hexadecimal; null on a standby. */
  readonly timeline: string | null;
}

const SERVER_INFO_QUERY = `select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
  current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
  current_setting('synchronous_commit') as commit,
  case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`;

const { INT8, NUMERIC, JSON, JSONB } = pg.types.builtins;
const numbers: ReadonlySet<number> = new Set([INT8, NUMERIC]);
const json: ReadonlySet<number> = new Set([JSON, JSONB]);

/** Parses bigint and numeric values as numbers, and leaves JSON as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (numbers.has(oid)) return Number;
    if (json.has(oid)) return String;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  readonly url: string;
  readonly connectionsMax: number;
  /** The environment variable that contains the URL, for error messages. */
  readonly setting: string;
  readonly observe?: StatementObserver | undefined;
}

/** A pool of connections to one PostgreSQL server. It reconnects after the server restarts; requests wait up to CONNECTION_WAIT_MS. */
export class ServerPool {
  readonly observe: StatementObserver | undefined;
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #urlSetting: UrlSetting;
  readonly #watch: ServerWatch;
  /** All connections, including those that are still being opened. */
  readonly #open = new Set<pg.Client>();
  readonly #sessions = new WeakMap<pg.PoolClient, ServerSession>();
  #timeline = 0;

  constructor({ url, connectionsMax, setting, observe }: PoolOptions, clock: Clock) {
    this.observe = observe;
    this.#clock = clock;
    this.#urlSetting = { setting, url };
    this.#watch = new ServerWatch(url);
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: CONNECTION_WAIT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      pipeline: true,
      application_name: 'tanhua',
      types,
      Client: trackingClient(this.#open),
    });
    // The pool removes an idle connection that breaks, and opens another one when it is needed.
    this.#pool.on('error', () => undefined);
  }

  /**
   * Returns a connection that sees the rows of one organization. Throws `unavailable` if none can be opened in time, and
   * `configuration` for a database that Tanhua does not support.
   */
  async acquire(organization: string): Promise<ServerSession> {
    const deadline = this.#clock.now().getTime() + CONNECTION_WAIT_MS;
    for (;;) {
      if (this.#watch.isUnresponsive) throw unreachable(this.#urlSetting, CONNECTION_WAIT_MS, unresponsiveError());
      try {
        return await this.#connect(organization);
      } catch (error) {
        if (isMisconfigured(error)) throw refusedByServer(this.#urlSetting, error);
        if (!isConnectionLost(error)) throw error;
        if (isTlsFault(error)) throw unreachable(this.#urlSetting, CONNECTION_WAIT_MS, error);
        if (this.#pool.ending || this.#clock.now().getTime() >= deadline)
          throw unreachable(this.#urlSetting, CONNECTION_WAIT_MS, error);
        await sleep(CONNECTION_RETRY_MS);
      }
    }
  }

  /** Returns a connection to the pool, or closes it if it was lost. */
  release({ client }: ServerSession, error?: unknown): void {
    this.#watch.release(client);
    client.release(error !== undefined && isConnectionLost(error));
  }

  /**
   * Closes all connections: idle ones immediately, and those in use when they are released. After CLOSE_WAIT_MS, the remaining ones are
   * cut without waiting for the server. No connection is opened after this call.
   */
  async close(): Promise<void> {
    this.#watch.close();
    const ended = this.#pool.end();
    const waiting = new AbortController();
    const cut = () => {
      for (const client of this.#open) socketOf(client)?.destroy(unresponsiveError());
    };
    sleep(CLOSE_WAIT_MS, undefined, { signal: waiting.signal }).then(cut, () => undefined);
    try {
      await ended;
    } finally {
      waiting.abort();
    }
  }

  async #connect(organization: string): Promise<ServerSession> {
    const client = await this.#pool.connect();
    this.#watch.hold(client);
    try {
      const session = this.#sessions.get(client) ?? (await this.#initialize(client));
      this.#sessions.set(client, session);
      this.#requireCurrentTimeline(session);
      if (session.isDirect && session.organization !== organization) {
        await client.query(`select set_config('${ORGANIZATION_SETTING}', $1, false)`, [organization]);
        session.organization = organization;
      }
      return session;
    } catch (error) {
      this.#watch.release(client);
      client.release(true);
      throw error;
    }
  }

  /**
   * Refuses a former primary. A primary that was suspended while another server replaced it does not know that yet, and what it
   * acknowledges will be lost. A process that has seen the newer timeline therefore does not write to a server with an older one.
   */
  #requireCurrentTimeline({ timeline }: ServerSession): void {
    if (timeline < this.#timeline) throw new Error('The server is a former primary that another server has replaced.');
    this.#timeline = timeline;
  }

  /** Queries and prepares a new connection once. */
  async #initialize(client: pg.PoolClient): Promise<ServerSession> {
    // Without this listener, the error of a connection that breaks between two statements would end the process. The next statement
    // fails.
    client.on('error', () => undefined);
    const { rows } = await client.query<ServerInfo>(SERVER_INFO_QUERY);
    const [serverInfo] = rows;
    if (serverInfo === undefined) throw new Error('The server returned no information about itself.');
    requireSupportedServer(this.#urlSetting.setting, serverInfo);
    // A pooler reports a process id of its choice and not the server's.
    const isDirect = 'processID' in client && client.processID === serverInfo.pid;
    if (isDirect) {
      await client.query(`select set_config('${ORGANIZATION_SETTING}', '${ALL_ORGANIZATIONS}', false);
        ${sessionSettings('set', serverInfo)}`);
    }
    return {
      client,
      isDirect,
      timeline: Number.parseInt(serverInfo.timeline ?? '0', 16),
      organization: ALL_ORGANIZATIONS,
    };
  }
}

/** Returns a client class that keeps each connection in `open` from its creation until it is closed. */
function trackingClient(open: Set<pg.Client>): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      open.add(this);
      this.once('end', () => open.delete(this));
    }
  };
}

/** Returns the statements that configure a session. Behind a pooler they are repeated in each transaction. */
export function sessionSettings(set: 'set' | 'set local', serverInfo?: ServerInfo): string {
  return [
    `${set} statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
    `${set} idle_in_transaction_session_timeout = ${STATEMENT_TIMEOUT_MS}`,
    // Most statements run faster than they could be compiled, or planned again for each value. A generic plan suits all values:
    // a value is one of many distinct ones or the limit of a list, and the statistics do not distinguish them.
    `${set} jit = off`,
    `${set} plan_cache_mode = force_generic_plan`,
    // A plan is kept while the tables grow: it must not be a sequential scan because the tables were small when it was planned.
    `${set} enable_seqscan = off`,
    // Of two indexes, the narrow one with all columns is better than the one in the order of the rows: pages are cached, or on a drive
    // that reads any page equally fast.
    `${set} random_page_cost = 1.1`,
    // To start a second process takes longer than most statements, and that process is missing for the requests of others.
    `${set} max_parallel_workers_per_gather = 0`,
    // Acknowledged changes are durable, even if the server's default setting is different.
    ...(serverInfo === undefined || serverInfo.commit === 'off' ? [`${set} synchronous_commit = on`] : []),
  ].join('; ');
}

function requireSupportedServer(setting: string, { standby, version, encoding }: ServerInfo): void {
  // Not a configuration error: a primary may replace the standby at any moment, so it is worth waiting.
  if (standby) throw new Error('The server is a standby, which is read-only.');
  if (version < VERSION_MIN) {
    throw new AppError(
      'configuration',
      `${setting} leads to PostgreSQL ${Math.floor(version / 10_000)}: PostgreSQL 15 or newer is required.`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new AppError(
      'configuration',
      `${setting} leads to a database with the encoding ${encoding}: create one with "create database NAME owner ROLE encoding 'UTF8' template template0".`,
    );
  }
}
