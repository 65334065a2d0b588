import type { ObjectMapping } from '../application/object-mapping.ts';
import { decideScopes, type ScopeDecision } from '../application/scope.ts';
import type { SourceObject } from '../source/source-object.ts';
import type { Candidate } from './candidate.ts';
import type { JobRun } from './job-run.ts';
import type { Link } from './link-store.ts';

/** The scope of an object that was permanently deleted. Its real scope can no longer be evaluated. */
const purgedScope: ScopeDecision = {
  isActive: false,
  assigned: false,
  entitled: false,
  inProvisioningScope: false,
  evaluation: { inScope: false, clauses: {} },
  isSoftDeleted: true,
};

/** Returns candidates for a page of source objects, with their scopes, and for the purged objects, which are still linked. */
export async function loadCandidates(
  run: JobRun,
  mapping: ObjectMapping,
  objects: readonly SourceObject[],
  purged: readonly Link[],
): Promise<readonly Candidate[]> {
  const scoped = await decideScopes(run.deps, run.application, mapping, objects);
  return [
    ...scoped.map(({ object, decision, values }) => ({
      type: object.type,
      sourceId: object.id,
      name: nameOf(object),
      object,
      values,
      scope: decision,
    })),
    ...purged.map(({ type, sourceId, displayName }) => ({
      type,
      sourceId,
      name: displayName,
      object: undefined,
      values: new Map(),
      scope: purgedScope,
    })),
  ];
}

function nameOf({ type, id, attributes }: SourceObject): string {
  const name = attributes[type === 'User' ? 'userPrincipalName' : 'displayName'];
  return typeof name === 'string' ? name : id;
}
