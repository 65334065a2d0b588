import { AppError, assert } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import { elementMatches } from '#scim/filter/evaluate.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { SELECTION_NAMES_MAX } from '#scim/limits.ts';
import {
  nameOf,
  printAttributePath,
  resolveAttributePath,
  splitAttributePath,
  type ResolvedAttribute,
} from '#scim/path/attribute-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isList } from './json-shape.ts';
import { isSchemaUrn } from './split-body.ts';

/** The attributes that a response returns (RFC 7644 §3.9). */
export interface Selection {
  readonly kind: 'default' | 'only' | 'without';
  /** Canonical names, as returned by `nameOf`, and URNs of extensions. */
  readonly names: ReadonlySet<string>;
  /** The filters on elements by the attribute's canonical name, as in `attributes=members[value gt "x"]`. */
  readonly elements: ReadonlyMap<string, TypedElementFilter>;
  /** Names that no schema has, as written. They select nothing, and the response reports them. */
  readonly unknown?: readonly string[];
}

/**
 * Parses the query parameters `attributes` and `excludedAttributes`: comma-separated names in any case, with or without URN
 * and sub-attribute, or the URN of a schema. Unknown names select nothing, and are listed in `unknown`. If both parameters
 * are sent, only `attributes` is used. Throws `invalidQuery` for more than SELECTION_NAMES_MAX names, and the errors of
 * `parseFilter` and `typeFilter`.
 *
 * @example
 * parseSelection(schema, 'USERNAME,emails.value', undefined).names; // Set { 'userName', 'emails.value' }
 */
export function parseSelection(
  schema: ResourceSchema,
  attributes: string | undefined,
  excludedAttributes: string | undefined,
): Selection {
  const only = splitNames('attributes', attributes);
  if (only.length > 0) return selectOnly(schema, only);
  const without = splitNames('excludedAttributes', excludedAttributes);
  return without.length === 0
    ? everything
    : { kind: 'without', ...resolveNames(schema, without), elements: noElements };
}

const noElements: ReadonlyMap<string, TypedElementFilter> = new Map();
const everything: Selection = { kind: 'default', names: new Set(), elements: noElements };

/** Resolves the selected names, some of which have a filter on their elements. Throws the errors of `parseFilter` and `typeFilter`. */
function selectOnly(schema: ResourceSchema, only: readonly string[]): Selection {
  const plain = only.filter((name) => !name.includes('['));
  const elements = new Map<string, TypedElementFilter>();
  const unknown: string[] = [];
  for (const written of only.filter((name) => name.includes('[')).map(parseFilter)) {
    if (written.kind !== 'valuePath') throw notSelectable();
    if (resolveAttributePath(schema, written.path) === undefined) {
      unknown.push(printAttributePath(written.path));
      continue;
    }
    const filter = typeFilter(schema, written);
    assert(filter.kind === 'valuePath', 'typeFilter keeps the kind of a filter whose attribute exists');
    const name = nameOf(filter.target);
    const before = elements.get(name);
    elements.set(name, before === undefined ? filter.filter : { kind: 'or', operands: [before, filter.filter] });
  }
  const resolved = resolveNames(schema, [...plain, ...elements.keys()]);
  return { kind: 'only', names: resolved.names, elements, unknown: [...resolved.unknown, ...unknown] };
}

function notSelectable(): AppError {
  return new AppError(
    'invalidQuery',
    'attributes must be a comma-separated list of names. A name can have a filter in brackets, as in members[value gt "x"].',
    { attribute: 'attributes' },
  );
}

function splitNames(parameter: string, text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const names = text.includes('[') ? splitOutsideBrackets(text) : text.split(',', SELECTION_NAMES_MAX + 1);
  if (names.length > SELECTION_NAMES_MAX) {
    throw new AppError('invalidQuery', `${parameter} has more than ${SELECTION_NAMES_MAX} names. Send fewer names.`, {
      attribute: parameter,
    });
  }
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** Splits the text at commas, except those inside the brackets or the strings of a filter. */
function splitOutsideBrackets(text: string): readonly string[] {
  const names: string[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted && character === '\\') index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '[') depth += 1;
    else if (!quoted && character === ']') depth -= 1;
    else if (!quoted && character === ',' && depth === 0) {
      names.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...names, text.slice(start)];
}

function resolveNames(schema: ResourceSchema, names: readonly string[]) {
  const resolved = names.map((name) => [name, resolveName(schema, name)] as const);
  return {
    names: new Set(resolved.flatMap(([, found]) => found)),
    unknown: resolved.flatMap(([name, found]) => (found.length === 0 ? [name] : [])),
  };
}

function resolveName(schema: ResourceSchema, name: string): readonly string[] {
  if (isSchemaUrn(schema, name)) {
    const extension = schema.extensions.get(name.toLowerCase());
    return extension === undefined ? schema.core.attributes.map((attribute) => attribute.name) : [extension.urn];
  }
  const found = resolveAttributePath(schema, splitAttributePath(name, 0));
  return found === undefined ? [] : [nameOf(found)];
}

/** True if a response returns the attribute. If it is false for `members` or `groups`, the store need not load them. */
export function wants(selection: Selection, schema: ResourceSchema, attributeName: string): boolean {
  if (selection.kind !== 'default') return isWanted(selection, schema, attributeName);
  let known = wantedByDefault.get(schema);
  if (known === undefined) wantedByDefault.set(schema, (known = new Map()));
  let wanted = known.get(attributeName);
  if (wanted === undefined) known.set(attributeName, (wanted = isWanted(selection, schema, attributeName)));
  return wanted;
}

/** Caches the results of `wants` for responses without a selection. Only a few names are looked up. */
const wantedByDefault = new WeakMap<ResourceSchema, Map<string, boolean>>();

function isWanted(selection: Selection, schema: ResourceSchema, attributeName: string): boolean {
  const found = resolveAttributePath(schema, splitAttributePath(attributeName, 0));
  return found !== undefined && isReturned(selection, { ...found, sub: undefined });
}

/**
 * How one member of a resource is returned: unchanged, as a whole object or list, as the elements that match a filter, with some
 * of its sub-attributes, or with some attributes of an extension.
 */
type MemberPlan =
  | { readonly kind: 'whole' | 'object' }
  | { readonly kind: 'elements'; readonly filter: TypedElementFilter; readonly rest: MemberPlan }
  | { readonly kind: 'subAttributes'; readonly names: ReadonlySet<string> }
  | { readonly kind: 'extension'; readonly members: Plan };

/** Maps canonical names to plans. A member without a plan is left out. */
type Plan = ReadonlyMap<string, MemberPlan>;

/** Plans are cached: per schema for requests without a selection, which most requests are, and per selection for all others. */
const defaultPlans = new WeakMap<ResourceSchema, Plan>();
const plans = new WeakMap<Selection, Plan>();

function planOf(schema: ResourceSchema, selection: Selection): Plan {
  const isDefault = selection.kind === 'default';
  const known = isDefault ? defaultPlans.get(schema) : plans.get(selection);
  if (known !== undefined) return known;
  const extensions = [...schema.extensions.values()].map(({ urn, attributes }) => {
    const members = planAttributes([...attributes.values()], urn, selection);
    return [urn, { kind: 'extension', members }] as const;
  });
  const plan = new Map<string, MemberPlan>([
    ...planAttributes([...schema.attributes.values()], undefined, selection),
    ...extensions,
  ]);
  if (isDefault) defaultPlans.set(schema, plan);
  else plans.set(selection, plan);
  return plan;
}

function planAttributes(
  attributes: readonly AttributeDefinition[],
  extension: string | undefined,
  selection: Selection,
): Plan {
  return new Map(
    attributes.flatMap((attribute): [string, MemberPlan][] => {
      const target = { extension, attribute, sub: undefined };
      if (!isReturned(selection, target)) return [];
      const all = attribute.subAttributes;
      const names = all && returnedSubAttributes(selection, target);
      const filter = selection.elements.get(nameOf(target));
      const whole: MemberPlan = names === undefined ? { kind: 'whole' } : objectPlan(attribute, names);
      return [[attribute.name, filter === undefined ? whole : { kind: 'elements', filter, rest: whole }]];
    }),
  );
}

function objectPlan(attribute: AttributeDefinition, names: ReadonlySet<string>): MemberPlan {
  return names.size === attribute.subAttributes?.length ? { kind: 'object' } : { kind: 'subAttributes', names };
}

/**
 * Returns the resource as a response represents it: applies `returned` to attributes and sub-attributes (RFC 7643 §2.2), and then
 * the selection. The given resource must be canonical and complete, with `id`, `schemas` and `meta`. Leaves out attributes
 * that no schema has.
 *
 * @example
 * project(schema, { id: '1', userName: 'ann', title: 'x' }, parseSelection(schema, 'userName', undefined));
 * // { id: '1', userName: 'ann' }
 */
export function project(schema: ResourceSchema, resource: JsonObject, selection: Selection): JsonObject {
  return projectMembers(resource, planOf(schema, selection));
}

function projectMembers(members: JsonObject, plan: Plan): JsonObject {
  const projected: Record<string, JsonValue> = {};
  for (const name of Object.keys(members)) {
    const member = plan.get(name);
    const value = members[name];
    if (member === undefined || value === undefined) continue;
    const kept = projectMember(value, member);
    if (kept !== undefined) projected[name] = kept;
  }
  return projected;
}

function projectMember(value: JsonValue, plan: MemberPlan): JsonValue | undefined {
  switch (plan.kind) {
    case 'whole':
      return value;
    case 'object':
      return typeof value === 'object' ? value : undefined;
    case 'elements': {
      const elements = isList(value) ? value.filter((element) => elementMatches(plan.filter, element)) : [];
      return elements.length === 0 ? undefined : projectMember(elements, plan.rest);
    }
    case 'subAttributes':
      return projectComplex(value, plan.names);
    case 'extension': {
      const inner = isObject(value) ? projectMembers(value, plan.members) : {};
      return Object.keys(inner).length === 0 ? undefined : inner;
    }
  }
}

function projectComplex(value: JsonValue, subs: ReadonlySet<string>): JsonValue | undefined {
  if (isList(value)) {
    const elements = value.flatMap((element) => projectComplex(element, subs) ?? []);
    return elements.length === 0 && value.length > 0 ? undefined : elements;
  }
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter(([name]) => subs.has(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isReturned(selection: Selection, target: ResolvedAttribute): boolean {
  const { attribute, extension } = target;
  if (attribute.returned === 'never') return false;
  if (attribute.returned === 'always') return true;
  const { kind, names } = selection;
  const named = names.has(nameOf(target)) || (extension !== undefined && names.has(extension));
  switch (kind) {
    case 'only':
      return named || namedSubAttributes(selection, target).length > 0;
    case 'without':
      return attribute.returned === 'default' && !named;
    case 'default':
      return attribute.returned === 'default';
  }
}

function namedSubAttributes({ names }: Selection, target: ResolvedAttribute): readonly AttributeDefinition[] {
  return (target.attribute.subAttributes ?? []).filter((sub) => names.has(nameOf({ ...target, sub })));
}

function returnedSubAttributes(selection: Selection, target: ResolvedAttribute): ReadonlySet<string> {
  const named = namedSubAttributes(selection, target);
  // `attributes=emails,emails.value` selects the whole attribute, not only the sub-attribute.
  const whole = selection.names.has(nameOf(target)) || selection.names.has(target.extension ?? '');
  const some = selection.kind === 'only' && named.length > 0 && !whole;
  const returned = (target.attribute.subAttributes ?? []).filter((sub) => {
    if (sub.returned === 'never') return false;
    if (sub.returned === 'always') return true;
    if (selection.kind === 'only' && named.includes(sub)) return true;
    if (some || sub.returned === 'request') return false;
    return selection.kind !== 'without' || !named.includes(sub);
  });
  return new Set(returned.map((sub) => sub.name));
}
