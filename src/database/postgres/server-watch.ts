import pg from 'pg';

/** How often the watch looks. The limits below are counts of looks, so that a process that is busy itself blames no server. */
const LOOK_MS = 500;
/** Looks at which a session has to be in use before the server is asked whether it still answers. */
const HELD_LOOKS = 2;
/** Looks that an answer may take: with HELD_LOOKS less than the 5 seconds that a request waits. */
const SILENT_LOOKS = 6;

/** A connection in use. */
interface Held {
  looks: number;
}

/** A question to the server, over a connection of its own. */
interface Probe {
  looks: number;
  /** What all connections in use had read by then: a server that sends anything answers. */
  readonly bytesRead: number;
  isAnswered: boolean;
}

/**
 * Finds out that a server hangs: its connections stay open, and nothing answers. While a connection is in use for long, the
 * server is asked `select 1` over another one, which is closed again afterward. When neither that nor any connection in use
 * gets an answer, those in use are closed, so that their requests need not wait for the limit of a statement, and no new one is
 * given out until the server answers.
 */
export class ServerWatch {
  readonly #url: string;
  readonly #held = new Map<pg.PoolClient, Held>();
  #timer: NodeJS.Timeout | undefined;
  #client: pg.Client | undefined;
  #probe: Probe | undefined;
  #isSilent = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** Whether the server does not answer at present. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Watches the server while the connection is in use. */
  hold(client: pg.PoolClient): void {
    this.#held.set(client, { looks: 0 });
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  giveBack(client: pg.PoolClient): void {
    this.#held.delete(client);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#dropClient();
  }

  #look(): void {
    for (const held of this.#held.values()) held.looks += 1;
    const isAsked = this.#isSilent || [...this.#held.values()].some(({ looks }) => looks > HELD_LOOKS);
    if (!isAsked) {
      if (this.#held.size === 0) this.close();
      else this.#dropClient();
      return;
    }
    const probe = this.#probe;
    if (probe === undefined || probe.isAnswered) {
      if (probe?.isAnswered === true) this.#isSilent = false;
      void this.#ask();
      return;
    }
    probe.looks += 1;
    if (probe.looks < SILENT_LOOKS) return;
    if (this.#bytesRead() === probe.bytesRead) this.#giveUp();
    // A connection that was not answered is of no use later either.
    this.#dropClient();
  }

  async #ask(): Promise<void> {
    const probe: Probe = { looks: 0, bytesRead: this.#bytesRead(), isAnswered: false };
    this.#probe = probe;
    try {
      await this.#askServer();
      probe.isAnswered = true;
    } catch (error) {
      // A refusal is an answer.
      if (error instanceof pg.DatabaseError) probe.isAnswered = true;
      if (this.#probe === probe) this.#client = undefined;
    }
  }

  async #askServer(): Promise<void> {
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
    for (const client of this.#held.keys()) sum += streamOf(client)?.bytesRead ?? 0;
    return sum;
  }

  #giveUp(): void {
    this.#isSilent = true;
    for (const client of this.#held.keys()) streamOf(client)?.destroy(silent());
    this.#held.clear();
  }

  #dropClient(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#probe = undefined;
    if (client !== undefined) streamOf(client)?.destroy();
  }
}

/** What the operator reads as the reason. */
export function silent(): Error {
  return new Error('the server accepts connections and does not answer');
}

/** The socket below a connection, which node-postgres has and does not declare. */
export function streamOf(client: object): { readonly bytesRead: number; destroy(error?: Error): void } | undefined {
  const { connection } = client as { connection?: { stream?: { bytesRead: number; destroy(error?: Error): void } } };
  return connection?.stream;
}
