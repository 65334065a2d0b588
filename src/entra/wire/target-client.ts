import type { ObjectType } from '../source/source-object.ts';
import type { FlatChange, FlatResource } from './flat-resource.ts';

/** A request and its response as they were sent, with masked secrets. */
export interface WireExchange {
  /** When the request was sent, in ISO 8601. */
  readonly at: string;
  readonly durationMs: number;
  readonly request: {
    readonly method: string;
    /** The path and the query as they were sent. */
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
    /** True if the body was cut. */
    readonly truncated?: boolean;
  };
  /** null if there was no response; then `error` says why. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** True if the body was cut. */
    readonly truncated: boolean;
  } | null;
  readonly error: string | null;
}

/** An object that was read from the target. */
export interface TargetObject {
  readonly id: string;
  /** The values of the requested target attributes, by name. */
  readonly attributes: FlatResource;
}

/** Why a request to the target failed, with the codes and texts of Entra ID (§2.2, §3.9). */
export interface TargetFailure {
  /** Entra ID's error code, such as SystemForCrossDomainIdentityManagementBadRequest, EntryConflict or TooManyRequests. */
  readonly errorCode: string;
  readonly reason: string;
  readonly status: number | null;
  /** `endpoint` if the failure concerns more than one object. The job then goes into quarantine. */
  readonly scope: 'object' | 'endpoint';
  /** True if the failure is temporary, so that a retry may succeed without a change (§3.9). */
  readonly retryable?: boolean;
  /** The time in the Retry-After header, in milliseconds; null if there was none. */
  readonly retryAfterMs: number | null;
}

/** Thrown if a request to the target fails. */
export class TargetError extends Error {
  readonly failure: TargetFailure;

  constructor(failure: TargetFailure) {
    super(failure.reason);
    this.name = 'TargetError';
    this.failure = failure;
  }
}

/** The names of the mapped target attributes that are read from a response. */
export type TargetNames = readonly string[];

/**
 * A client for the target of an application. It sends requests as Entra ID does, and respects Retry-After and the rate limit. Each method
 * calls `record` with every exchange. Each method throws TargetError, and NoAnswer `closed` if the client is closed.
 */
export interface TargetClient {
  /** Searches for a user and, unless `group` is null, for a group that do not exist, to test the connection (§1.2). */
  readonly probe: (
    matching: { readonly user: string; readonly group: string | null },
    record: Recorder,
  ) => Promise<void>;
  /** Returns the objects whose attribute equals a value. */
  readonly query: (
    type: ObjectType,
    match: { readonly attribute: string; readonly value: string },
    names: TargetNames,
    record: Recorder,
  ) => Promise<readonly TargetObject[]>;
  /** Reads an object by id, without the members of a group. Returns undefined if it does not exist (404). */
  readonly read: (
    type: ObjectType,
    id: string,
    names: TargetNames,
    record: Recorder,
  ) => Promise<TargetObject | undefined>;
  /** Creates an object, and returns the object from the response of the target. */
  readonly create: (
    type: ObjectType,
    resource: FlatResource,
    names: TargetNames,
    record: Recorder,
  ) => Promise<TargetObject>;
  /** Changes an object with a PATCH; sends nothing if `changes` is empty. Returns false if the object does not exist (404). */
  readonly update: (
    type: ObjectType,
    id: string,
    changes: readonly FlatChange[],
    options: { readonly withoutFlag: boolean },
    record: Recorder,
  ) => Promise<boolean>;
  /** Adds or removes members of a group, by their ids in the target, in one PATCH. Returns false if the group does not exist (404). */
  readonly changeMembers: (
    id: string,
    change: { readonly op: 'add' | 'remove'; readonly memberIds: readonly string[] },
    options: { readonly withoutFlag: boolean },
    record: Recorder,
  ) => Promise<boolean>;
  /** Deletes an object. Does not fail if the object does not exist (404). */
  readonly remove: (type: ObjectType, id: string, record: Recorder) => Promise<void>;
  /**
   * Returns the ids of a group's members; undefined if the group does not exist. Only `compareDirectories` needs them: Entra ID never reads
   * members.
   */
  readonly members: (id: string, record: Recorder) => Promise<readonly string[] | undefined>;
  /** Lists all objects of a type, page by page, as Entra ID's account discovery does. */
  readonly list: (type: ObjectType, names: TargetNames, record: Recorder) => AsyncIterable<TargetObject>;
  readonly close: () => Promise<void>;
}

/** Called with each HTTP exchange, for the logs. */
export type Recorder = (exchange: WireExchange) => void;
