import type { AppError } from '#base/errors.ts';
import type { Language } from '#base/words/language.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { LiveRow } from './live-source.ts';
import { liveSources, type LiveKind } from './live-sources.ts';
import { encodePositions, type Positions } from './live-position.ts';
import { LiveStream, sseMessage, type WaitingUnits } from './live-stream.ts';

/** How long a browser waits before it connects again, in milliseconds. */
const RETRY_MS = 2_000;

/** What a listener wants to receive. */
export interface LiveInterest {
  readonly organizationId: string;
  readonly kinds: ReadonlySet<LiveKind>;
  /** The language of the texts for people in the rows. */
  readonly language: Language;
  /** Only rows of these types; undefined for all. */
  readonly types: ReadonlySet<string> | undefined;
  /** Only rows of the integration with this id; undefined for all. */
  readonly source: string | undefined;
}

/** A row that was committed while a listener was not connected. */
export interface MissedRow {
  readonly kind: LiveKind;
  readonly row: LiveRow;
}

/** Why a listener has to read the list again: messages may be missing. */
export type ResetReason = 'positionUnknown' | 'tooManyRows' | 'tooSlow' | 'organizationMoved';

const resetTexts: Readonly<Record<ResetReason, string>> = {
  positionUnknown: 'The server cannot continue after the last message that you received. Read the list again.',
  tooManyRows: 'There are more new rows than live updates send at once. Read the list again.',
  tooSlow: 'The messages arrived faster than you read them, and some were discarded. Read the list again.',
  organizationMoved: 'The organization was moved to another database. Read the list again.',
};

/** A client that receives the new rows of an organization as Server-Sent Events. */
export class LiveListener {
  readonly interest: LiveInterest;
  readonly stream: LiveStream;
  readonly #secrets: Pick<SecretBox, 'seal'>;
  #shard = '';
  #positions = new Map<LiveKind, string>();
  /** The rows that arrive while earlier rows are still being read; undefined if there is nothing to wait for. */
  #held: (() => void)[] | undefined = [];

  constructor(interest: LiveInterest, waiting: WaitingUnits, secrets: Pick<SecretBox, 'seal'>) {
    this.stream = new LiveStream(waiting);
    this.interest = interest;
    this.#secrets = secrets;
  }

  get shard(): string {
    return this.#shard;
  }

  /**
   * Sends what a listener needs to know first, and the rows that it missed. Then sends the rows that have arrived in the meantime.
   *
   * @param shard The name of the database.
   * @param from The positions before the missed rows.
   * @param to The positions after them.
   */
  start(shard: string, from: Positions, missed: readonly MissedRow[], to: Positions): void {
    this.#shard = shard;
    this.stream.send(`retry: ${RETRY_MS}\n: connected\n\n`);
    this.#positions = new Map(from);
    for (const { kind, row } of missed) this.#send(kind, row);
    this.#positions = new Map(to);
    this.stream.send(sseMessage({ id: this.#id() }));
    this.#release();
  }

  /** Continues in another database. */
  continueIn(shard: string, positions: Positions): void {
    this.#shard = shard;
    this.#positions = new Map(positions);
    this.reset('organizationMoved');
    this.#release();
  }

  /** Makes the rows that arrive wait for `start` or `continueIn`. */
  hold(): void {
    this.#held ??= [];
  }

  receive(kind: LiveKind, row: LiveRow): void {
    this.#inOrder(() => this.#send(kind, row));
  }

  /** Notes that all rows up to a position were received, including those that the listener does not want. */
  advance(kind: LiveKind, position: string): void {
    this.#inOrder(() => void this.#positions.set(kind, position));
  }

  reset(reason: ResetReason): void {
    this.#inOrder(() => {
      const data = JSON.stringify({ reason, message: resetTexts[reason] });
      const isSent = this.stream.send(sseMessage({ event: 'reset', id: this.#id(), data }));
      // The client then connects again, with the last id that it received.
      if (!isSent) this.stream.destroy();
    });
  }

  /** Sends a comment, so that proxies keep the connection, and the position, from which the listener can continue. */
  keepAlive(): void {
    // A position while rows are held would be wrong.
    const position = this.#held === undefined ? `id: ${this.#id()}\n` : '';
    this.stream.send(`: still connected\n${position}\n`);
  }

  /** Tells the listener why no more messages follow, and ends the stream. */
  end({ code, message }: Pick<AppError, 'code' | 'message'>): void {
    this.stream.send(sseMessage({ event: 'end', data: JSON.stringify({ error_code: code, message }) }));
    this.stream.finish();
  }

  #inOrder(action: () => void): void {
    if (this.#held === undefined) action();
    else this.#held.push(action);
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const action of held) action();
  }

  #send(kind: LiveKind, row: LiveRow): void {
    this.#positions.set(kind, row.position);
    const { kinds, types, source, language } = this.interest;
    if (!kinds.has(kind) || (types !== undefined && !types.has(row.type))) return;
    if (source !== undefined && row.source !== source) return;
    const message = sseMessage({ event: liveSources[kind].message, id: this.#id(), data: row.data(language) });
    if (!this.stream.send(message)) this.reset('tooSlow');
  }

  #id(): string {
    return encodePositions(this.#secrets, this.#shard, this.#positions);
  }
}
