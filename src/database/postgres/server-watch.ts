import pg from 'pg';

/**
 * How often the watch checks. The limits below are numbers of checks and not times, so that a process that is itself too busy to check
 * does not take the server for unresponsive.
 */
const CHECK_INTERVAL_MS = 500;
/** The number of checks for which a connection must stay in use before the server is probed. */
const CHECKS_BEFORE_PROBE = 2;
/**
 * The number of checks that an answer may take. The time for these checks and CHECKS_BEFORE_PROBE is less than the 5 seconds that a
 * request waits.
 */
const UNANSWERED_CHECKS_MAX = 6;

/** A connection in use. */
interface Held {
  checks: number;
}

/** A probe of the server, on a separate connection. */
interface Probe {
  checks: number;
  /** The bytes that all connections in use had read when the probe started. A server that sends more data is responsive. */
  readonly bytesRead: number;
  isAnswered: boolean;
}

/**
 * Detects a server that hangs: its connections stay open, but it does not answer. While a connection is in use for a long time, the
 * watch sends `select 1` on a separate connection, which it closes afterward. If neither this connection nor any connection in use
 * receives an answer, the watch closes the connections in use, so that their requests do not wait for the statement timeout.
 * `isUnresponsive` then stops the pool from returning connections until the server answers again.
 */
export class ServerWatch {
  readonly #url: string;
  readonly #held = new Map<pg.PoolClient, Held>();
  #timer: NodeJS.Timeout | undefined;
  #client: pg.Client | undefined;
  #probe: Probe | undefined;
  #isUnresponsive = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** True while the server does not answer. */
  get isUnresponsive(): boolean {
    return this.#isUnresponsive;
  }

  /** Watches the server while the connection is in use. */
  hold(client: pg.PoolClient): void {
    this.#held.set(client, { checks: 0 });
    this.#timer ??= setInterval(() => this.#check(), CHECK_INTERVAL_MS).unref();
  }

  release(client: pg.PoolClient): void {
    this.#held.delete(client);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#dropClient();
  }

  #check(): void {
    for (const held of this.#held.values()) held.checks += 1;
    const needsProbe =
      this.#isUnresponsive || [...this.#held.values()].some(({ checks }) => checks > CHECKS_BEFORE_PROBE);
    if (!needsProbe) {
      if (this.#held.size === 0) this.close();
      else this.#dropClient();
      return;
    }
    const probe = this.#probe;
    if (probe === undefined || probe.isAnswered) {
      if (probe?.isAnswered === true) this.#isUnresponsive = false;
      void this.#probeServer();
      return;
    }
    probe.checks += 1;
    if (probe.checks < UNANSWERED_CHECKS_MAX) return;
    if (this.#bytesRead() === probe.bytesRead) this.#closeHeldConnections();
    // A connection that received no answer cannot be used later either.
    this.#dropClient();
  }

  async #probeServer(): Promise<void> {
    const probe: Probe = { checks: 0, bytesRead: this.#bytesRead(), isAnswered: false };
    this.#probe = probe;
    try {
      await this.#queryServer();
      probe.isAnswered = true;
    } catch (error) {
      // A refusal is also an answer.
      if (error instanceof pg.DatabaseError) probe.isAnswered = true;
      if (this.#probe === probe) this.#client = undefined;
    }
  }

  async #queryServer(): Promise<void> {
    if (this.#client === undefined) {
      const client = new pg.Client({ connectionString: this.#url, application_name: 'tanhua watch' });
      client.on('error', () => undefined);
      this.#client = client;
      await client.connect();
    }
    await this.#client.query('select 1');
  }

  #bytesRead(): number {
    let sum = 0;
    for (const client of this.#held.keys()) sum += socketOf(client)?.bytesRead ?? 0;
    return sum;
  }

  #closeHeldConnections(): void {
    this.#isUnresponsive = true;
    for (const client of this.#held.keys()) socketOf(client)?.destroy(unresponsiveError());
    this.#held.clear();
  }

  #dropClient(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#probe = undefined;
    if (client !== undefined) socketOf(client)?.destroy();
  }
}

/** Returns the error that tells the operator that the server does not answer. */
export function unresponsiveError(): Error {
  return new Error('the server accepts connections but does not answer');
}

/** Returns the socket of a connection, which node-postgres does not declare in its types. */
export function socketOf(client: object): { readonly bytesRead: number; destroy(error?: Error): void } | undefined {
  const { connection } = client as { connection?: { stream?: { bytesRead: number; destroy(error?: Error): void } } };
  return connection?.stream;
}
