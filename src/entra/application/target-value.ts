import { quote } from '#base/errors.ts';
import { formatDate } from '#expressions/dates/format-date.ts';
import { parseDateFormat } from '#expressions/dates/date-format.ts';
import { isDateTime, isEmpty, isList, textOf, type Single, type Value } from '#expressions/value.ts';
import type { FlatValue } from '../wire/flat-resource.ts';
import { StandInError, type Say } from '../texts/refusals/stand-in-error.ts';
import type { AttributeMapping } from './object-mapping.ts';
import type { AttributeDefinition } from './synchronization-schema.ts';

type Target = Pick<AttributeDefinition, 'name' | 'type' | 'multivalued'>;

/**
 * Converts the value of a mapping to the type of the target attribute. Returns undefined for an empty value, which is never written.
 * Throws `mappingValue` if the value cannot be converted.
 *
 * @example
 * toTargetValue('False', { name: 'active', type: 'Boolean', multivalued: false }); // false
 */
export function toTargetValue(value: Value, target: Target): FlatValue | undefined {
  const singles = singlesOf(value).map((single) => toSingleValue(single, target));
  return target.multivalued && singles.length > 0 ? singles : singles[0];
}

/** Returns the default value of a mapping, converted to the type of the target attribute; undefined if the mapping has none. */
export function defaultValueOf({
  target,
  type,
  multivalued,
  defaultValue,
}: Pick<AttributeMapping, 'target' | 'type' | 'multivalued' | 'defaultValue'>): FlatValue | undefined {
  return toTargetValue(defaultValue, { name: target, type, multivalued });
}

/** Returns the values that are not empty, as a flat list. A single-valued target gets the first value. */
function singlesOf(value: Value): readonly Exclude<Single, null>[] {
  if (isList(value)) return value.flatMap(singlesOf);
  return value === null || isEmpty(value) ? [] : [value];
}

function toSingleValue(single: Exclude<Single, null>, target: Target): FlatValue {
  if (typeof single === 'object' && single.kind === 'complex' && target.multivalued) return single.fields;
  switch (target.type) {
    case 'Boolean':
      return toBoolean(single, target);
    case 'Integer':
      return toInteger(single, target);
    case 'DateTime':
      return isDateTime(single) ? formatDate(single, 'utc', iso8601) : textOf(single);
    default:
      return textOf(single);
  }
}

/** The format of SCIM's dateTime values: that of XML Schema, a profile of ISO 8601 (RFC 7643 §2.3.5). */
const iso8601 = partsOfFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");

function partsOfFormat(format: string) {
  const parts = parseDateFormat(format);
  return typeof parts === 'function' ? [] : parts;
}

function toBoolean(single: Exclude<Single, null>, target: Target): boolean {
  const text = textOf(single).trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw mappingValueError(single, target, ({ mapping }) => mapping.flagRule);
}

function toInteger(single: Exclude<Single, null>, target: Target): number {
  const text = textOf(single).trim();
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw mappingValueError(single, target, ({ mapping }) => mapping.integerRule(Number.MAX_SAFE_INTEGER));
}

function mappingValueError(single: Exclude<Single, null>, { name, type }: Target, rule: Say): StandInError {
  const text = textOf(single);
  return new StandInError('mappingValue', (texts) => texts.mapping.value(quote(name), quote(text), type, rule(texts)), {
    attribute: name,
    value: text,
  });
}
