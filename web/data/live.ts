import { useEffect, useRef, useState } from 'react';
import { spokenWords } from '../words/spoken.ts';
import { useMay } from './session.ts';

/** Something that the server reported as it happened: an `event`, a SCIM `request`, or `reset` if messages may be missing. */
export interface LiveMessage {
  readonly kind: string;
  readonly data: unknown;
}

/** The state of the connection that brings what happens. */
export type LiveState = 'connecting' | 'open' | 'lost';

type Note = { readonly message: LiveMessage } | { readonly state: LiveState };

/** What the tabs send to each other: what the connection brought, or a question about its state. */
type Passed = (Note & { readonly id?: string }) | { readonly isQuestion: true };

const LOCK = 'tanhua-live';
const CHANNEL = 'tanhua-live';
/** The time after which a lost connection is opened again. */
const RETRY_MS = 2_000;

/**
 * One connection for all tabs of this browser. The tab that holds the lock has the connection, and passes on what it receives; when it is
 * closed, the next tab takes over and continues after the last message (Last-Event-ID).
 */
class LiveConnection {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #listeners = new Set<(note: Note) => void>();
  #state: LiveState = 'connecting';
  #lastId: string | undefined;
  #source: EventSource | undefined;
  #release: (() => void) | undefined;
  #isRequested = false;

  constructor() {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Passed>) => {
      if ('isQuestion' in data) {
        if (this.#source !== undefined) this.#send({ state: this.#state });
        return;
      }
      if (data.id !== undefined) this.#lastId = data.id;
      this.#notify(data);
    });
  }

  get state(): LiveState {
    return this.#state;
  }

  listen(listener: (note: Note) => void): () => void {
    this.#listeners.add(listener);
    // The tab that has the connection reports its state only when it changes.
    if (this.#source === undefined) this.#send({ isQuestion: true });
    if (!this.#isRequested) void this.#request();
    return () => {
      this.#listeners.delete(listener);
      // On the next page, another listener follows at once and keeps the connection.
      setTimeout(() => {
        if (this.#listeners.size === 0) this.#close();
      });
    };
  }

  async #request(): Promise<void> {
    this.#isRequested = true;
    // The next page may listen before the connection of the previous page is released.
    while (this.#listeners.size > 0) {
      await navigator.locks.request(LOCK, async () => {
        if (this.#listeners.size === 0) return;
        this.#open();
        await new Promise<void>((resolve) => (this.#release = resolve));
      });
    }
    this.#isRequested = false;
    // A listener came while the connection was being closed.
    if (this.#listeners.size > 0) void this.#request();
  }

  #open(): void {
    const query = new URLSearchParams({ language: spokenWords().code });
    if (this.#lastId !== undefined) query.set('lastEventId', this.#lastId);
    const source = new EventSource(`/api/live?${query.toString()}`);
    this.#source = source;
    source.addEventListener('open', () => this.#pass({ state: 'open' }));
    source.addEventListener('error', () => {
      this.#pass({ state: 'lost' });
      // The browser opens the connection again, unless the server refused it.
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(() => {
        if (this.#source === source && this.#listeners.size > 0) this.#open();
      }, RETRY_MS);
    });
    // After `reset`, messages may be missing, and lists are read again.
    for (const kind of ['event', 'request', 'reset']) {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        this.#lastId = event.lastEventId;
        this.#pass({ message: { kind, data: JSON.parse(event.data) } }, event.lastEventId);
      });
    }
  }

  /** Continues in the language of the page, which has changed. */
  speakAgain(): void {
    if (this.#source === undefined) return;
    this.#source.close();
    this.#open();
  }

  #pass(note: Note, id?: string): void {
    this.#send(id === undefined ? note : { ...note, id });
    this.#notify(note);
  }

  #send(passed: Passed): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel has one origin.
    this.#channel.postMessage(passed);
  }

  #notify(note: Note): void {
    if ('state' in note) this.#state = note.state;
    for (const listener of this.#listeners) listener(note);
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#state = 'connecting';
    this.#release?.();
    this.#release = undefined;
  }
}

const connection = new LiveConnection();

/** Receives the texts of what happens in the language of the page. Call it when that language has changed. */
export function speakLiveAgain(): void {
  connection.speakAgain();
}

/**
 * Calls `receive` with everything that happens while the part is on the page. Returns the state of the connection.
 *
 * @param isOn False for a reader whose role may not receive it.
 */
export function useLive(receive: (message: LiveMessage) => void, isOn = true): LiveState {
  const [state, setState] = useState<LiveState>(connection.state);
  const latest = useRef(receive);
  useEffect(() => {
    latest.current = receive;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    return connection.listen((note) => {
      if ('state' in note) setState(note.state);
      else latest.current(note.message);
    });
  }, [isOn]);
  return state;
}

/**
 * Reads data again when something happened, at most once in a time.
 *
 * @param refresh Reads the data again.
 * @param afterMs What arrives within this time is read together, in milliseconds.
 * @param isRelevant Whether a message can have changed the data. Default: every message can.
 */
export function useLiveRefresh(
  refresh: () => void,
  afterMs: number,
  isRelevant: (message: LiveMessage) => boolean = () => true,
): void {
  const may = useMay();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((message) => {
    if (!isRelevant(message)) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      refresh();
    }, afterMs);
  }, may('events.read'));
}

/** True for a message other than a SCIM request: what a request changed arrives as an event. */
export function isNoRequest({ kind }: LiveMessage): boolean {
  return kind !== 'request';
}
