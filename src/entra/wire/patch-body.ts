import type { JsonObject, JsonValue } from '#base/json.ts';
import type { FlatChange, FlatValue } from './flat-resource.ts';
import { isWholeRoles, roleAsText, roleElement } from './role-element.ts';
import { asBoolean, isCoreBoolean, isManagerName, parseTargetName, type TargetName } from './target-name.ts';

const PATCH_OPERATION = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The format of a PATCH. Entra ID follows RFC 7644 only if the Tenant URL has the flag aadOptscim062020 (§1.7). */
export type Dialect = 'flag' | 'noFlag';

export interface MemberChange {
  readonly op: 'add' | 'remove';
  readonly memberIds: readonly string[];
}

/** A change with the parsed name of its target attribute. */
interface NamedChange extends FlatChange {
  readonly name: TargetName;
}

/**
 * Builds the body of a PATCH request for a user or a group (§1.10 rules 4 and 5).
 *
 * @example
 * patchBody([{ target: 'active', op: 'replace', value: false }], 'noFlag');
 * // { schemas: […], Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }
 */
export function patchBody(changes: readonly FlatChange[], dialect: Dialect): JsonObject {
  const named = changes.map((change) => ({ ...change, name: parseTargetName(change.target) }));
  return envelope(dialect === 'flag' ? flagOperations(named) : plainOperations(named));
}

/** Builds the body of a PATCH request that adds or removes members of a group. */
export function membersBody({ op, memberIds }: MemberChange, dialect: Dialect): JsonObject {
  if (dialect === 'noFlag') {
    const value = memberIds.map((id) => ({ $ref: null, value: id }));
    return envelope([{ op: op === 'add' ? 'Add' : 'Remove', path: 'members', value }]);
  }
  if (op === 'add') return envelope([{ op, path: 'members', value: memberIds.map((id) => ({ value: id })) }]);
  return envelope(memberIds.map((id) => ({ op, path: `members[value eq "${id}"]` })));
}

function envelope(operations: readonly JsonObject[]): JsonObject {
  return { schemas: [PATCH_OPERATION], Operations: operations };
}

const capitals = { add: 'Add', replace: 'Replace', remove: 'Remove' } as const;

/**
 * Returns the operations for a Tenant URL without the flag: one per attribute, in the order of the mappings. Booleans are written as
 * strings, and roles as JSON in a string.
 */
function plainOperations(changes: readonly NamedChange[]): readonly JsonObject[] {
  const singleRole = changes.filter(isPartOfRole);
  return changes.flatMap((change) => {
    if (change === singleRole[0]) return singleRoleOperation(singleRole);
    if (singleRole.includes(change)) return [];
    return [operation(capitals[change.op], change.target, plainValue(change))];
  });
}

function operation(op: string, path: string, value: JsonValue | undefined): JsonObject {
  return { op, path, ...(value !== undefined && { value }) };
}

function plainValue({ name, op, value }: NamedChange): JsonValue | undefined {
  if (value === undefined) return undefined;
  const isBoolean = typeof value === 'boolean' || isCoreBoolean(name);
  const booleanValue = isBoolean ? asBoolean(value) : undefined;
  if (booleanValue !== undefined) return booleanValue ? 'True' : 'False';
  // Only AssertiveAppRoleAssignmentsComplex replaces roles, and Microsoft's example for it has roles as objects, not as strings.
  return isWholeRoles(name) && op === 'add' && isFlatList(value) ? value.map(roleAsText) : elements(name, value);
}

function isFlatList(value: FlatValue): value is readonly FlatValue[] {
  return Array.isArray(value);
}

function elements(name: TargetName, value: FlatValue): JsonValue {
  return isWholeRoles(name) && isFlatList(value) ? value.map(roleElement) : toJson(value);
}

function toJson(value: FlatValue): JsonValue {
  return value as JsonValue;
}

/** True for a sub-attribute of the role that SingleAppRoleAssignment is mapped to, such as `roles[primary eq "True"].value`. */
function isPartOfRole({ name, op }: NamedChange): boolean {
  return (
    name.schema === undefined &&
    name.attribute.toLowerCase() === 'roles' &&
    name.element !== undefined &&
    op !== 'remove'
  );
}

function singleRoleOperation(parts: readonly NamedChange[]): readonly JsonObject[] {
  const members = Object.fromEntries(
    parts.map(({ name, value }) => [
      name.path.join('.').toLowerCase() || 'value',
      value === undefined ? null : toJson(value),
    ]),
  );
  if (members['value'] === undefined)
    return parts.map((part) => operation(capitals[part.op], part.target, plainValue(part)));
  return [operation('Add', 'roles', [roleAsText(members)])];
}

/**
 * Returns the operations for a Tenant URL with the flag: first those for names with a filter, then the additions, then the replacements.
 * Several replacements are combined into one operation without a path, whose value has the paths as keys. A single replacement has a path.
 */
function flagOperations(changes: readonly NamedChange[]): readonly JsonObject[] {
  const filtered = changes.filter(({ name }) => name.element !== undefined);
  const others = changes.filter(({ name }) => name.element === undefined);
  const replaced = others.filter(isCombinable);
  const withPath = [...filtered, ...others.filter((change) => !isCombinable(change))];
  return [...withPath.map((change) => operation(change.op, change.target, flagValue(change))), ...combined(replaced)];
}

/** True for a replacement that can be combined with others: not for lists, and not for the manager, which is exported separately. */
function isCombinable({ name, op, value }: NamedChange): boolean {
  return op === 'replace' && value !== undefined && !isFlatList(value) && !isManagerName(name);
}

function combined(changes: readonly NamedChange[]): readonly JsonObject[] {
  const [only] = changes;
  if (changes.length <= 1) {
    return only === undefined ? [] : [operation('replace', only.target, flagValue(only))];
  }
  const value = Object.fromEntries(changes.map((change) => [change.target, flagValue(change) ?? null]));
  return [{ op: 'replace', value }];
}

function flagValue({ name, value }: NamedChange): JsonValue | undefined {
  if (value === undefined) return undefined;
  return isCoreBoolean(name) ? (asBoolean(value) ?? toJson(value)) : elements(name, value);
}
