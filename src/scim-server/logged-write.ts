import type { DirectoryDeps, ShownUser, StoredGroup, Written } from '#directory/stored.ts';
import { ignoredHeader } from './ignored-header.ts';
import { withEndpoint, type ResourceEndpoint, type Scope } from './resource-endpoint.ts';
import type { Operation, Outcome } from './operation.ts';

type Resource = ShownUser | StoredGroup;

/** A write, and the response for its result. */
export interface Write {
  readonly run: <One extends Resource>(endpoint: ResourceEndpoint<One>) => Promise<One | void>;
  readonly respond: <One extends Resource>(endpoint: ResourceEndpoint<One>, result: One) => Promise<Outcome>;
}

/**
 * Runs a write, and stores the request with its response in the transaction of the write, if the settings of the organization say so. The
 * response is therefore built in the transaction.
 */
export async function loggedWrite(scope: Scope, operation: Operation, write: Write): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const written = async (transaction: DirectoryDeps['database'], result: Written) => {
    const inside = { ...scope, deps: { ...scope.deps, database: transaction } };
    outcome = await withEndpoint(inside, operation.type, async (endpoint) =>
      write.respond(endpoint, result.resource as never),
    );
    await keep(scope, transaction, operation, result, outcome);
  };
  await withEndpoint({ ...scope, deps: { ...scope.deps, written } }, operation.type, async (endpoint) => {
    await write.run(endpoint);
  });
  if (outcome === undefined) throw new Error('The write did not report its result.');
  return outcome;
}

async function keep(
  { record, caller }: Scope,
  transaction: DirectoryDeps['database'],
  operation: Operation,
  { effect, type, resource }: Written,
  outcome: Outcome,
): Promise<void> {
  const result = effect === 'unchanged' ? 'unchanged' : 'accepted';
  const parts = operation.bulk;
  record.outcome = result;
  if (!record.keepsContent(result, parts?.kind)) return;
  const name = type === 'User' ? resource.userName : resource.displayName;
  const ignored = ignoredHeader(outcome.ignored ?? []);
  await record.keep(transaction, caller.origin, {
    outcome: result,
    status: outcome.status,
    target: { id: resource.id, name },
    effect,
    answer: outcome.resource?.text,
    answerHeaders: {
      ...(outcome.location !== undefined && { location: outcome.location }),
      ...(outcome.tag !== undefined && { etag: outcome.tag }),
      ...(ignored !== undefined && { 'x-ignored-attributes': ignored }),
    },
    ignored: outcome.ignored,
    operation: parts,
  });
}
