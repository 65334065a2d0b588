import { must, should, type Section } from '../check.ts';
import { expectAbsent, expectEqual, expectError, expectThat, read, readList, readText } from '../expect.ts';
import { ENTERPRISE_SCHEMA } from '../scim-names.ts';
import { newUserId, patchedGroup, patchedUser } from './patched.ts';

const numbers = [
  { value: '+41 1', type: 'work', display: 'Desk' },
  { value: '+41 2', type: 'mobile' },
];

export const patchRemoveSection: Section = {
  source: 'RFC 7644 §3.5.2.2',
  title: 'PATCH remove',
  needs: ['patch'],
  checks: [
    must(
      'remove.single',
      'remove clears the value of an attribute.',
      async (context) => {
        expectAbsent(
          'title',
          read(await patchedUser(context, { title: 'Pilot' }, { op: 'remove', path: 'title' }), 'title'),
        );
      },
      'User.title',
    ),
    must('remove.no-path', 'remove without a path is refused with noTarget.', async ({ scim, newUser }) => {
      const user = await newUser({ title: 'Pilot' });
      const path = `/Users/${readText(user, 'id')}`;
      expectError(await scim.patch(path, [{ op: 'remove' }]), [400], ['noTarget']);
      expectEqual('title', read((await scim.get(path)).body, 'title'), 'Pilot');
    }),
    must(
      'remove.sub-attribute',
      'remove of a sub-attribute keeps the other sub-attributes.',
      async (context) => {
        const name = { familyName: 'Meier', givenName: 'Ann' };
        const user = await patchedUser(context, { name }, { op: 'remove', path: 'name.givenName' });
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Meier');
        expectAbsent('name.givenName', read(user, 'name', 'givenName'));
      },
      'User.name',
    ),
    must(
      'remove.all-values',
      'remove of a multi-valued attribute removes all its values.',
      async (context) => {
        const user = await patchedUser(context, { phoneNumbers: numbers }, { op: 'remove', path: 'phoneNumbers' });
        expectEqual('phoneNumbers', readList(user, 'phoneNumbers'), []);
      },
      'User.phoneNumbers',
    ),
    must(
      'remove.value-path',
      'remove with a filter in the path removes only the matching values.',
      async (context) => {
        const operation = { op: 'remove', path: 'phoneNumbers[type eq "work"]' };
        const left = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        expectEqual(
          'types of the remaining values',
          left.map((one) => read(one, 'type') ?? null),
          ['mobile'],
        );
      },
      'User.phoneNumbers',
    ),
    must(
      'remove.value-path-sub',
      'remove with a filter and a sub-attribute in the path clears only that sub-attribute.',
      async (context) => {
        const operation = { op: 'remove', path: 'phoneNumbers[type eq "work"].display' };
        const left = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        expectEqual('number of values', left.length, 2);
        expectThat(
          left.every((one) => read(one, 'display') !== 'Desk'),
          'display',
          'nothing',
          left,
        );
      },
      'User.phoneNumbers',
    ),
    should(
      'remove.absent',
      'remove of an attribute that has no value succeeds.',
      async (context) => {
        expectAbsent('title', read(await patchedUser(context, {}, { op: 'remove', path: 'title' }), 'title'));
      },
      'User.title',
    ),
    must(
      'remove.extension',
      'remove clears an attribute of an extension if the path starts with the URN of the extension.',
      async (context) => {
        const extension = { [ENTERPRISE_SCHEMA]: { department: 'Tours', division: 'Parks' } };
        const user = await patchedUser(context, extension, { op: 'remove', path: `${ENTERPRISE_SCHEMA}:department` });
        expectAbsent('department', read(user, ENTERPRISE_SCHEMA, 'department'));
        expectEqual('division', read(user, ENTERPRISE_SCHEMA, 'division'), 'Parks');
      },
      'enterprise',
    ),
    must(
      'remove.member',
      'remove with a filter on value in the path removes one member.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const operation = { op: 'remove', path: `members[value eq "${first}"]` };
        const left = readList(await patchedGroup(context, [first, second], operation), 'members');
        expectEqual(
          'ids of the members',
          left.map((one) => readText(one, 'value')),
          [second],
        );
      },
      'groups',
    ),
    must(
      'remove.members',
      'remove of members removes all members.',
      async (context) => {
        const group = await patchedGroup(context, [await newUserId(context)], { op: 'remove', path: 'members' });
        expectEqual('members', readList(group, 'members'), []);
      },
      'groups',
    ),
    must(
      'remove.display-name',
      'remove of the required displayName of a group is refused.',
      async ({ scim, newGroup }) => {
        const path = `/Groups/${readText(await newGroup(), 'id')}`;
        expectError(
          await scim.patch(path, [{ op: 'remove', path: 'displayName' }]),
          [400],
          ['mutability', 'invalidValue'],
        );
      },
      'groups',
    ),
  ],
};
