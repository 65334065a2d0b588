import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { describeKind, requireSafeName } from '#scim/resource/json-shape.ts';
import type { PatchOperation } from './operation.ts';

/** One element of `Operations` as sent, only its shape checked. */
export interface RequestedOperation {
  readonly op: PatchOperation['op'];
  /** undefined where there is none, or a blank one. */
  readonly path: string | undefined;
  /** undefined where there is none; null is a value. */
  readonly value: JsonValue | undefined;
  /** Its place in the request, for messages: `Operations[2]`. */
  readonly place: string;
}

const operationNames = ['add', 'replace', 'remove'] as const;

/**
 * An operation of RFC 7644 §3.5.2, keys and `op` in any case: Entra ID without its flag writes `Add`. Throws invalidBody,
 * which names the operation by its index; noTarget for a remove without a path (§3.5.2.2); forbiddenKey.
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
      `${place} removes, but has no path, so that it is not known what is to be removed. Send a path.`,
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

/** The members of a message by lower-case name. The names are the protocol's, and unknown ones are not looked at. */
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
    throw invalid(place, `has as path ${describeKind(path)}; send a string such as "name.givenName"`);
  const trimmed = path.trim();
  return trimmed === '' ? undefined : trimmed;
}

function invalid(place: string, reason: string): AppError {
  return new AppError('invalidBody', `${place} of the PATCH request ${reason} (RFC 7644 §3.5.2).`, {
    attribute: place,
  });
}
