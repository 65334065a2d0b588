import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { diff, type ComparedAttribute } from './diff.ts';
import type { FlatResource, FlatValue } from './flat-resource.ts';
import { flatten } from './flatten.ts';
import { inflate } from './inflate.ts';
import { membersBody, patchBody, type Dialect } from './patch-body.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const schema = compileResourceSchema('User');
const groupSchema = compileResourceSchema('Group');
const ignore = { unknownAttributes: 'ignore' } as const;

/** Generates text that any server stores unchanged. */
const text = fc.stringMatching(/^[A-Za-z0-9Åäß.@-]{1,12}$/);
const strings = [
  'userName',
  'displayName',
  'title',
  'preferredLanguage',
  'nickName',
  'name.givenName',
  'name.familyName',
  'name.formatted',
  'emails[type eq "work"].value',
  'emails[type eq "other"].value',
  'addresses[type eq "work"].formatted',
  'addresses[type eq "work"].streetAddress',
  'addresses[type eq "work"].country',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'phoneNumbers[type eq "fax"].value',
  'externalId',
  `${E}:employeeNumber`,
  `${E}:department`,
  `${E}:costCenter`,
  `${E}:manager`,
];
const names = [...strings, 'active'];
/** Generators for attributes that must have a certain format, such as languages and countries. */
const shaped: Readonly<Record<string, fc.Arbitrary<string>>> = {
  preferredLanguage: fc.constantFrom('de', 'en-US'),
  'addresses[type eq "work"].country': fc.constantFrom('CH', 'US'),
  'emails[type eq "work"].value': fc.constantFrom('a@b.example', 'c@d.example'),
  'emails[type eq "other"].value': fc.constantFrom('e@b.example', 'f@d.example'),
};

const resource: fc.Arbitrary<FlatResource> = fc
  .tuple(
    fc.record({ userName: text, active: fc.boolean() }),
    fc.record(Object.fromEntries(strings.slice(1).map((name) => [name, shaped[name] ?? text])), { requiredKeys: [] }),
  )
  .map(([required, optional]) => new Map<string, FlatValue>(Object.entries({ ...required, ...optional })));

const attributes: readonly ComparedAttribute[] = names.map((target) => ({
  target,
  type: target === 'active' ? 'Boolean' : target.endsWith(':manager') ? 'Reference' : 'String',
  caseExact: true,
}));

/** Returns the document that a server stores if a resource is created. */
function keep(flat: FlatResource): JsonObject {
  return normalizeResource(schema, inflate('User', flat), ignore).document;
}

function patched(document: JsonObject, body: JsonObject): JsonObject {
  return applyPatch(schema, document, readPatchRequest(schema, body, ignore).operations);
}

const sorted = (flat: FlatResource) => Object.fromEntries([...flat].toSorted(([a], [b]) => (a < b ? -1 : 1)));

describe('any resource', () => {
  it('is the same after it is converted to a body and back', () => {
    fc.assert(
      fc.property(resource, (flat) => {
        expect(sorted(flatten(inflate('User', flat), names))).toEqual(sorted(flat));
        // A server converts the manager to an object, which must not change the result.
        expect(sorted(flatten(keep(flat), names))).toEqual(sorted(flat));
      }),
    );
  });

  it('can be changed to any other resource by a PATCH in each dialect, without remaining differences', () => {
    fc.assert(
      fc.property(resource, resource, (before, wanted) => {
        const changes = diff(attributes, wanted, before);
        fc.pre(changes.length > 0);
        const document = keep(before);
        const [flag, noFlag] = (['flag', 'noFlag'] satisfies Dialect[]).map((dialect) =>
          patched(document, patchBody(changes, dialect)),
        );
        expect(withoutOrder(flag)).toEqual(withoutOrder(noFlag));
        const after = flatten(flag ?? {}, names);
        expect(diff(attributes, wanted, after)).toEqual([]);
        // Entra ID never sends nulls, so attributes that only the target has are kept.
        expect(sorted(after)).toEqual(sorted(new Map([...before, ...wanted])));
      }),
    );
  });

  it('is the same after a PATCH as after a POST of all values', () => {
    fc.assert(
      fc.property(resource, resource, (before, more) => {
        const whole = new Map([...before, ...more]);
        const changes = diff(attributes, whole, before);
        fc.pre(changes.length > 0);
        const after = patched(keep(before), patchBody(changes, 'flag'));
        expect(sorted(flatten(after, names))).toEqual(sorted(flatten(keep(whole), names)));
      }),
    );
  });
});

describe('any members of a group', () => {
  it('can be added and removed by a PATCH in each dialect', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-f0-9-]{1,36}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ids, ids, (present, changed) => {
        for (const op of ['add', 'remove'] as const) {
          const document = { displayName: 'g', members: present.map((value) => ({ value })) };
          const results = (['flag', 'noFlag'] satisfies Dialect[]).map((dialect) => {
            const body = membersBody({ op, memberIds: changed }, dialect);
            return applyPatch(groupSchema, document, readPatchRequest(groupSchema, body, ignore).operations);
          });
          expect(results[0]).toEqual(results[1]);
          const expected =
            op === 'add' ? new Set(present).union(new Set(changed)) : new Set(present).difference(new Set(changed));
          const members = (results[0]?.['members'] ?? []) as readonly { readonly value: string }[];
          expect(new Set(members.map(({ value }) => value))).toEqual(expected);
        }
      }),
    );
  });
});

/** Sorts the elements of lists, because the dialects add them in different orders. */
function withoutOrder(document: JsonObject | undefined): unknown {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    Array.isArray(value) ? value.map((element) => JSON.stringify(element)).sort() : value,
  );
}
