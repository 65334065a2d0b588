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
import type { ReasonCode } from '#base/reasons/reasons.ts';
import { reasonWords } from '#base/reasons/refusal.ts';
import { text } from '#base/words/chinese.ts';
import type { Language } from '#base/words/language.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import type { Database } from '#database/database.ts';
import { credentialOf } from './request-origin.ts';

/** The minimum time between two writes for the same address, reason, and key prefix. Without it, each request would cost a write. */
export const UNIDENTIFIED_INTERVAL_MS = 10_000;
/** The maximum number of notes that are stored. The number is limited, because any client can send a request without a key. */
export const UNIDENTIFIED_REQUESTS_MAX = 100;
/**
 * The maximum number of notes with a key prefix that one process writes within an interval. Notes without a prefix have a separate
 * limit of the same size. Further requests are only logged.
 */
export const UNIDENTIFIED_WRITES_MAX = 20;
/** The maximum number of key prefixes that are noted for one address within an interval. Further keys are noted without a prefix. */
export const PREFIXES_OF_ADDRESS_MAX = 5;

/**
 * The reasons why a credential does not identify a caller, and therefore not an organization that could have an event. An
 * expired session or access token is not among them: clients are expected to send an expired token and then get a new one.
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

/** Requests with the same address, reason, and key prefix within the current interval. */
interface PendingNote {
  readonly request: UnidentifiedRequest;
  /** The number of requests that are not written yet. */
  waiting: number;
  last: Date;
}

/**
 * Notes SCIM requests whose credential does not identify a caller, for `tanhua doctor` and `tanhua event list`. Writes the first request at
 * once. Writes the requests of the following interval together, at the end of that interval. A request neither waits for the write nor
 * fails because of it.
 */
export class UnidentifiedRequests {
  readonly #deps: UnidentifiedDeps;
  readonly #timer: Timer;
  readonly #noted = new Map<string, PendingNote>();
  readonly #closing = new AbortController();
  #isTimerRunning = false;
  /** Resolves when all queued writes have finished. The writes run sequentially. */
  #writes: Promise<void> = Promise.resolve();

  constructor(deps: UnidentifiedDeps, timer: Timer = systemTimer) {
    this.#deps = deps;
    this.#timer = timer;
  }

  /** Notes a request that was refused with one of `unidentifiedReasons`. Ignores all other errors. */
  note(request: FastifyRequest, thrown: unknown): void {
    const code = thrown instanceof AppError ? thrown.reason?.code : undefined;
    const reason = unidentifiedReasons.find((one) => one === code);
    if (reason === undefined || this.#closing.signal.aborted) return;
    // Despite its type, the address is undefined if the client has disconnected.
    const address = request.ip as string | undefined;
    if (address === undefined) return;
    const { key } = credentialOf(request);
    const prefix = (key === undefined ? undefined : recognizablePrefix(key)) ?? '';
    this.#add({ address, reason, prefix });
  }

  /** Writes the waiting notes. Later calls to `note` have no effect. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#flush();
    await this.#writes;
  }

  #add(sent: UnidentifiedRequest): void {
    const last = this.#deps.clock.now();
    const request = this.#limitPrefixes(sent);
    const id = unidentifiedId(request);
    const known = this.#noted.get(id);
    if (known !== undefined) {
      known.waiting += 1;
      known.last = last;
      return;
    }
    const sameKind = [...this.#noted.values()].filter((one) => (one.request.prefix === '') === (request.prefix === ''));
    if (sameKind.length >= UNIDENTIFIED_WRITES_MAX) return;
    const noted = { request, waiting: 1, last };
    this.#noted.set(id, noted);
    this.#write(noted);
    if (!this.#isTimerRunning) void this.#flushPeriodically();
  }

  #limitPrefixes(request: UnidentifiedRequest): UnidentifiedRequest {
    if (request.prefix === '' || this.#noted.has(unidentifiedId(request))) return request;
    const others = [...this.#noted.values()].filter(
      (noted) => noted.request.address === request.address && noted.request.prefix !== '',
    );
    return others.length < PREFIXES_OF_ADDRESS_MAX ? request : { ...request, prefix: '' };
  }

  async #flushPeriodically(): Promise<void> {
    this.#isTimerRunning = true;
    try {
      while (this.#noted.size > 0) {
        await this.#timer.sleep(UNIDENTIFIED_INTERVAL_MS, this.#closing.signal);
        this.#flush();
      }
    } catch {
      // The server is stopping: `close` writes the rest.
    }
    this.#isTimerRunning = false;
  }

  /** Writes the requests received since the last write, and removes notes that received none. */
  #flush(): void {
    for (const [id, noted] of this.#noted) {
      if (noted.waiting === 0) this.#noted.delete(id);
      else this.#write(noted);
    }
  }

  #write(noted: PendingNote): void {
    const { request, waiting: requests, last } = noted;
    noted.waiting = 0;
    this.#writes = this.#writeAfter(this.#writes, request, { requests, last, rowsMax: UNIDENTIFIED_REQUESTS_MAX });
  }

  /** Writes a note after the earlier write has finished. The promise never rejects. */
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

/**
 * Describes a note for people: the address, the number of requests, the times, why the credential does not identify a caller, and
 * what to do.
 */
export function unidentifiedAdvice(note: UnidentifiedRequestNote, language: Language = 'en'): string {
  const { address, prefix, lastSeenAt } = note;
  if (language === 'zh') {
    const sent = prefix === '' ? '' : `，密钥为 ${prefix}…`;
    const seen = `自 ${note.firstSeenAt.toISOString()} 起，最近一次为 ${lastSeenAt.toISOString()}`;
    return `${text`来自 ${address} 的${note.requests}个请求`}${sent}，${seen}。${unidentifiedReasonText(note, language)}`;
  }
  const key = prefix === '' ? '' : ` with the key ${prefix}…`;
  const count = note.requests === 1 ? '1 request' : `${note.requests} requests`;
  const times = `since ${note.firstSeenAt.toISOString()}, the last at ${lastSeenAt.toISOString()}`;
  return `${count} from ${address}${key} ${times}. ${unidentifiedReasonText(note)}`.trimEnd();
}

/** Returns why a credential identifies no caller, and what to do; empty for a reason that another version of Tanhua wrote. */
export function unidentifiedReasonText({ reason }: UnidentifiedRequest, language: Language = 'en'): string {
  const code = unidentifiedReasons.find((one) => one === reason);
  if (code === undefined) return '';
  const { text: why, advice } = reasonWords(code, {}, 'scim', language);
  return [why, advice].filter((sentence) => sentence !== '').join(language === 'zh' ? '' : ' ');
}
