import type { ScopeDecision } from '../application/scope.ts';
import type { SourceValues } from '../application/object-mapping.ts';
import type { ObjectType, SourceObject } from '../source/source-object.ts';

/** A source object that a cycle evaluates, with its attribute values and its scope decision. */
export interface Candidate {
  readonly type: ObjectType;
  readonly sourceId: string;
  /** The userPrincipalName of a user, or the displayName of a group. */
  readonly name: string;
  /** undefined if the object was permanently deleted from the source. */
  readonly object: SourceObject | undefined;
  readonly values: SourceValues;
  readonly scope: ScopeDecision;
}
