import type { AppError } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { holdsSecret } from '#scim/schema/secret-attributes.ts';
import { describeValue, isList } from './json-shape.ts';

const expected: Readonly<Record<AttributeDefinition['type'], string>> = {
  string: 'a string',
  boolean: 'a boolean',
  integer: 'a whole number',
  decimal: 'a number',
  dateTime: 'a date and time',
  reference: 'a reference (a string)',
  binary: 'binary data (a base64 string)',
  complex: 'an object',
};

/** Creates the error for a value of the wrong type. `name` is the full name of the attribute, such as `name.givenName`. */
export function invalidType(definition: AttributeDefinition, name: string, value: JsonValue): AppError {
  const wanted = expected[definition.type];
  const sent = holdsSecret(definition) ? 'something else' : describeValue(value);
  const isListForOne = definition.type === 'complex' && isList(value);
  return refusal(
    'valueOfWrongType',
    { attribute: name, wanted, sent, isListForOne },
    { attribute: name, ...(!holdsSecret(definition) && { value }) },
  );
}

/** Creates the error for a value that is not allowed. `fault` says what is wrong, such as `is not base64`. */
export function invalidValue(definition: AttributeDefinition, name: string, value: string, fault: string): AppError {
  const shown = holdsSecret(definition) ? undefined : value;
  return refusal(
    'valueNotAllowed',
    { attribute: name, value: shown, fault },
    { attribute: name, ...(shown !== undefined && { value: shown }) },
  );
}

export function valueTooLong(name: string, length: number, limit: number): AppError {
  return refusal('valueTooLong', { attribute: name, length, limit }, { attribute: name });
}

export function tooManyValues(name: string, count: number, limit: number): AppError {
  return refusal('tooManyValues', { attribute: name, count, limit }, { attribute: name });
}
