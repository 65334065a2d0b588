import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { describeKind, requireSafeName } from '#scim/resource/json-shape.ts';
import type { PatchOperation } from './operation.ts';

/** One element of `Operations` as the client sent it. Only its shape has been checked. */
export interface RequestedOperation {
  readonly op: PatchOperation['op'];
  /** undefined if it is missing or blank. */
  readonly path: string | undefined;
  /** undefined if it is missing; null counts as a value. */
  readonly value: JsonValue | undefined;
  /** The position of the operation in the request, as error messages show it, such as `Operations[2]`. */
  readonly place: string;
}

const operationNames = ['add', 'replace', 'remove'] as const;

/**
 * Reads an operation (RFC 7644 §3.5.2). Its keys and `op` may have any case, since Entra ID without its flag sends `Add`. Throws
 * `invalidBody` with the index of the operation, `noTarget` for a remove operation without a path (§3.5.2.2), and `forbiddenKey`.
 *
 * @example
 * readOperation({ op: 'Add', path: 'title', value: 'x' }, 0);
 * // { op: 'add', path: 'title', value: 'x', place: 'Operations[0]' }
 */
export function readOperation(raw: JsonValue, index: number): RequestedOperation {
  const place = `Operations[${index}]`;
  if (!isObject(raw)) throw invalid(place, `must be an object with op, path and value, but is ${describeKind(raw)}`);
  const members = membersByName(raw);
  const op = readOp(members.get('op'), place);
  const path = readPath(members.get('path'), place);
  const value = members.get('value');
  if (op === 'remove' && path === undefined) {
    throw new AppError(
      'noTarget',
      `${place} is a remove operation, but has no path, so it is not clear what to remove. Send a path.`,
    );
  }
  if (op !== 'remove' && value === undefined) {
    throw invalid(
      place,
      `(${op}${path === undefined ? '' : ` ${quote(path)}`}) has no value; send one, or null to remove what the path names`,
    );
  }
  return { op, path, value, place };
}

/** Returns the members of a protocol message by their lowercase names. Throws `forbiddenKey`. */
export function membersByName(object: { readonly [name: string]: JsonValue }): ReadonlyMap<string, JsonValue> {
  return new Map(
    Object.entries(object).map(([name, value]) => {
      requireSafeName(name);
      return [name.toLowerCase(), value];
    }),
  );
}

function readOp(op: JsonValue | undefined, place: string): PatchOperation['op'] {
  const wanted = typeof op === 'string' ? op.trim().toLowerCase() : undefined;
  const known = operationNames.find((name) => name === wanted);
  if (known !== undefined) return known;
  throw invalid(
    place,
    op === undefined
      ? 'has no op; send add, replace or remove'
      : `has the op ${quote(op)}; send add, replace or remove`,
  );
}

function readPath(path: JsonValue | undefined, place: string): string | undefined {
  if (path === undefined || path === null) return undefined;
  if (typeof path !== 'string')
    throw invalid(place, `has ${describeKind(path)} as its path; send a string such as "name.givenName"`);
  const trimmed = path.trim();
  return trimmed === '' ? undefined : trimmed;
}

function invalid(place: string, reason: string): AppError {
  return new AppError('invalidBody', `${place} of the PATCH request ${reason} (RFC 7644 §3.5.2).`, {
    attribute: place,
  });
}
