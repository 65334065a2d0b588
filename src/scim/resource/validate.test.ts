import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { compileResourceSchema, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { validateResource } from './validate.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const user = userWithCustomAttributes(
  attribute('string', 'badge', '', { required: true }),
  attribute('string', 'serial', '', { required: true, mutability: 'readOnly' }),
  complex('desk', '', [attribute('string', 'room', '', { required: true }), attribute('string', 'floor', '')]),
  attribute('string', 'tags', '', { multiValued: true }),
);
const group = compileResourceSchema('Group');

describe('validateResource', () => {
  it.each<[ResourceSchema, JsonObject]>([
    [user, { userName: 'a' }],
    [user, { userName: 'a', emails: [{ value: 'a', primary: true }, { value: 'b', primary: false }, { value: 'c' }] }],
    [user, { userName: 'a', emails: [{ value: 'a', primary: true }], roles: [{ value: 'b', primary: true }] }],
    [user, { userName: 'a', [OWN]: { badge: 'b', desk: { room: '1' }, tags: ['x'] } }],
    [group, { displayName: 'g' }],
  ])('accepts the valid document $1', (schema, document) => {
    expect(() => validateResource(schema, document)).not.toThrow();
  });

  it.each<[ResourceSchema, JsonObject, string, RegExp]>([
    [user, {}, 'required', /userName is required.*mailNickname or userPrincipalName/],
    [group, {}, 'required', /displayName is required.*usually displayName/],
    [user, { userName: 'a', [OWN]: { tags: ['x'] } }, 'required', /own:2\.0:User:badge is required/],
    [user, { userName: 'a', [OWN]: { badge: 'b', desk: { floor: '1' } } }, 'required', /desk\.room is required/],
    [
      user,
      {
        userName: 'a',
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'severalPrimary',
      /emails has 2 values with primary true/,
    ],
  ])('rejects the document $1 with the code $2', (schema, document, code, message) => {
    expect(() => validateResource(schema, document)).toThrow(message);
    expect(() => validateResource(schema, document)).toThrow(AppError);
    expect(() => validateResource(schema, document)).toThrow(expect.objectContaining({ code }));
  });
});
