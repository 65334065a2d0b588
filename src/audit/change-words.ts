import { isObject } from '#base/json.ts';
import { sameValue } from '#scim/resource/diff.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { attributeWords, capitalized, withoutUrn } from './attribute-words.ts';
import type { FieldChange } from './event-types.ts';

/** The maximum number of UTF-16 units of a value in words. The rest is cut off, and replaced by "…". */
export const VALUE_WORDS_LENGTH_MAX = 200;
/** The maximum number of values of one attribute that are written out. The number of the others follows. */
export const VALUES_IN_WORDS_MAX = 10;

/** A change of one attribute in words. */
export interface ChangeInWords {
  /** The attribute, as the event names it. */
  readonly field: string;
  /** The attribute in words, such as `Title` or `Work email`. */
  readonly attribute: string;
  /** The value before the change; null if there was none, and for a secret. */
  readonly from: string | null;
  /** The value after the change; null if there is none. `changed` or `removed` for a secret. */
  readonly to: string | null;
  /** The whole change, such as `Title: Engineer → Head of Platform`. */
  readonly text: string;
}

/** The values of a multi-valued attribute, by the words for the kind of value, such as `Work email`. */
type ValuesByWords = ReadonlyMap<string, readonly string[]>;

/**
 * Describes a change of an event in words, with one entry for each kind of value of a multi-valued attribute. The list is empty if the
 * change replaces nothing by nothing.
 *
 * @param names The names of users by their ids, for values that refer to a user, such as the manager. An id without a name is shown as it
 *   is.
 * @example
 * describeChange({ field: 'title', from: 'Engineer', to: 'Head of Platform' }); // [{ text: 'Title: Engineer → Head of Platform', … }]
 * describeChange({ field: 'emails', from: null, to: [{ value: 'ann@a.example', type: 'work', primary: true }] });
 * // [{ attribute: 'Primary email', from: null, to: 'ann@a.example', text: 'Primary email: nothing → ann@a.example', … }]
 */
export function describeChange(
  { field, from, to }: FieldChange,
  names: ReadonlyMap<string, string> = new Map(),
): readonly ChangeInWords[] {
  if (isNothing(from) && isNothing(to)) return [];
  const attribute = attributeWords(field);
  if (from === SECRET_MASK || to === SECRET_MASK) return [secretChange(field, attribute, to)];
  const nameOf = isReference(field) ? (value: string) => names.get(value) ?? value : (value: string) => value;
  const before = valuesByWords(field, attribute, from, nameOf);
  const after = valuesByWords(field, attribute, to, nameOf);
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((words) => {
    const [old, now] = [before.get(words) ?? [], after.get(words) ?? []];
    return sameValue([...old], [...now]) ? [] : [inWords(field, words, joined(old), joined(now))];
  });
  // Values that differ only in a secret, or in a property that the words leave out.
  return changes.length > 0 ? changes : [secretChange(field, attribute, to)];
}

/** Returns the users that a change refers to by id: the manager before the change and after it. */
export function referencesOf({ field, from, to }: FieldChange): readonly string[] {
  if (!isReference(field)) return [];
  return [from, to].filter((value) => typeof value === 'string');
}

/**
 * Returns the change of a membership in words.
 *
 * @example
 * describeMembership('Sales', true).text; // 'Member of the group Sales: no → yes'
 */
export function describeMembership(group: string, isMember: boolean): ChangeInWords {
  const [from, to] = isMember ? ['no', 'yes'] : ['yes', 'no'];
  return inWords('members', `Member of the group ${group}`, from ?? null, to ?? null);
}

/** Returns a value in words; undefined if there is no value. Not cut. */
function wordsOfValue(value: unknown): string | undefined {
  if (isNothing(value)) return undefined;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === SECRET_MASK) return 'a secret';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value))
    return joined(value.flatMap((element: unknown) => wordsOfValue(element) ?? [])) ?? undefined;
  return isObject(value) ? wordsOfObject(value) : String(value);
}

/** The lines of an address, in the order of a letter. */
const addressLines = ['streetAddress', 'extendedAddress', 'poBox', 'postalCode', 'locality', 'region', 'country'];

/** Returns an element of a multi-valued attribute, or a complex value, in words. The type and the mark as primary are not part of it. */
function wordsOfObject(value: Readonly<Record<string, unknown>>): string | undefined {
  const main = wordsOfValue(value['value'] ?? value['formatted'] ?? value['number']);
  if (main !== undefined) return main;
  const lines = addressLines.flatMap((name) => wordsOfValue(value[name]) ?? []);
  if (lines.length > 0) return lines.join(', ');
  const parts = Object.entries(value).flatMap(([name, inner]) => {
    const words = name === 'type' || name === 'primary' || name === '$ref' ? undefined : wordsOfValue(inner);
    return words === undefined ? [] : [`${attributeWords(name)}: ${words}`];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

function valuesByWords(
  field: string,
  attribute: string,
  value: unknown,
  nameOf: (value: string) => string,
): ValuesByWords {
  const found = new Map<string, string[]>();
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const element of elements) {
    const whole = wordsOfValue(element);
    if (whole === undefined) continue;
    // SUSPENDED, or "SUSPENDED at 2026-01-05T09:00:00.000Z" for a scheduled state.
    const words = field === 'state' ? whole.replace(/^[A-Z]+/, (state) => state.toLowerCase()) : whole;
    const kind = Array.isArray(value) ? kindOf(attribute, element) : attribute;
    found.set(kind, [...(found.get(kind) ?? []), nameOf(words)]);
  }
  return found;
}

/** Returns the words for an element of a multi-valued attribute: `Primary email`, `Work phone number`, or `Attribute floor`. */
function kindOf(attribute: string, element: unknown): string {
  if (!isObject(element)) return attribute;
  const { type, primary, name } = element;
  const noun = /^\p{Lu}\p{Ll}/u.test(attribute)
    ? `${attribute.charAt(0).toLowerCase()}${attribute.slice(1)}`
    : attribute;
  if (primary === true) return `Primary ${noun}`;
  if (typeof type === 'string' && type !== '') return `${capitalized(type)} ${noun}`;
  return typeof name === 'string' && name !== '' ? `${attribute} ${name}` : attribute;
}

function joined(values: readonly string[]): string | null {
  if (values.length === 0) return null;
  const shown = values.slice(0, VALUES_IN_WORDS_MAX);
  const hidden = values.length - shown.length;
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}

function inWords(field: string, attribute: string, from: string | null, to: string | null): ChangeInWords {
  const [before, after] = [cut(from), cut(to)];
  return {
    field,
    attribute: cut(attribute) ?? attribute,
    from: before,
    to: after,
    text: `${cut(attribute)}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`,
  };
}

function secretChange(field: string, attribute: string, to: unknown): ChangeInWords {
  const words = isNothing(to) ? 'removed' : 'changed';
  return { field, attribute, from: null, to: words, text: `${attribute}: ${words}` };
}

/** Cuts a text to VALUE_WORDS_LENGTH_MAX, without half of a surrogate pair at its end. */
function cut(text: string | null): string | null {
  if (text === null || text.length <= VALUE_WORDS_LENGTH_MAX) return text;
  return `${text.slice(0, VALUE_WORDS_LENGTH_MAX).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

/** True if the values of an attribute are ids of users. */
function isReference(field: string): boolean {
  return /^manager(?:\.value)?$/.test(withoutUrn(field));
}
