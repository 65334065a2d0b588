import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { ENTERPRISE_USER, sameName } from './target-name.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

const { answers } = standInTexts;

/**
 * The attributes that Entra ID's client deserializes into typed members. A value of another type, such as `"True"` for a boolean, is an
 * error (§2.2). The client does not check the types of other attributes, and ignores null values.
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

/** Returns what is wrong with a resource in a response of the target; undefined if Entra ID can read the resource. */
export function shapeProblem(type: ObjectType, resource: JsonObject): string | undefined {
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
  return typeof value === 'boolean' ? undefined : answers.notBoolean(name, JSON.stringify(value));
}

function notObject(name: string, value: JsonValue): string | undefined {
  return isObject(value) ? undefined : answers.attributeNoObject(name);
}

function wrongManager(name: string, value: JsonValue): string | undefined {
  if (!sameName(name, ENTERPRISE_USER) || !isObject(value)) return undefined;
  const manager = Object.entries(value).find(([key]) => sameName(key, 'manager'))?.[1] ?? null;
  return manager === null ? undefined : notObject('manager', manager);
}

function notElements(name: string, value: JsonValue): string | undefined {
  if (!Array.isArray(value)) return answers.attributeNoList(name);
  for (const element of value as readonly JsonValue[]) {
    if (!isObject(element)) return answers.elementNoObject(name);
    const primary = element['primary'] ?? null;
    const problem = primary === null ? undefined : notBoolean(answers.primaryOf(name), primary);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
