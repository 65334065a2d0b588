import { AppError } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { PATCH_OPERATIONS_MAX } from '#scim/limits.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { memberNamed } from '#scim/resource/json-shape.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { expectedVersion, type Preconditions } from './precondition.ts';
import type { ResourceEndpoint, Scope } from './resource-endpoint.ts';

/** A PUT or a PATCH of one resource. */
interface Change extends Preconditions {
  readonly id: string;
  readonly body: JsonValue | undefined;
}

/**
 * Runs a change of a user, which is applied completely or not at all. If the change is refused but sets `active` to false, suspends
 * the user in a separate transaction, and says so in the error. The suspension fails only if a request that sets nothing but `active`
 * would fail, too: because of a missing permission, another owner, or If-Match. An identity source repeats a refused request for
 * weeks, and a person who left must not keep access because an email address in the same request is wrong (decision 032).
 *
 * Throws the errors of `change`.
 *
 * @example
 * // [{ replace, email, taken }, { replace, active, "False" }] gets 409, and the user is suspended.
 */
export async function changeOrDeactivate<Resource, Result>(
  { deps, isEvaluation = false }: Scope,
  endpoint: ResourceEndpoint<Resource>,
  request: Change,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (endpoint.schema.name !== 'User' || !(error instanceof AppError) || error.definition.status >= 500) throw error;
    // Within a larger transaction the suspension would be rolled back, too.
    const isRolledBackWithIt = deps.database.isTransaction && !isEvaluation;
    const deactivation = isRolledBackWithIt ? undefined : deactivationOf(endpoint.schema, request.body);
    if (deactivation === undefined || !(await tryDeactivation(endpoint, request, deactivation))) throw error;
    throw withDeactivation(error);
  }
}

/** Applies only the deactivation. Returns false if the deactivation is refused, too. */
async function tryDeactivation<Resource>(
  endpoint: ResourceEndpoint<Resource>,
  request: Change,
  operation: PatchOperation,
): Promise<boolean> {
  try {
    const version = expectedVersion(request);
    await endpoint.patch(request.id, { operations: [operation], ignored: [], expectedVersion: version });
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function withDeactivation(error: AppError): AppError {
  const note =
    'The user is suspended, because the request sets active to false; nothing else in the request was applied.';
  const { attribute, value, position, retryAfterSeconds, reason } = error;
  return new AppError(error.code, `${note} ${error.message}`, {
    attribute,
    value,
    position,
    retryAfterSeconds,
    reason: reason && { ...reason, messageFor: (at, language) => `${note} ${reason.messageFor(at, language)}` },
    recorded: `${note} ${error.recorded}`,
    cause: error,
  });
}

/**
 * Returns the last operation on `active` in the body of a PUT or a PATCH, if that operation sets `active` to false. Each operation is
 * parsed separately, because any other operation may be the reason why the request was refused.
 */
function deactivationOf(schema: ResourceSchema, body: JsonValue | undefined): PatchOperation | undefined {
  const last = rawOperations(body)
    .slice(-PATCH_OPERATIONS_MAX)
    .flatMap((operation) => activePart(operation))
    .flatMap((operation) => read(schema, operation))
    .findLast(({ target }) => target.attribute.name === 'active' && target.extension === undefined);
  return last?.op !== 'remove' && last?.value === false ? last : undefined;
}

/**
 * Returns the operations of a PATCH. The body of a PUT, or of a PATCH without operations, counts as one operation that sets all attributes
 * in the body.
 */
function rawOperations(body: JsonValue | undefined): readonly JsonValue[] {
  if (!isObject(body)) return [];
  const operations = memberNamed(body, 'operations');
  return Array.isArray(operations) ? operations : [{ op: 'replace', value: body }];
}

/** Returns the part of an operation that sets or removes `active`. */
function activePart(operation: JsonValue): readonly JsonValue[] {
  if (!isObject(operation)) return [];
  const path = memberNamed(operation, 'path');
  if (typeof path === 'string' && path !== '') return /\bactive$/i.test(path) ? [operation] : [];
  const value = memberNamed(operation, 'value');
  const active = isObject(value) ? memberNamed(value, 'active') : undefined;
  return active === undefined ? [] : [{ op: memberNamed(operation, 'op') ?? 'replace', path: 'active', value: active }];
}

function read(schema: ResourceSchema, operation: JsonValue): readonly PatchOperation[] {
  try {
    return readPatchRequest(schema, { Operations: [operation] }, { unknownAttributes: 'ignore' }).operations;
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
