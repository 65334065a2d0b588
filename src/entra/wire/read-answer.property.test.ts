import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '#base/json.ts';
import { readList, readPage, readResource, type Reading } from './read-answer.ts';
import { TargetError } from './target-client.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const names = [
  'userName',
  'active',
  'name.givenName',
  'emails[type eq "work"].value',
  'roles',
  `${E}:manager`,
  '__proto__',
];
const readings: readonly Reading[] = [
  { type: 'User', names, withoutMembers: false },
  { type: 'Group', names: ['displayName', 'members'], withoutMembers: true },
];

/** Generates member names: those that the functions under test read, and a few others. */
const key = fc.constantFrom(
  'id',
  'ID',
  'active',
  'name',
  'emails',
  'roles',
  'members',
  'meta',
  'primary',
  'type',
  'value',
  'totalResults',
  'Resources',
  E,
  '__proto__',
  'x',
);
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 'True', 'work', '', 'a', 0, 1, 2),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 5 }),
  ),
}));

describe('any response', () => {
  it('is either read or refused with a TargetError', () => {
    const text = fc.oneof(
      json.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...readings), (body, reading) => {
        const answer = { status: 200, headers: {}, text: body };
        for (const read of [readResource, readList, readPage]) {
          try {
            read(reading, answer);
          } catch (error) {
            expect(error).toBeInstanceOf(TargetError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
