import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Filter, TypedElementFilter } from '#scim/filter/ast.ts';
import { printFilter } from '#scim/filter/print.ts';
import type { PatchOperation, PatchTarget } from '#scim/patch/operation.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { nameOf } from '#scim/path/attribute-path.ts';
import { isList } from '#scim/resource/json-shape.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';

/** The operations of a PATCH in the form of RFC 7644, and whether the client sent them in another form. */
export interface RfcOperations {
  readonly operations: readonly JsonObject[];
  readonly differs: boolean;
}

/**
 * Returns the operations of a PATCH in the form of RFC 7644, as the directory applies them; undefined if it refuses to read them.
 *
 * @example
 * rfcOperations(schema, { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] });
 * // { operations: [{ op: 'replace', path: 'active', value: false }], differs: true }
 */
export function rfcOperations(schema: ResourceSchema, body: JsonValue): RfcOperations | undefined {
  try {
    const { operations } = readPatchRequest(schema, body, { unknownAttributes: 'ignore' });
    const shown = operations.flatMap(inRfcForm);
    return { operations: shown, differs: JSON.stringify(shown) !== JSON.stringify(sentOperations(body)) };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function inRfcForm(operation: PatchOperation): readonly JsonObject[] {
  const path = pathOf(operation.target);
  if (operation.op !== 'remove') return [{ op: operation.op, path, value: operation.value }];
  const { values } = operation;
  if (values === undefined) return [{ op: 'remove', path }];
  return values.map((value) => ({ op: 'remove', path: `${path}[value eq ${JSON.stringify(value)}]` }));
}

function pathOf({ extension, attribute, sub, filter }: PatchTarget): string {
  const name = nameOf({ extension, attribute, sub: undefined });
  const selected = filter === undefined ? '' : `[${printFilter(written(filter))}]`;
  return `${name}${selected}${sub === undefined ? '' : `.${sub.name}`}`;
}

/** Returns a filter that was checked against a schema as a filter that can be printed. */
function written(filter: TypedElementFilter): Filter {
  const pathTo = (name: string) => ({ urn: undefined, name, subName: undefined, position: 0 });
  switch (filter.kind) {
    case 'comparison':
      return { kind: 'comparison', path: pathTo(filter.target.name), operator: filter.operator, value: filter.value };
    case 'present':
      return { kind: 'present', path: pathTo(filter.target.name) };
    case 'not':
      return { kind: 'not', operand: written(filter.operand) };
    case 'and':
    case 'or':
      return { kind: filter.kind, operands: filter.operands.map(written) };
  }
}

/** Returns the operations as the client sent them, with their members in the order op, path, value. */
function sentOperations(body: JsonValue): readonly JsonValue[] {
  const operations = isObject(body) ? body['Operations'] : undefined;
  if (operations === undefined || !isList(operations)) return [];
  return operations.map((operation) => {
    if (!isObject(operation)) return operation;
    const { op, path, value, ...others } = operation;
    return {
      ...(op !== undefined && { op }),
      ...(path !== undefined && { path }),
      ...(value !== undefined && { value }),
      ...others,
    };
  });
}
