import type { AttributeParts } from './attribute-words.ts';
import type { Actor } from './event-types.ts';

/** What a refused request tried. */
export type Attempt = 'create' | 'change' | 'delete' | 'read';

/** The sentences about events in one language. `actor` and `sender` are the words of `actor`. */
export interface EventWords {
  /** Returns an actor at the beginning of a sentence. */
  readonly actor: (actor: Actor) => string;
  /** Says what an actor did, or what happened, by the type of the event. */
  readonly deed: (type: string, actor: string, name: string) => string;
  readonly onlyIgnored: (actor: string, name: string, count: number) => string;
  readonly signedIn: (name: string) => string;
  readonly signInRefused: (name: string, code: string) => string;
  /** A person connected to a network, or was refused. */
  readonly connected: (name: string) => string;
  readonly connectionRefused: (name: string, code: string) => string;
  readonly added: (actor: string, name: string, group: string) => string;
  readonly removed: (actor: string, name: string, group: string) => string;
  readonly refusedCredential: (sender: string, code: string) => string;
  readonly refusedSeveral: (count: number, sender: string, code: string, name: string) => string;
  /** `operation` is counted from 1; undefined for the whole request. */
  readonly refusedBulk: (sender: string, code: string, operation: number | undefined) => string;
  /** `what` is `users`, `groups` or `all`. */
  readonly refusedList: (what: string, sender: string, code: string) => string;
  readonly refused: (attempt: Attempt, name: string, isGroup: boolean, sender: string, code: string) => string;
  /** The actor of a request whose actor is not known. */
  readonly client: string;
  readonly unchanged: (sender: string, name: string) => string;
  /** Returns what an event is about, if that has no name, by its type. */
  readonly unnamed: (type: string) => string;
  /** Returns a type of events in words. */
  readonly type: (type: string) => string;
}

/** The words about changes in one language. */
export interface ChangeWords {
  /** Returns the name of an attribute by its parts: `emails`, `work` and an empty text for `emails[type eq "work"].value`. */
  readonly attribute: (parts: AttributeParts) => string;
  /** Returns a value, if it is one of a fixed list of names; else the value itself. */
  readonly value: (field: string, value: string) => string;
  readonly yes: string;
  readonly no: string;
  readonly secret: string;
  readonly nothing: string;
  readonly changed: string;
  readonly removed: string;
  /** What is between values, and after the name of an attribute. */
  readonly separator: string;
  readonly colon: string;
  readonly more: (count: number) => string;
  readonly primary: (attribute: string) => string;
  readonly ofType: (type: string, attribute: string) => string;
  readonly memberOf: (group: string) => string;
}

/** The words of a short phrase about changes in one language. */
export interface PhraseWords {
  readonly others: (count: number) => string;
  readonly renamed: (from: string, to: string) => string;
  /** `names` are those of some of the members, and `others` is the number of the rest. */
  readonly members: (isAdded: boolean, count: number, names: readonly string[], others: number) => string;
}
