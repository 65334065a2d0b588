import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { ENTERPRISE_USER, sameName } from './target-name.ts';

/**
 * What Entra ID's client reads into types of its own, so that another shape breaks it (§2.2): `"True"` for a boolean, a
 * string for an object. It knows no other attributes, and nulls are no value to it.
 */
interface Shapes {
  readonly booleans: readonly string[];
  readonly objects: readonly string[];
  readonly lists: readonly string[];
}

const shapes: Readonly<Record<ObjectType, Shapes>> = {
  User: {
    booleans: ['active'],
    objects: ['meta', 'name', ENTERPRISE_USER],
    lists: ['addresses', 'emails', 'ims', 'phoneNumbers', 'roles'],
  },
  Group: { booleans: [], objects: ['meta'], lists: ['members'] },
};

/** What is wrong with a resource that a target answered; undefined when Entra ID can read it. */
export function shapeFault(type: ObjectType, resource: JsonObject): string | undefined {
  const { booleans, objects, lists } = shapes[type];
  const problems = Object.entries(resource).map(([name, value]) => {
    if (value === null) return undefined;
    const isOneOf = (names: readonly string[]) => names.some((candidate) => sameName(candidate, name));
    if (isOneOf(booleans)) return notBoolean(name, value);
    if (isOneOf(objects)) return notObject(name, value) ?? wrongManager(name, value);
    return isOneOf(lists) ? notElements(name, value) : undefined;
  });
  return problems.find((problem) => problem !== undefined);
}

function notBoolean(name: string, value: JsonValue): string | undefined {
  return typeof value === 'boolean' ? undefined : `${name} is ${JSON.stringify(value)}, and no boolean`;
}

function notObject(name: string, value: JsonValue): string | undefined {
  return isObject(value) ? undefined : `${name} is no object`;
}

function wrongManager(name: string, value: JsonValue): string | undefined {
  if (!sameName(name, ENTERPRISE_USER) || !isObject(value)) return undefined;
  const manager = Object.entries(value).find(([key]) => sameName(key, 'manager'))?.[1] ?? null;
  return manager === null ? undefined : notObject('manager', manager);
}

function notElements(name: string, value: JsonValue): string | undefined {
  if (!Array.isArray(value)) return `${name} is no list`;
  for (const element of value as readonly JsonValue[]) {
    if (!isObject(element)) return `an element of ${name} is no object`;
    const primary = element['primary'] ?? null;
    const problem = primary === null ? undefined : notBoolean(`primary of ${name}`, primary);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
