import { AppError } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { PATCH_OPERATIONS_MAX } from '#scim/limits.ts';
import { ignoredAttributes, type IgnoredReport, type UnknownAttributes } from '#scim/resource/ignored-attributes.ts';
import { describeKind, isList } from '#scim/resource/json-shape.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { splitOperation } from './dialects/entra.ts';
import { operationsOfPartialResource } from './dialects/partial-resource.ts';
import type { IgnoredAttribute, PatchOperation } from './operation.ts';
import { membersByName, readOperation } from './read-operation.ts';
import { resolveOperation } from './resolve-operation.ts';

export interface PatchRequestOptions extends UnknownAttributes {
  /** The canonical names, as returned by `nameOf`, of attributes that are treated as unknown. */
  readonly unsupported?: ReadonlySet<string> | undefined;
}

export interface PatchRequest {
  readonly operations: readonly PatchOperation[];
  readonly ignored: readonly IgnoredAttribute[];
}

/**
 * Converts the body of a PATCH request (RFC 7644 §3.5.2) to operations on attributes of the schema. The operations no longer depend on
 * the dialect of the client. Throws `invalidBody`, `tooManyOperations`, `invalidPath`, `unknownPath`, `noTarget`, `mutability`,
 * `forbiddenKey`, `unknownAttribute`, and the errors of `normalizeValue`.
 *
 * @example
 * readPatchRequest(schema, { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }, options);
 * // { operations: [{ op: 'replace', target: { text: 'active', … }, value: false, … }], ignored: [] }
 */
export function readPatchRequest(schema: ResourceSchema, body: JsonValue, options: PatchRequestOptions): PatchRequest {
  const ignored: IgnoredReport = new Map();
  const targeted = readOperations(body).flatMap((raw, index) => splitOperation(schema, readOperation(raw, index)));
  requireOperationCount(targeted.length);
  const context = { schema, unsupported: options.unsupported, ignored, unknownPaths: new Set<string>() };
  const operations = targeted.flatMap((operation) => resolveOperation(context, operation));
  return { operations, ignored: ignoredAttributes(ignored, options, context.unknownPaths) };
}

function readOperations(body: JsonValue): readonly JsonValue[] {
  if (!isObject(body)) throw invalidBody(`must be an object with Operations, but ${describeKind(body)} was sent`);
  const operations = operationsOfPartialResource(body) ?? membersByName(body).get('operations');
  if (!isList(operations)) {
    throw invalidBody(
      `must have a list of Operations, but ${operations === undefined ? 'none' : describeKind(operations)} was sent`,
    );
  }
  if (operations.length === 0) throw invalidBody('must have at least one operation, but Operations is empty');
  requireOperationCount(operations.length);
  return operations;
}

function requireOperationCount(count: number): void {
  if (count <= PATCH_OPERATIONS_MAX) return;
  throw new AppError(
    'tooManyOperations',
    `The PATCH request has ${count} operations, one for each attribute, but at most ${PATCH_OPERATIONS_MAX} are allowed. Split it into several requests.`,
    { attribute: 'Operations', value: count },
  );
}

function invalidBody(reason: string): AppError {
  return new AppError('invalidBody', `The body of a PATCH request ${reason} (RFC 7644 §3.5.2).`, {
    attribute: 'Operations',
  });
}
