import type { ScopeDecision } from '../application/scope.ts';
import type { SourceValues } from '../application/object-mapping.ts';
import type { ObjectType, SourceObject } from '../source/source-object.ts';

/** An object of the source that a cycle looks at. */
export interface Candidate {
  readonly type: ObjectType;
  readonly sourceId: string;
  /** What people call it: the user principal name, or the group's name. */
  readonly name: string;
  /** undefined once it was removed from the source for good. */
  readonly object: SourceObject | undefined;
  readonly values: SourceValues;
  readonly scope: ScopeDecision;
}
