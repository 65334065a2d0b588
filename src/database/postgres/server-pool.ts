import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { ServerWatch, silent, streamOf } from './server-watch.ts';
import type { StatementObserver } from '../statement-observer.ts';
import { ALL_ORGANIZATIONS, ORGANIZATION_SETTING } from './postgres-definition.ts';
import { isTlsFault, refusedByServer, unreachable, type ServerPlace } from './connection-errors.ts';
import { isConnectionLost, isMisconfigured } from './postgres-errors.ts';

/** How long a request waits for a connection, while the database restarts or all connections are in use. */
export const CONNECTION_WAIT_MS = 5_000;
/** How long connections in use, and those that are being opened, are waited for when the pool is closed. */
const CLOSE_WAIT_MS = 1_000;
const CONNECTION_RETRY_MS = 100;
/** How long one statement may take, and how long the server waits for the next one of a transaction. */
export const STATEMENT_TIMEOUT_MS = 30_000;
/** A server that does not even say that a statement took too long is given up. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const IDLE_TIMEOUT_MS = 60_000;
const VERSION_MIN = 150_000;

/** A connection of the pool, and what we know about it. */
export interface ServerSession {
  readonly client: pg.PoolClient;
  /** Whether nobody stands between us and the server, so that settings and prepared statements stay. */
  readonly isDirect: boolean;
  /** Which history of the database the server writes: it grows each time a standby takes the primary's place. */
  readonly timeline: number;
  /** Whose rows the connection sees. */
  organization: string;
}

interface Greeting {
  readonly pid: number;
  readonly standby: boolean;
  readonly version: number;
  readonly encoding: string;
  readonly commit: string;
  /** In hex; null on a standby. */
  readonly timeline: string | null;
}

const GREETING = `select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
  current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
  current_setting('synchronous_commit') as commit,
  case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`;

const { INT8, NUMERIC, JSON, JSONB } = pg.types.builtins;
const numbers: ReadonlySet<number> = new Set([INT8, NUMERIC]);
const json: ReadonlySet<number> = new Set([JSON, JSONB]);

/** Numbers as numbers, and JSON as the text that it is. */
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
  /** Where the URL stands, for messages. */
  readonly setting: string;
  readonly observe?: StatementObserver | undefined;
}

/** Connections to one PostgreSQL server: they come and go with it, and requests wait for them, but not for ever. */
export class ServerPool {
  readonly observe: StatementObserver | undefined;
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #place: ServerPlace;
  readonly #watch: ServerWatch;
  /** Those that are being opened among them. */
  readonly #open = new Set<pg.Client>();
  readonly #sessions = new WeakMap<pg.PoolClient, ServerSession>();
  #timeline = 0;

  constructor({ url, connectionsMax, setting, observe }: PoolOptions, clock: Clock) {
    this.observe = observe;
    this.#clock = clock;
    this.#place = { setting, url };
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
      Client: trackedClient(this.#open),
    });
    // An idle connection that breaks is taken out of the pool; who needs one gets another.
    this.#pool.on('error', () => undefined);
  }

  /**
   * A connection that sees the rows of one organization. Throws `unavailable`, and `configuration` where the database itself
   * does not suit.
   */
  async acquire(organization: string): Promise<ServerSession> {
    const deadline = this.#clock.now().getTime() + CONNECTION_WAIT_MS;
    for (;;) {
      if (this.#watch.isSilent) throw unreachable(this.#place, CONNECTION_WAIT_MS, silent());
      try {
        return await this.#connect(organization);
      } catch (error) {
        if (isMisconfigured(error)) throw refusedByServer(this.#place, error);
        if (!isConnectionLost(error)) throw error;
        if (isTlsFault(error)) throw unreachable(this.#place, CONNECTION_WAIT_MS, error);
        if (this.#pool.ending || this.#clock.now().getTime() >= deadline)
          throw unreachable(this.#place, CONNECTION_WAIT_MS, error);
        await sleep(CONNECTION_RETRY_MS);
      }
    }
  }

  /** Gives a connection back; one that failed is closed. */
  release({ client }: ServerSession, error?: unknown): void {
    this.#watch.giveBack(client);
    client.release(error !== undefined && isConnectionLost(error));
  }

  /**
   * Closes all connections: idle ones at once, those in use when they are given back, and after CLOSE_WAIT_MS without waiting for
   * the server. No further one is opened meanwhile.
   */
  async close(): Promise<void> {
    this.#watch.close();
    const ended = this.#pool.end();
    const waiting = new AbortController();
    const cut = () => {
      for (const client of this.#open) streamOf(client)?.destroy(silent());
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
      const session = this.#sessions.get(client) ?? (await this.#greet(client));
      this.#sessions.set(client, session);
      this.#refusePast(session);
      if (session.isDirect && session.organization !== organization) {
        await client.query(`select set_config('${ORGANIZATION_SETTING}', $1, false)`, [organization]);
        session.organization = organization;
      }
      return session;
    } catch (error) {
      this.#watch.giveBack(client);
      client.release(true);
      throw error;
    }
  }

  /**
   * A primary that stood still while another took its place does not know it yet: what it would acknowledge is going to be
   * undone. Whoever has seen the later history does not write to the former one.
   */
  #refusePast({ timeline }: ServerSession): void {
    if (timeline < this.#timeline) throw new Error('The server is a primary that another one has replaced.');
    this.#timeline = timeline;
  }

  /** What is asked of a new connection once. */
  async #greet(client: pg.PoolClient): Promise<ServerSession> {
    // Between two statements a connection that breaks has nobody else to tell; the next statement fails, and says so.
    client.on('error', () => undefined);
    const { rows } = await client.query<Greeting>(GREETING);
    const [greeting] = rows;
    if (greeting === undefined) throw new Error('The server answered nothing.');
    requireSuitable(this.#place.setting, greeting);
    // A pooler in between tells a number of its own.
    const isDirect = 'processID' in client && client.processID === greeting.pid;
    if (isDirect) {
      await client.query(`select set_config('${ORGANIZATION_SETTING}', '${ALL_ORGANIZATIONS}', false);
        ${sessionSettings('set', greeting)}`);
    }
    return {
      client,
      isDirect,
      timeline: Number.parseInt(greeting.timeline ?? '0', 16),
      organization: ALL_ORGANIZATIONS,
    };
  }
}

/** The class of connections that are in `open` from the moment they begin to be opened until they are closed. */
function trackedClient(open: Set<pg.Client>): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      open.add(this);
      this.once('end', () => open.delete(this));
    }
  };
}

/** What holds for every statement; behind a pooler it is said again in each transaction. */
export function sessionSettings(set: 'set' | 'set local', greeting?: Greeting): string {
  return [
    `${set} statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
    `${set} idle_in_transaction_session_timeout = ${STATEMENT_TIMEOUT_MS}`,
    // Our statements take less time than compiling them would, or than planning them anew for each value: a value is
    // either one of many or a limit of a list, and the statistics say the same of all of them.
    `${set} jit = off`,
    `${set} plan_cache_mode = force_generic_plan`,
    // A plan is made while the tables are small, and kept while they grow: it must not be to read all of them.
    `${set} enable_seqscan = off`,
    // What was acknowledged is durable, whatever the server's own default.
    ...(greeting === undefined || greeting.commit === 'off' ? [`${set} synchronous_commit = on`] : []),
  ].join('; ');
}

function requireSuitable(setting: string, { standby, version, encoding }: Greeting): void {
  // A primary may take its place at any moment: worth waiting for.
  if (standby) throw new Error('The server is a standby, which can only be read.');
  if (version < VERSION_MIN) {
    throw new AppError(
      'configuration',
      `${setting} leads to PostgreSQL ${Math.floor(version / 10_000)}: 15 or newer is needed.`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new AppError(
      'configuration',
      `${setting} leads to a database with the encoding ${encoding}: create one with "create database NAME owner ROLE encoding 'UTF8' template template0".`,
    );
  }
}
