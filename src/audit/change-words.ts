import { isObject } from '#base/json.ts';
import { sameValue } from '#scim/resource/diff.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { attributeInEnglish, attributePartsOf, capitalized, withinWords, withoutUrn } from './attribute-words.ts';
import type { FieldChange } from './event-types.ts';
import { valueWords } from './value-words.ts';
import type { ChangeWords } from './word-shapes.ts';

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

/** The words about changes in English. `changeWordsIn` has those of a language; the console reads them from its catalog. */
export const enChangeWords: ChangeWords = {
  attribute: attributeInEnglish,
  value: valueWords,
  yes: 'yes',
  no: 'no',
  secret: 'a secret',
  nothing: 'nothing',
  changed: 'changed',
  removed: 'removed',
  separator: ', ',
  colon: ': ',
  more: (count) => ` and ${count} more`,
  primary: (attribute) => `Primary ${withinWords(attribute)}`,
  ofType: (type, attribute) => `${capitalized(type)} ${withinWords(attribute)}`,
  memberOf: (group) => `Member of the group ${group}`,
};

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
  words: ChangeWords = enChangeWords,
): readonly ChangeInWords[] {
  if (isNothing(from) && isNothing(to)) return [];
  const attribute = words.attribute(attributePartsOf(field));
  if (from === SECRET_MASK || to === SECRET_MASK) return [secretChange(field, attribute, to, words)];
  const nameOf = isReference(field) ? (value: string) => names.get(value) ?? value : (value: string) => value;
  const before = valuesByWords({ field, attribute, nameOf, words }, from);
  const after = valuesByWords({ field, attribute, nameOf, words }, to);
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((kind) => {
    const [old, now] = [before.get(kind) ?? [], after.get(kind) ?? []];
    return sameValue([...old], [...now]) ? [] : [inWords(field, kind, joined(old, words), joined(now, words), words)];
  });
  // Values that differ only in a secret, or in a property that the words leave out.
  return changes.length > 0 ? changes : [secretChange(field, attribute, to, words)];
}

/** Describes the changes of an event in words. The state determines `active`, unless only `active` changes, as when a password expires. */
export function describeChanges(
  changes: readonly FieldChange[],
  names: ReadonlyMap<string, string>,
  words: ChangeWords = enChangeWords,
): readonly ChangeInWords[] {
  const hasState = changes.some(({ field }) => field === 'state');
  return changes.flatMap((change) =>
    hasState && change.field === 'active' ? [] : describeChange(change, names, words),
  );
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
export function describeMembership(
  group: string,
  isMember: boolean,
  words: ChangeWords = enChangeWords,
): ChangeInWords {
  const { yes, no } = words;
  const [from, to] = isMember ? [no, yes] : [yes, no];
  return inWords('members', words.memberOf(group), from ?? null, to ?? null, words);
}

/** Returns a value in words; undefined if there is no value. Not cut. */
function wordsOfValue(value: unknown, words: ChangeWords): string | undefined {
  if (isNothing(value)) return undefined;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (value === SECRET_MASK) return words.secret;
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value))
    return (
      joined(
        value.flatMap((element: unknown) => wordsOfValue(element, words) ?? []),
        words,
      ) ?? undefined
    );
  return isObject(value) ? wordsOfObject(value, words) : String(value);
}

/** The lines of an address, in the order of a letter. */
const addressLines = ['streetAddress', 'extendedAddress', 'poBox', 'postalCode', 'locality', 'region', 'country'];

/** Returns an element of a multi-valued attribute, or a complex value, in words. The type and the mark as primary are not part of it. */
function wordsOfObject(value: Readonly<Record<string, unknown>>, words: ChangeWords): string | undefined {
  const main = wordsOfValue(value['value'] ?? value['formatted'] ?? value['number'], words);
  if (main !== undefined) return main;
  const lines = addressLines.flatMap((name) => wordsOfValue(value[name], words) ?? []);
  if (lines.length > 0) return lines.join(', ');
  const parts = Object.entries(value).flatMap(([name, inner]) => {
    const shown = name === 'type' || name === 'primary' || name === '$ref' ? undefined : wordsOfValue(inner, words);
    return shown === undefined ? [] : [`${words.attribute(attributePartsOf(name))}${words.colon}${shown}`];
  });
  return parts.length === 0 ? undefined : parts.join(words.separator);
}

interface Described {
  readonly field: string;
  readonly attribute: string;
  readonly nameOf: (value: string) => string;
  readonly words: ChangeWords;
}

function valuesByWords({ field, attribute, nameOf, words }: Described, value: unknown): ValuesByWords {
  const found = new Map<string, string[]>();
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const element of elements) {
    const whole = wordsOfValue(element, words);
    if (whole === undefined) continue;
    const kind = Array.isArray(value) ? kindOf(attribute, element, words) : attribute;
    found.set(kind, [...(found.get(kind) ?? []), nameOf(words.value(field, whole))]);
  }
  return found;
}

/** Returns the words for an element of a multi-valued attribute: `Primary email`, `Work phone number`, or `Attribute floor`. */
function kindOf(attribute: string, element: unknown, words: ChangeWords): string {
  if (!isObject(element)) return attribute;
  const { type, primary, name } = element;
  if (primary === true) return words.primary(attribute);
  if (typeof type === 'string' && type !== '') return words.ofType(type, attribute);
  return typeof name === 'string' && name !== '' ? `${attribute} ${name}` : attribute;
}

function joined(values: readonly string[], words: ChangeWords): string | null {
  if (values.length === 0) return null;
  const shown = values.slice(0, VALUES_IN_WORDS_MAX);
  const hidden = values.length - shown.length;
  return `${shown.join(words.separator)}${hidden > 0 ? words.more(hidden) : ''}`;
}

function inWords(
  field: string,
  attribute: string,
  from: string | null,
  to: string | null,
  { colon, nothing }: ChangeWords,
): ChangeInWords {
  const [before, after] = [cut(from), cut(to)];
  return {
    field,
    attribute: cut(attribute) ?? attribute,
    from: before,
    to: after,
    text: `${cut(attribute)}${colon}${before ?? nothing} → ${after ?? nothing}`,
  };
}

function secretChange(field: string, attribute: string, to: unknown, words: ChangeWords): ChangeInWords {
  const deed = isNothing(to) ? words.removed : words.changed;
  return { field, attribute, from: null, to: deed, text: `${attribute}${words.colon}${deed}` };
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
