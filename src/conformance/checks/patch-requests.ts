import type { JsonObject } from '#base/json.ts';
import { must, mustWithout, should, type Check, type Section } from '../check.ts';
import { expectEqual, expectError, expectStatus, expectThat, read, readText } from '../expect.ts';
import { PATCH_OPERATION } from '../scim-names.ts';
import { patchedUser } from './patched.ts';

/** Returns a check that the operation is refused with one of the scimTypes and leaves the user unchanged. */
function refusalCheck(id: string, requirement: string, operation: JsonObject, ...scimTypes: readonly string[]): Check {
  return must(`patch.${id}`, requirement, async ({ scim, newUser }) => {
    const user = await newUser({ title: 'Pilot' });
    const path = `/Users/${readText(user, 'id')}`;
    expectError(await scim.patch(path, [operation]), [400], scimTypes);
    expectEqual('the user', (await scim.get(path)).body, user);
  });
}

export const patchRequestsSection: Section = {
  source: 'RFC 7644 §3.5.2',
  title: 'PATCH requests',
  needs: ['patch'],
  checks: [
    must('patch.status', 'PATCH returns 200 and the resource, or 204 without a body.', async ({ scim, newUser }) => {
      const id = readText(await newUser(), 'id');
      const answer = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Pilot' }]);
      expectStatus(answer, 200, 204);
      if (answer.status === 200) expectEqual('title', read(answer.body, 'title'), 'Pilot');
      else expectEqual('the body', answer.text, '');
    }),
    must('patch.in-order', 'The operations of a PATCH are applied in the order of the request.', async (context) => {
      const replace = (value: string): JsonObject => ({ op: 'replace', path: 'title', value });
      const user = await patchedUser(context, {}, replace('One'), replace('Two'), replace('Three'));
      expectEqual('title', read(user, 'title'), 'Three');
    }),
    must(
      'patch.atomic',
      'If an operation of a PATCH fails, the operations before it are rolled back.',
      async ({ scim, newUser }) => {
        const user = await newUser({ title: 'Pilot' });
        const path = `/Users/${readText(user, 'id')}`;
        const operations = [
          { op: 'replace', path: 'title', value: 'Captain' },
          { op: 'replace', path: 'name', value: 'no object' },
        ];
        expectError(await scim.patch(path, operations), [400]);
        expectEqual('title', read((await scim.get(path)).body, 'title'), 'Pilot');
      },
    ),
    must(
      'patch.atomic-conflict',
      'If the last operation of a PATCH violates uniqueness, all operations are rolled back.',
      async ({ scim, newUser }) => {
        const taken = readText(await newUser(), 'userName');
        const user = await newUser({ title: 'Pilot' });
        const path = `/Users/${readText(user, 'id')}`;
        const operations = [
          { op: 'replace', path: 'title', value: 'Captain' },
          { op: 'replace', path: 'userName', value: taken },
        ];
        expectError(await scim.patch(path, operations), [409], ['uniqueness']);
        expectEqual('title', read((await scim.get(path)).body, 'title'), 'Pilot');
      },
    ),
    must('patch.unknown', 'PATCH of an id that does not exist returns 404.', async ({ scim }) => {
      expectError(await scim.patch('/Users/no-such-id', [{ op: 'add', path: 'title', value: 'x' }]), [404]);
    }),
    must('patch.no-operations', 'A PATCH without operations is refused.', async ({ scim, newUser }) => {
      const path = `/Users/${readText(await newUser(), 'id')}`;
      expectError(
        await scim.send('PATCH', path, { schemas: [PATCH_OPERATION] }),
        [400],
        ['invalidSyntax', 'invalidValue'],
      );
    }),
    refusalCheck(
      'unknown-op',
      'An op other than add, remove and replace is refused.',
      { op: 'move', path: 'title', value: 'x' },
      'invalidSyntax',
      'invalidValue',
    ),
    refusalCheck(
      'invalid-path',
      'A malformed path is refused with invalidPath or invalidFilter.',
      { op: 'replace', path: 'emails[type eq', value: 'x' },
      'invalidPath',
      'invalidFilter',
    ),
    // Uses sw, because Entra ID expects a PATCH whose filter has only eq to create the missing value, and some servers do so.
    refusalCheck(
      'no-target',
      'replace with a filter that matches nothing is refused with noTarget.',
      { op: 'replace', path: 'phoneNumbers[value sw "no-such-number"].display', value: 'Desk' },
      'noTarget',
    ),
    refusalCheck(
      'wrong-type',
      'A value of the wrong type is refused.',
      { op: 'replace', path: 'name', value: 'no object' },
      'invalidValue',
      'invalidSyntax',
    ),
    refusalCheck(
      'read-only',
      'PATCH of the readOnly id is refused with mutability.',
      { op: 'replace', path: 'id', value: 'another-id' },
      'mutability',
    ),
    refusalCheck(
      'read-only-meta',
      'PATCH of the readOnly meta is refused with mutability.',
      { op: 'replace', path: 'meta.created', value: '2001-01-01T00:00:00Z' },
      'mutability',
    ),
    refusalCheck(
      'read-only-groups',
      'PATCH of the readOnly groups of a user is refused with mutability.',
      { op: 'add', path: 'groups', value: [{ value: 'x' }] },
      'mutability',
    ),
    must('patch.required', 'remove of a required attribute is refused.', async ({ scim, newUser }) => {
      const user = await newUser();
      const path = `/Users/${readText(user, 'id')}`;
      expectError(await scim.patch(path, [{ op: 'remove', path: 'userName' }]), [400], ['mutability', 'invalidValue']);
      expectEqual('userName', read((await scim.get(path)).body, 'userName'), user['userName']);
    }),
    must(
      'patch.malformed',
      'PATCH with a body that is not JSON returns 400 with invalidSyntax.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectError(await scim.send('PATCH', path, '{"Operations": ['), [400], ['invalidSyntax']);
      },
    ),
    must(
      'patch.path-case',
      'Attribute names in a path are case-insensitive.',
      async (context) => {
        const user = await patchedUser(context, {}, { op: 'replace', path: 'NAME.FamilyNAME', value: 'Meier' });
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Meier');
      },
      'User.name',
    ),
    must(
      'patch.path-urn',
      'A path may start with the URN of the schema.',
      async (context) => {
        const path = 'urn:ietf:params:scim:schemas:core:2.0:User:title';
        expectEqual(
          'title',
          read(await patchedUser(context, {}, { op: 'replace', path, value: 'Pilot' }), 'title'),
          'Pilot',
        );
      },
      'User.title',
    ),
    should('patch.op-case', 'op is case-insensitive, because Entra ID sends Add and Replace.', async (context) => {
      const user = await patchedUser(context, {}, { op: 'Replace', path: 'title', value: 'Pilot' });
      expectEqual('title', read(user, 'title'), 'Pilot');
    }),
    must('patch.unchanged', 'A PATCH that changes nothing succeeds.', async ({ scim, newUser }) => {
      const user = await newUser({ title: 'Pilot' });
      const path = `/Users/${readText(user, 'id')}`;
      expectStatus(await scim.patch(path, [{ op: 'replace', path: 'title', value: 'Pilot' }]), 200, 204);
      expectThat(read((await scim.get(path)).body, 'title') === 'Pilot', 'title', 'Pilot', undefined);
    }),
    mustWithout(
      'patch',
      'patch.refused',
      'A server that declares PATCH as unsupported returns 501.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectStatus(await scim.patch(path, [{ op: 'add', path: 'title', value: 'x' }]), 501);
      },
    ),
  ],
};
