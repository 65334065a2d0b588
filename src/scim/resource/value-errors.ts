import { AppError, quote } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
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

/** `name` is the attribute's whole name, such as `name.givenName`. */
export function invalidType(definition: AttributeDefinition, name: string, value: JsonValue): AppError {
  const wanted = expected[definition.type];
  const sent = holdsSecret(definition) ? 'something else' : describeValue(value);
  const several = definition.type === 'complex' && isList(value) ? ', and it can have one value only' : '';
  return new AppError(
    'invalidType',
    `${name} must be ${wanted}, but ${sent} was sent${several}. In Entra ID, correct the mapping of ${name} so that it gives ${wanted}.`,
    { attribute: name, ...(!holdsSecret(definition) && { value }) },
  );
}

export function invalidValue(definition: AttributeDefinition, name: string, value: string, reason: string): AppError {
  const shown = holdsSecret(definition) ? '' : ` ${quote(value)}`;
  return new AppError(
    'invalidValue',
    `${name}${shown} ${reason}. Correct the value in the source, or the mapping of ${name} in Entra ID.`,
    { attribute: name, ...(!holdsSecret(definition) && { value }) },
  );
}

export function valueTooLong(name: string, length: number, limit: number): AppError {
  return new AppError(
    'valueTooLong',
    `${name} has ${length} characters, but at most ${limit} are allowed. Shorten the value in the source, or map an expression such as Left([attribute], ${limit}) to ${name} in Entra ID.`,
    { attribute: name },
  );
}

export function tooManyValues(name: string, count: number, limit: number): AppError {
  return new AppError(
    'tooManyValues',
    `${name} has ${count} values, but at most ${limit} are allowed. Send fewer values of ${name}.`,
    { attribute: name },
  );
}
