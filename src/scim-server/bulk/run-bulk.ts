import { AppError, quote } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { inTransaction } from '#database/database.ts';
import { locationOf } from '#directory/view.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import type { Scope } from '../resource-endpoint.ts';
import { create, patch, remove, replace } from '../resource-operations.ts';
import type { Outcome } from '../operation.ts';
import { errorBody, toAppError } from '../scim-error.ts';
import { orderOperations } from './bulk-order.ts';
import { referencesOf, resolveReferences, unknownReference } from './bulk-references.ts';
import { bulkParts, isUnreadable } from './bulk-parts.ts';
import type { BulkOperation, BulkRequest, UnreadableOperation } from './bulk-request.ts';

type Operation = BulkOperation | UnreadableOperation;

/**
 * Called for each failed operation, so that the failure is recorded as an event, just as for a separate request. The operation has the ids
 * of created resources in place of their bulkIds.
 */
export type OnFailure = (thrown: unknown, error: AppError, operation: Operation, index: number) => Promise<void>;

interface CompletedOperation {
  readonly body: JsonObject;
  /** The attributes of the operation that the directory ignored. */
  readonly ignored: readonly IgnoredAttribute[];
}

interface Result extends CompletedOperation {
  readonly failed: boolean;
}

/** The results of all operations, and the attributes that the directory ignored in any of them. */
export interface BulkOutcome extends Pick<CompletedOperation, 'ignored'> {
  readonly results: readonly JsonObject[];
}

const runners = { POST: create, PUT: replace, PATCH: patch, DELETE: remove } as const;

/**
 * Runs a bulk request (RFC 7644 §3.7). Returns the result of each operation in the order of the request, without the operations that
 * were skipped because of failOnErrors. Each operation runs in its own transaction, except that users who refer to each other in a
 * circle are created in one transaction.
 *
 * Ids of new resources are generated before any operation runs, so that references to them can be resolved in any order.
 */
export async function runBulk(scope: Scope, request: BulkRequest, onFailure: OnFailure): Promise<BulkOutcome> {
  const run = new BulkRun(scope, request.operations, onFailure);
  const failuresMax = request.failOnErrors ?? Infinity;
  for (const part of orderOperations(run.references)) {
    if (run.failures >= failuresMax) break;
    await run.runPart(part);
  }
  const results = request.operations.flatMap((_operation, index) => run.results.get(index) ?? []);
  const ignored = new Map(results.flatMap((result) => result.ignored.map((one) => [one.path, one] as const)));
  return { results: results.map(({ body }) => body), ignored: [...ignored.values()] };
}

class BulkRun {
  readonly results = new Map<number, Result>();
  /** For each operation, the indexes of the operations that it refers to. */
  readonly references: readonly (readonly number[])[];
  failures = 0;
  readonly #scope: Scope;
  readonly #operations: readonly Operation[];
  readonly #onFailure: OnFailure;
  /** The index of the POST with each bulkId. */
  readonly #creating: ReadonlyMap<string, number>;
  /** The id of the resource that the POST with each bulkId creates. */
  readonly #ids: ReadonlyMap<string, string>;

  constructor(scope: Scope, operations: readonly Operation[], onFailure: OnFailure) {
    this.#scope = scope;
    this.#operations = operations;
    this.#onFailure = onFailure;
    const creating = new Map<string, number>();
    for (const [index, operation] of operations.entries()) {
      if (!isUnreadable(operation) && operation.method === 'POST') creating.set(operation.bulkId ?? '', index);
    }
    this.#creating = creating;
    this.#ids = new Map(Array.from(creating.keys(), (bulkId) => [bulkId, newId(scope.deps.clock)]));
    this.references = operations.map((operation) =>
      isUnreadable(operation) ? [] : referencesOf(operation).flatMap((bulkId) => creating.get(bulkId) ?? []),
    );
  }

  async runPart(indexes: readonly number[]): Promise<void> {
    const [only = 0] = indexes;
    if (indexes.length === 1) await this.#settle(only, () => this.#runOne(this.#scope, only));
    else await this.#runCircle(indexes);
  }

  async #settle(index: number, work: () => Promise<CompletedOperation>): Promise<void> {
    try {
      this.results.set(index, { failed: false, ...(await work()) });
    } catch (thrown) {
      await this.#fail(index, thrown);
    }
  }

  async #fail(index: number, thrown: unknown): Promise<void> {
    const operation = this.#operation(index);
    const error = toAppError(thrown);
    this.failures += 1;
    this.results.set(index, { failed: true, body: this.#failureBody(operation, error), ignored: [] });
    await this.#onFailure(thrown, error, isUnreadable(operation) ? operation : this.#withCreated(operation), index);
  }

  /** Returns the operation with the ids of the resources that were created before it. */
  #withCreated(operation: BulkOperation): BulkOperation {
    const created = new Map<string, string>();
    for (const bulkId of referencesOf(operation)) {
      const [id, index] = [this.#ids.get(bulkId), this.#creating.get(bulkId)];
      if (id !== undefined && index !== undefined && this.results.get(index)?.failed === false) created.set(bulkId, id);
    }
    return resolveReferences(operation, created);
  }

  async #runOne(scope: Scope, index: number): Promise<CompletedOperation> {
    const operation = this.#operation(index);
    if (isUnreadable(operation)) throw operation.error;
    const refusal = this.#brokenReference(operation, index);
    if (refusal !== undefined && (operation.method === 'POST' || operation.method === 'DELETE')) throw refusal;
    // References are resolved even if the operation is refused: it may still deactivate a user that the same request creates.
    const resolved = resolveReferences(operation, this.#ids);
    const { method, bulkId, type, id, version, data } = resolved;
    const outcome = await runners[method](scope, {
      type,
      id,
      query: {},
      body: data,
      ifMatch: version,
      ifNoneMatch: undefined,
      newId: method === 'POST' ? this.#ids.get(bulkId ?? '') : undefined,
      bulk: bulkParts(this.#separate(operation), index),
      refusal,
    });
    return { body: this.#successBody(resolved, outcome), ignored: outcome.ignored ?? [] };
  }

  /** Returns the operation as a separate request would have it. A new resource does not know its id. */
  #separate(operation: BulkOperation): BulkOperation {
    if (operation.method !== 'POST' || operation.bulkId === undefined) return resolveReferences(operation, this.#ids);
    const others = new Map(this.#ids);
    others.delete(operation.bulkId);
    return resolveReferences(operation, others);
  }

  /** Returns the error for an operation with a reference that cannot be resolved; undefined if all references can be resolved. */
  #brokenReference(operation: BulkOperation, index: number): AppError | undefined {
    const failed = this.references[index]?.find((other) => other !== index && this.results.get(other)?.failed === true);
    if (failed !== undefined) return brokenReference(this.#operation(failed).bulkId);
    return unknownReference(operation, this.#ids);
  }

  /** Creates resources that refer to each other (RFC 7644 §3.7.1). Fails for groups: they would be members of themselves. */
  async #runCircle(indexes: readonly number[]): Promise<void> {
    const operations = indexes.map((index) => this.#operation(index));
    const names = operations.map(({ bulkId }) => quote(bulkId)).join(', ');
    if (operations.some((operation) => !isUnreadable(operation) && operation.type === 'Group')) {
      const circle = new AppError('bulkReference', `The groups ${names} would contain each other in a cycle.`);
      for (const index of indexes) await this.#fail(index, circle);
      return;
    }
    let failing = indexes[0] ?? 0;
    try {
      const all = await inTransaction(this.#scope.deps.database, async (transaction) => {
        const scope = { ...this.#scope, deps: { ...this.#scope.deps, database: transaction } };
        const done: (readonly [number, CompletedOperation])[] = [];
        for (const index of indexes) {
          failing = index;
          done.push([index, await this.#runOne(scope, index)]);
        }
        return done;
      });
      for (const [index, one] of all) this.results.set(index, { failed: false, ...one });
    } catch (thrown) {
      const others = brokenReference(this.#operation(failing).bulkId);
      for (const index of indexes) await this.#fail(index, index === failing ? thrown : others);
    }
  }

  #operation(index: number): Operation {
    const operation = this.#operations[index];
    if (operation === undefined) throw new Error(`there is no operation ${index}`);
    return operation;
  }

  #successBody({ method, bulkId, type, id }: BulkOperation, outcome: Outcome): JsonObject {
    const { schemas } = this.#scope.deps;
    return {
      method,
      ...(bulkId !== undefined && { bulkId }),
      ...(outcome.tag !== undefined && { version: outcome.tag }),
      location: outcome.location ?? locationOf(this.#scope.baseUrl, schemas[type], id),
      status: String(outcome.status),
      ...(outcome.resource && { response: outcome.resource.body }),
    };
  }

  /** Returns the result of a failed operation, with the location of its resource, except for a failed POST (RFC 7644 §3.7.3). */
  #failureBody(operation: Operation, error: AppError): JsonObject {
    const { method, bulkId } = operation;
    const located = !isUnreadable(operation) && operation.id !== '' && !operation.id.startsWith('bulkId:');
    return {
      method,
      ...(bulkId !== undefined && { bulkId }),
      ...(located && {
        location: locationOf(this.#scope.baseUrl, this.#scope.deps.schemas[operation.type], operation.id),
      }),
      status: String(error.definition.status),
      response: errorBody(error),
    };
  }
}

function brokenReference(bulkId: string | undefined): AppError {
  return new AppError(
    'bulkReference',
    `The operation refers to ${quote(`bulkId:${bulkId ?? ''}`)}, but the operation with that bulkId failed.`,
    { attribute: 'bulkId', value: bulkId },
  );
}
