import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { recognizablePrefix } from '#admins/api-key.ts';
import {
  noteUnidentifiedRequests,
  unidentifiedId,
  type SeenRequests,
  type UnidentifiedRequest,
  type UnidentifiedRequestNote,
} from '#audit/unidentified-request-store.ts';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { reasonTable, type ReasonCode } from '#base/reasons/reasons.ts';
import { sentences } from '#base/reasons/refusal.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import type { Database } from '#database/database.ts';
import { credentialOf } from './request-origin.ts';

/** How often one address, reason and prefix is written: each request would otherwise cost a write. */
export const UNIDENTIFIED_INTERVAL_MS = 10_000;
/** Notes that are kept: anybody can send a request without a key. */
export const UNIDENTIFIED_REQUESTS_MAX = 100;
/** Notes with a prefix that one process writes within an interval, and as many without; requests beyond them are in the log alone. */
export const UNIDENTIFIED_WRITES_MAX = 20;
/** Keys of one address that are told apart within an interval: the rest is noted without the prefix. */
export const PREFIXES_OF_ADDRESS_MAX = 5;

/**
 * Why a credential identifies no caller, and so no organization that could have an event. A session or an access token that
 * ended is not among them: clients are expected to send one, and ask for another.
 */
export const unidentifiedReasons = [
  'keyMissing',
  'keyWithoutBearer',
  'keyMalformed',
  'schemeUnsupported',
  'keyMistyped',
  'keyOfAnother',
] as const satisfies readonly ReasonCode[];

export interface UnidentifiedDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}

/** Requests that were noted within the interval. */
interface Noted {
  readonly request: UnidentifiedRequest;
  /** Requests that are not written yet. */
  waiting: number;
  last: Date;
}

/**
 * Notes SCIM requests whose credential identifies no caller, for `tanhua doctor` and `tanhua event list`. The first request is
 * written at once, and those of the following interval together at its end. A request never waits for it, nor fails by it.
 */
export class UnidentifiedRequests {
  readonly #deps: UnidentifiedDeps;
  readonly #timer: Timer;
  readonly #noted = new Map<string, Noted>();
  readonly #closing = new AbortController();
  #isResting = false;
  /** One write after another. */
  #writes: Promise<void> = Promise.resolve();

  constructor(deps: UnidentifiedDeps, timer: Timer = systemTimer) {
    this.#deps = deps;
    this.#timer = timer;
  }

  /** Looks at a refusal; does nothing unless it is one of a credential that identifies no caller. */
  note(request: FastifyRequest, thrown: unknown): void {
    const code = thrown instanceof AppError ? thrown.reason?.code : undefined;
    const reason = unidentifiedReasons.find((one) => one === code);
    if (reason === undefined || this.#closing.signal.aborted) return;
    // A client that has disconnected has no address any more, whatever the type says.
    const address = request.ip as string | undefined;
    if (address === undefined) return;
    const { key } = credentialOf(request);
    const prefix = (key === undefined ? undefined : recognizablePrefix(key)) ?? '';
    this.#add({ address, reason, prefix });
  }

  /** Writes what waits. Nothing is noted afterward. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#flush();
    await this.#writes;
  }

  #add(sent: UnidentifiedRequest): void {
    const last = this.#deps.clock.now();
    const request = this.#withinPrefixes(sent);
    const id = unidentifiedId(request);
    const known = this.#noted.get(id);
    if (known !== undefined) {
      known.waiting += 1;
      known.last = last;
      return;
    }
    const alike = [...this.#noted.values()].filter((one) => (one.request.prefix === '') === (request.prefix === ''));
    if (alike.length >= UNIDENTIFIED_WRITES_MAX) return;
    const noted = { request, waiting: 1, last };
    this.#noted.set(id, noted);
    this.#write(noted);
    if (!this.#isResting) void this.#rest();
  }

  #withinPrefixes(request: UnidentifiedRequest): UnidentifiedRequest {
    if (request.prefix === '' || this.#noted.has(unidentifiedId(request))) return request;
    const others = [...this.#noted.values()].filter(
      (noted) => noted.request.address === request.address && noted.request.prefix !== '',
    );
    return others.length < PREFIXES_OF_ADDRESS_MAX ? request : { ...request, prefix: '' };
  }

  async #rest(): Promise<void> {
    this.#isResting = true;
    try {
      while (this.#noted.size > 0) {
        await this.#timer.sleep(UNIDENTIFIED_INTERVAL_MS, this.#closing.signal);
        this.#flush();
      }
    } catch {
      // The server stops: `close` writes the rest.
    }
    this.#isResting = false;
  }

  /** Writes what came since the last write, and forgets what came no more. */
  #flush(): void {
    for (const [id, noted] of this.#noted) {
      if (noted.waiting === 0) this.#noted.delete(id);
      else this.#write(noted);
    }
  }

  #write(noted: Noted): void {
    const { request, waiting: requests, last } = noted;
    noted.waiting = 0;
    this.#writes = this.#writeAfter(this.#writes, request, { requests, last, rowsMax: UNIDENTIFIED_REQUESTS_MAX });
  }

  /** Never rejects. */
  async #writeAfter(earlier: Promise<void>, request: UnidentifiedRequest, seen: SeenRequests): Promise<void> {
    const { database, log } = this.#deps;
    await earlier;
    try {
      await noteUnidentifiedRequests(database, request, seen);
    } catch (error) {
      log.warn({ err: error, address: request.address }, 'a request with an unknown key could not be noted');
    }
  }
}

/** Who sent what since when, why it identifies no caller, and what to do. */
export function unidentifiedAdvice(note: UnidentifiedRequestNote): string {
  const { address, prefix, lastSeenAt } = note;
  const key = prefix === '' ? '' : ` with the key ${prefix}…`;
  const count = note.requests === 1 ? '1 request' : `${note.requests} requests`;
  const times = `since ${note.firstSeenAt.toISOString()}, the last at ${lastSeenAt.toISOString()}`;
  return `${count} from ${address}${key} ${times}. ${reasonText(note)}`.trimEnd();
}

function reasonText({ reason }: UnidentifiedRequest): string {
  const code = unidentifiedReasons.find((one) => one === reason);
  return code === undefined ? '' : sentences(reasonTable[code], {}, 'scim');
}
