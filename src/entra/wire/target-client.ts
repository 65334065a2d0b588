import type { ObjectType } from '../source/source-object.ts';
import type { FlatChange, FlatResource } from './flat-resource.ts';

/** One request and its answer, as they were on the wire; secrets masked. */
export interface WireExchange {
  /** ISO 8601. */
  readonly at: string;
  readonly durationMs: number;
  readonly request: {
    readonly method: string;
    /** Path and query as they were sent. */
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
    /** Whether the body is longer than what is kept. */
    readonly truncated?: boolean;
  };
  /** null when none came; `error` says why. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Whether the body is longer than what is kept. */
    readonly truncated: boolean;
  } | null;
  readonly error: string | null;
}

/** An object of the target, as it was read. */
export interface TargetObject {
  readonly id: string;
  /** By the names of the target attributes that were asked for. */
  readonly attributes: FlatResource;
}

/** Why a request to the target failed, in Entra's words (§2.2, §3.9). */
export interface TargetFailure {
  /** Such as SystemForCrossDomainIdentityManagementBadRequest, EntryConflict, InvalidAnchor, TooManyRequests. */
  readonly errorCode: string;
  readonly reason: string;
  readonly status: number | null;
  /** What it says of the endpoint as a whole: then it is not the object's fault, and the job goes into quarantine. */
  readonly scope: 'object' | 'endpoint';
  /** It is of the moment: nobody has to do anything before it is tried again (§3.9). */
  readonly retryable?: boolean;
  /** From Retry-After; null without one. */
  readonly retryAfterMs: number | null;
}

/** What every failure of a target is thrown as. */
export class TargetError extends Error {
  readonly failure: TargetFailure;

  constructor(failure: TargetFailure) {
    super(failure.reason);
    this.name = 'TargetError';
    this.failure = failure;
  }
}

/** Which names to read of an answer: the mapping's target attributes. */
export type TargetNames = readonly string[];

/**
 * The target of an application, spoken to as Entra ID does. Every method tells `record` of each exchange, and throws
 * TargetError. Retry-After and the rate limit are honored inside.
 */
export interface TargetClient {
  /** Asks for an object that does not exist (§1.2), on Users and, where groups are provisioned, on Groups. */
  readonly probe: (
    matching: { readonly user: string; readonly group: string | null },
    record: Recorder,
  ) => Promise<void>;
  /** Objects whose attribute has a value; at most two are of interest. */
  readonly query: (
    type: ObjectType,
    match: { readonly attribute: string; readonly value: string },
    names: TargetNames,
    record: Recorder,
  ) => Promise<readonly TargetObject[]>;
  /** One object by id; groups without members. undefined when there is none (404). */
  readonly read: (
    type: ObjectType,
    id: string,
    names: TargetNames,
    record: Recorder,
  ) => Promise<TargetObject | undefined>;
  readonly create: (
    type: ObjectType,
    resource: FlatResource,
    names: TargetNames,
    record: Recorder,
  ) => Promise<TargetObject>;
  /** false when there is no such object (404). */
  readonly update: (
    type: ObjectType,
    id: string,
    changes: readonly FlatChange[],
    options: { readonly withoutFlag: boolean },
    record: Recorder,
  ) => Promise<boolean>;
  /** Members come or go, by their ids in the target; `one` PATCH. false when there is no such group. */
  readonly changeMembers: (
    id: string,
    change: { readonly op: 'add' | 'remove'; readonly memberIds: readonly string[] },
    options: { readonly withoutFlag: boolean },
    record: Recorder,
  ) => Promise<boolean>;
  /** 404 counts as done. */
  readonly remove: (type: ObjectType, id: string, record: Recorder) => Promise<void>;
  /** Members of a group, by their ids: Entra ID never asks for them, the comparer does. undefined when there is no such group. */
  readonly members: (id: string, record: Recorder) => Promise<readonly string[] | undefined>;
  /** All objects of a type, page by page: for the comparer and for account discovery. */
  readonly list: (type: ObjectType, names: TargetNames, record: Recorder) => AsyncIterable<TargetObject>;
  readonly close: () => Promise<void>;
}

export type Recorder = (exchange: WireExchange) => void;
