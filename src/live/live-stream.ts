import { Readable } from 'node:stream';

/** The maximum size of the messages that wait for one listener that reads slowly, in UTF-16 units. */
export const LISTENER_WAITING_MAX = 1_048_576;
/** The maximum size of the messages that wait for all listeners of a process, in UTF-16 units. */
export const WAITING_MAX = 64 * 1_048_576;

/** Counts the UTF-16 units that wait for all listeners of a process. */
export interface WaitingUnits {
  total: number;
}

/** A stream of Server-Sent Events whose messages wait in memory until the listener reads them. */
export class LiveStream extends Readable {
  #waiting: string[] = [];
  #size = 0;
  #isWanted = false;
  #isEnding = false;

  readonly #all: WaitingUnits;

  constructor(all: WaitingUnits) {
    super({ encoding: 'utf8' });
    this.#all = all;
  }

  /**
   * Adds a message. Returns false if too many messages are waiting: all of them are then discarded, and the caller has to send the message `reset`.
   */
  send(message: string): boolean {
    if (this.#isEnding || this.destroyed) return true;
    const size = message.length;
    if (this.#size + size > LISTENER_WAITING_MAX || this.#all.total + size > WAITING_MAX) {
      this.#discard();
      return false;
    }
    this.#waiting.push(message);
    this.#count(size);
    this.#pass();
    return true;
  }

  #discard(): void {
    this.#waiting = [];
    this.#count(-this.#size);
  }

  /** Ends the stream after the messages that are waiting. */
  finish(): void {
    this.#isEnding = true;
    this.#pass();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#pass();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#discard();
    callback(error);
  }

  #count(units: number): void {
    this.#size += units;
    this.#all.total += units;
  }

  #pass(): void {
    while (this.#isWanted && this.#waiting.length > 0) {
      const message = this.#waiting.shift() ?? '';
      this.#count(-message.length);
      this.#isWanted = this.push(message);
    }
    if (this.#isEnding && this.#waiting.length === 0 && !this.readableEnded) this.push(null);
  }
}

/**
 * Returns a message of Server-Sent Events (WHATWG HTML §9.2.6).
 *
 * @example sseMessage({ event: 'end', data: '{}' }) // 'event: end\ndata: {}\n\n'
 */
export function sseMessage(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  return `${lines.join('')}\n`;
}
