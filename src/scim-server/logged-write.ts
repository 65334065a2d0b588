import type { Database } from '#database/database.ts';
import type { ShownUser, StoredGroup, Written } from '#directory/stored.ts';
import type { Operation, Outcome } from './operation.ts';
import { withEndpoint, type ResourceEndpoint, type Scope } from './resource-endpoint.ts';

type Resource = ShownUser | StoredGroup;

/** A write, and the response for its result. */
export interface Write {
  readonly run: <One extends Resource>(endpoint: ResourceEndpoint<One>) => Promise<One | void>;
  readonly respond: <One extends Resource>(endpoint: ResourceEndpoint<One>, result: One) => Promise<Outcome>;
}

/**
 * Runs a write, and reports it with its response to the observer of the scope, in the transaction of the write. The response is therefore
 * built in the transaction.
 */
export async function loggedWrite(scope: Scope, operation: Operation, write: Write): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const written = async (transaction: Database, result: Written) => {
    const inside = { ...scope, deps: { ...scope.deps, database: transaction } };
    outcome = await withEndpoint(inside, operation.type, async (endpoint) =>
      write.respond(endpoint, result.resource as never),
    );
    await scope.observer.noteWrite(transaction, scope.caller.origin, { operation, written: result, outcome });
  };
  await withEndpoint({ ...scope, deps: { ...scope.deps, written } }, operation.type, async (endpoint) => {
    await write.run(endpoint);
  });
  if (outcome === undefined) throw new Error('The write did not report its result.');
  return outcome;
}
