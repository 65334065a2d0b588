import { AppError, quote } from '#base/errors.ts';
import { formatDate } from '#expressions/dates/format-date.ts';
import { parseDateFormat } from '#expressions/dates/date-format.ts';
import { isDateTime, isEmpty, isList, textOf, type Single, type Value } from '#expressions/value.ts';
import type { FlatValue } from '../wire/flat-resource.ts';
import type { AttributeMapping } from './object-mapping.ts';
import type { AttributeDefinition } from './synchronization-schema.ts';

type Target = Pick<AttributeDefinition, 'name' | 'type' | 'multivalued'>;

/**
 * What a mapping made, in the type of its target; undefined when it is empty, which never flows. Throws mappingValue where
 * the target cannot have it.
 */
export function toTargetValue(value: Value, target: Target): FlatValue | undefined {
  const singles = singlesOf(value).map((single) => toSingleValue(single, target));
  return target.multivalued && singles.length > 0 ? singles : singles[0];
}

/** The default of a mapping in the type of its target, for objects that are created; undefined without one. */
export function defaultValueOf({
  target,
  type,
  multivalued,
  defaultValue,
}: Pick<AttributeMapping, 'target' | 'type' | 'multivalued' | 'defaultValue'>): FlatValue | undefined {
  return toTargetValue(defaultValue, { name: target, type, multivalued });
}

/** Of several values a target that has one gets the first. */
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

/** SCIM's dates are those of ISO 8601 (RFC 7643 §2.3.5). */
const iso8601 = partsOfFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");

function partsOfFormat(format: string) {
  const parts = parseDateFormat(format);
  return typeof parts === 'string' ? [] : parts;
}

function toBoolean(single: Exclude<Single, null>, target: Target): boolean {
  const text = textOf(single).trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw unfit(single, target, 'it must be "True" or "False"');
}

function toInteger(single: Exclude<Single, null>, target: Target): number {
  const text = textOf(single).trim();
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw unfit(single, target, `it must be a whole number up to ${Number.MAX_SAFE_INTEGER}`);
}

function unfit(single: Exclude<Single, null>, { name, type }: Target, reason: string): AppError {
  const text = textOf(single);
  return new AppError(
    'mappingValue',
    `The mapping of ${quote(name)} yields ${quote(text)}, and the attribute is of the type ${type}: ${reason}. Correct the source, or convert it in the expression.`,
    { attribute: name, value: text },
  );
}
