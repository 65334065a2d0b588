import type { ScopeDecision } from '../application/scope.ts';
import type { SourceValues } from '../application/object-mapping.ts';
import type { ObjectType, SourceObject } from '../source/source-object.ts';

/** A source object that a cycle evaluates, with its attribute values and the decision on its scope. */
export interface Candidate {
  readonly type: ObjectType;
  readonly sourceId: string;
  /** The user principal name, or the display name of the group. */
  readonly name: string;
  /** undefined if the object was permanently deleted from the source. */
  readonly object: SourceObject | undefined;
  readonly values: SourceValues;
  readonly scope: ScopeDecision;
}
