import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { diff, sameDocument, type FieldChange } from './diff.ts';
import { normalizeResource } from './normalize.ts';
import { schemasOf } from './schemas-of.ts';
import { acceptedBody } from './body.fixture.ts';

const user = compileResourceSchema('User');

describe('diff', () => {
  it.each<[JsonObject, JsonObject, readonly FieldChange[]]>([
    [{}, {}, []],
    [{ title: 'a' }, { title: 'b' }, [{ field: 'title', from: 'a', to: 'b' }]],
    [{ title: 'a' }, {}, [{ field: 'title', from: 'a', to: null }]],
    [{}, { active: false }, [{ field: 'active', from: null, to: false }]],
    [
      { name: { givenName: 'a', familyName: 'b' } },
      { name: { givenName: 'c', familyName: 'b' } },
      [{ field: 'name.givenName', from: 'a', to: 'c' }],
    ],
    [{}, { name: { givenName: 'c' } }, [{ field: 'name.givenName', from: null, to: 'c' }]],
    [
      { [E]: { department: 'IT', manager: { value: '1' } } },
      { [E]: { manager: { value: '2' } } },
      [
        { field: `${E}:department`, from: 'IT', to: null },
        { field: `${E}:manager.value`, from: '1', to: '2' },
      ],
    ],
    [{ roles: [{ value: 'a', type: 'b' }] }, { roles: [{ type: 'b', value: 'a' }] }, []],
    [{ roles: ['a', 'b'] }, { roles: ['b', 'a'] }, [{ field: 'roles', from: ['a', 'b'], to: ['b', 'a'] }]],
    [{ x: 'a' }, { x: { y: 'a' } }, [{ field: 'x', from: 'a', to: { y: 'a' } }]],
    [{ x: {} }, {}, [{ field: 'x', from: {}, to: null }]],
    [{ x: ['a'] }, { x: 'a' }, [{ field: 'x', from: ['a'], to: 'a' }]],
    [{ x: ['a'] }, { x: ['a', 'b'] }, [{ field: 'x', from: ['a'], to: ['a', 'b'] }]],
    [{ x: [{ a: 1 }] }, { x: [{ b: 1 }] }, [{ field: 'x', from: [{ a: 1 }], to: [{ b: 1 }] }]],
    [{ x: [{ a: 1 }] }, { x: [{ a: 1, b: 1 }] }, [{ field: 'x', from: [{ a: 1 }], to: [{ a: 1, b: 1 }] }]],
  ])('lists the changes from %j to %j', (before, after, expected) => {
    expect(diff(before, after)).toEqual(expected);
    expect(sameDocument(before, after)).toBe(expected.length === 0);
  });

  it('is empty if and only if sameDocument() returns true', () => {
    const documents = acceptedBody.map(
      (body) => normalizeResource(user, body, { unknownAttributes: 'ignore' }).document,
    );
    const pairs = fc.oneof(
      fc.tuple(documents, documents),
      documents.map((document) => [document, JSON.parse(JSON.stringify(document))]),
    );
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        expect(diff(before, after).length === 0).toBe(sameDocument(before, after));
      }),
    );
  });
});

describe('schemasOf', () => {
  it('lists the core schema and the extensions that the document has', () => {
    expect(schemasOf(user, { userName: 'a' })).toEqual([user.core.id]);
    expect(schemasOf(user, { [E]: { department: 'IT' } })).toEqual([user.core.id, E]);
  });
});
