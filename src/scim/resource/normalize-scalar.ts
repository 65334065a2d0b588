import { blankPattern, codePointName, controlPattern, invisiblePattern } from '#base/invisible.ts';
import type { JsonValue } from '#base/json.ts';
import { BINARY_LENGTH_MAX, REFERENCE_LENGTH_MAX, STRING_LENGTH_MAX } from '#scim/limits.ts';
import { parseDateTime } from '#scim/schema/date-time.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { isList } from './json-shape.ts';
import { invalidType, invalidValue, valueTooLong } from './value-errors.ts';

/** Matches base64 or base64url (RFC 4648 §4, §5) with or without padding (RFC 7643 §2.3.6). */
const base64Pattern = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
const integerPattern = /^[+-]?\d+$/;
const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Returns one simple value in canonical form; undefined if it is unassigned. Converts strings to the boolean, number or date of
 * the attribute, since Entra ID without its flag sends strings (`"True"`). Converts numbers to strings for string attributes,
 * since constants in Entra ID may be numbers. `name` is for messages. Throws `invalidType`, `invalidValue` and `valueTooLong`.
 *
 * @example
 * normalizeScalar(attribute('boolean', 'active', ''), 'active', 'True'); // true
 */
export function normalizeScalar(
  definition: AttributeDefinition,
  name: string,
  value: JsonValue,
): string | number | boolean | undefined {
  if (value === null || value === '' || (isList(value) && value.length === 0)) return undefined;
  switch (definition.type) {
    case 'string':
    case 'reference':
      return normalizeText(definition, name, value);
    case 'boolean':
      return normalizeBoolean(definition, name, value);
    case 'integer':
    case 'decimal':
      return normalizeNumber(definition, name, value);
    case 'dateTime':
      return normalizeDateTime(definition, name, value);
    case 'binary':
      return normalizeBinary(definition, name, value);
    case 'complex':
      throw invalidType(definition, name, value);
  }
}

function normalizeText(definition: AttributeDefinition, name: string, value: JsonValue): string {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  const checked = requireText(definition, name, text);
  if ((definition.required || definition.blank === 'refused') && blankPattern.test(checked)) {
    throw invalidValue(definition, name, checked, 'has only blanks, and looks empty');
  }
  const invisible = invisibleCharacter(definition, checked);
  if (invisible === undefined) return checked;
  const reason = `has the character ${codePointName(invisible)}, which is invisible, so two different values could look the same`;
  throw invalidValue(definition, name, checked, reason);
}

function invisibleCharacter({ invisible }: AttributeDefinition, text: string): string | undefined {
  if (invisible === undefined) return undefined;
  return (invisible === 'refused' ? invisiblePattern : controlPattern).exec(text)?.[0];
}

/** Returns the value if it is a string that does not exceed its limit and that both databases can store. */
function requireText(definition: AttributeDefinition, name: string, value: JsonValue): string {
  if (typeof value !== 'string') throw invalidType(definition, name, value);
  const limit = definition.maxLength ?? lengthLimit(definition);
  if (value.length > limit) throw valueTooLong(name, value.length, limit);
  if (value.includes('\0')) throw invalidValue(definition, name, value, 'contains the character NUL');
  if (!value.isWellFormed())
    throw invalidValue(definition, name, value, 'contains half of a character (a lone surrogate)');
  return value;
}

function lengthLimit(definition: AttributeDefinition): number {
  if (definition.type === 'reference') return REFERENCE_LENGTH_MAX;
  return definition.type === 'binary' ? BINARY_LENGTH_MAX : STRING_LENGTH_MAX;
}

function normalizeBoolean(definition: AttributeDefinition, name: string, value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw invalidType(definition, name, value);
}

function normalizeNumber(definition: AttributeDefinition, name: string, value: JsonValue): number {
  const pattern = definition.type === 'integer' ? integerPattern : decimalPattern;
  const number =
    typeof value === 'string' && value.length <= STRING_LENGTH_MAX && pattern.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidType(definition, name, value);
  if (definition.type === 'integer' && !Number.isSafeInteger(number)) throw invalidType(definition, name, value);
  // `JSON.stringify` writes -0 as 0.
  return number === 0 ? 0 : number;
}

function normalizeDateTime(definition: AttributeDefinition, name: string, value: JsonValue): string {
  const text = requireText(definition, name, value);
  const instant = parseDateTime(text);
  if (instant === undefined)
    throw invalidValue(definition, name, text, 'is not a date and time such as 2026-01-31T09:30:00Z');
  return instant;
}

function normalizeBinary(definition: AttributeDefinition, name: string, value: JsonValue): string {
  const text = requireText(definition, name, value);
  // Tests the pattern first: it takes linear time, and allows at most two padding characters.
  const isBase64 = base64Pattern.test(text) && text.replace(/={1,2}$/, '').length % 4 !== 1;
  if (!isBase64) throw invalidValue(definition, name, text, 'is not base64');
  return text;
}
