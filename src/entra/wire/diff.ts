import { isObject, type JsonValue } from '#base/json.ts';
import type { FlatChange, FlatResource, FlatValue } from './flat-resource.ts';
import { asBoolean } from './target-name.ts';

/** The properties of a target attribute that determine how it is compared. A compiled mapping has them. */
export interface ComparedAttribute {
  readonly target: string;
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Reference' | 'Binary';
  readonly caseExact: boolean;
  /** True to only add missing values to a list, and never remove values. Used for AppRoleAssignmentsComplex (§1.6). */
  readonly addOnly?: boolean;
}

/**
 * Returns the changes that give the target the wanted values, in the order of the mappings (§1.10 rule 3). Attributes without a wanted
 * value are not changed, because Entra ID never sends nulls.
 *
 * @example
 * const title = { target: 'title', type: 'String', caseExact: false } as const;
 * diff([title], new Map([['title', 'Head']]), new Map()); // [{ target: 'title', op: 'add', value: 'Head' }]
 */
export function diff(
  attributes: readonly ComparedAttribute[],
  wanted: FlatResource,
  present: FlatResource,
): readonly FlatChange[] {
  return attributes.flatMap((attribute) => {
    const value = wanted.get(attribute.target);
    return value === undefined ? [] : changeOf(attribute, value, present.get(attribute.target));
  });
}

function changeOf(
  attribute: ComparedAttribute,
  wanted: FlatValue,
  present: FlatValue | undefined,
): readonly FlatChange[] {
  const { target } = attribute;
  if (present === undefined || isEmptyList(present)) {
    return isEmptyList(wanted) ? [] : [{ target, op: 'add', value: wanted }];
  }
  if (attribute.addOnly === true && isList(wanted)) {
    const missing = wanted.filter((element) => !includes(attribute, toList(present), element));
    return missing.length === 0 ? [] : [{ target, op: 'add', value: missing }];
  }
  return isSame(attribute, wanted, present) ? [] : [{ target, op: 'replace', value: wanted }];
}

function isList(value: FlatValue): value is readonly FlatValue[] {
  return Array.isArray(value);
}

function isEmptyList(value: FlatValue): boolean {
  return isList(value) && value.length === 0;
}

function toList(value: FlatValue): readonly FlatValue[] {
  return isList(value) ? value : [value];
}

/** True if two values are equal. Lists are compared as sets, and a list with one element equals that element. */
function isSame(attribute: ComparedAttribute, wanted: FlatValue, present: FlatValue): boolean {
  if (!isList(wanted) && !isList(present)) return isSameValue(attribute, wanted, present);
  const [left, right] = [toList(wanted), toList(present)];
  return (
    left.every((element) => includes(attribute, right, element)) &&
    right.every((element) => left.some((other) => isSameValue(attribute, other, element)))
  );
}

function includes(attribute: ComparedAttribute, list: readonly FlatValue[], wanted: FlatValue): boolean {
  return list.some((element) => isSameValue(attribute, wanted, element));
}

function isSameValue(attribute: ComparedAttribute, wanted: FlatValue, present: FlatValue): boolean {
  if (isObject(wanted)) return isObject(present) && isSameElement(attribute, wanted, present);
  if (attribute.type === 'Boolean' || typeof wanted === 'boolean' || typeof present === 'boolean') {
    const wantedBoolean = asBoolean(wanted);
    return wantedBoolean === undefined ? wanted === present : wantedBoolean === asBoolean(present);
  }
  if (attribute.type === 'Integer' || typeof wanted === 'number') {
    const [left, right] = [Number(wanted), Number(present)];
    if (!Number.isNaN(left) && !Number.isNaN(right)) return left === right;
  }
  if (typeof wanted !== 'string' || typeof present !== 'string') return wanted === present;
  if (attribute.type === 'DateTime') {
    const [left, right] = [Date.parse(wanted), Date.parse(present)];
    if (!Number.isNaN(left) && !Number.isNaN(right)) return left === right;
  }
  const isExact = attribute.caseExact || attribute.type === 'Reference' || attribute.type === 'Binary';
  return isExact ? wanted === present : ignoringCase(wanted) === ignoringCase(present);
}

/** True if the target's element has all wanted members. It may have further members. A wanted null or false equals a missing member. */
function isSameElement(
  attribute: ComparedAttribute,
  wanted: Readonly<Record<string, JsonValue>>,
  present: Readonly<Record<string, JsonValue>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const found = present[name] ?? null;
    if (value === null || value === false) return found === null || found === false;
    return found !== null && isSameValue(attribute, value as FlatValue, found as FlatValue);
  });
}

/** Folds case like OrdinalIgnoreCase in .NET: character by character, so that ß and SS differ. */
function ignoringCase(text: string): string {
  return text.replaceAll(/[^]/gu, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  });
}
