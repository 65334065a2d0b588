import { must, type Section } from '../check.ts';
import { expectEqual, expectError, read, readList, readText } from '../expect.ts';
import { ENTERPRISE_SCHEMA } from '../scim-names.ts';
import { newUserId, patchedGroup, patchedUser } from './patched.ts';

const numbers = [
  { value: '+41 1', type: 'work' },
  { value: '+41 2', type: 'mobile' },
];

export const patchReplaceSection: Section = {
  source: 'RFC 7644 §3.5.2.3',
  title: 'PATCH replace',
  needs: ['patch'],
  checks: [
    must(
      'replace.single',
      'replace changes the value of an attribute.',
      async (context) => {
        const user = await patchedUser(context, { title: 'Pilot' }, { op: 'replace', path: 'title', value: 'Captain' });
        expectEqual('title', read(user, 'title'), 'Captain');
      },
      'User.title',
    ),
    must(
      'replace.absent',
      'replace sets an attribute that has no value, like add.',
      async (context) => {
        const user = await patchedUser(context, {}, { op: 'replace', path: 'title', value: 'Captain' });
        expectEqual('title', read(user, 'title'), 'Captain');
      },
      'User.title',
    ),
    must(
      'replace.no-path',
      'replace without a path changes only the attributes in the value.',
      async (context) => {
        const value = { title: 'Captain', displayName: 'Ann' };
        const user = await patchedUser(context, { title: 'Pilot', nickName: 'Annie' }, { op: 'replace', value });
        expectEqual('title', read(user, 'title'), 'Captain');
        expectEqual('displayName', read(user, 'displayName'), 'Ann');
        expectEqual('nickName', read(user, 'nickName'), 'Annie');
      },
      'User.title',
      'User.displayName',
      'User.nickName',
    ),
    must(
      'replace.complex',
      'replace of a complex attribute changes only the sub-attributes in the value.',
      async (context) => {
        const name = { familyName: 'Meier', givenName: 'Ann' };
        const user = await patchedUser(context, { name }, { op: 'replace', path: 'name', value: { givenName: 'Eve' } });
        expectEqual('name.givenName', read(user, 'name', 'givenName'), 'Eve');
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Meier');
      },
      'User.name',
    ),
    must(
      'replace.sub-attribute',
      'replace of a sub-attribute keeps the other sub-attributes.',
      async (context) => {
        const name = { familyName: 'Meier', givenName: 'Ann' };
        const user = await patchedUser(context, { name }, { op: 'replace', path: 'name.givenName', value: 'Eve' });
        expectEqual('name.givenName', read(user, 'name', 'givenName'), 'Eve');
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Meier');
      },
      'User.name',
    ),
    must(
      'replace.multi-valued',
      'replace of a multi-valued attribute replaces all its values.',
      async (context) => {
        const operation = { op: 'replace', path: 'phoneNumbers', value: [{ value: '+41 3', type: 'home' }] };
        const answered = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        expectEqual(
          'types of the numbers',
          answered.map((one) => read(one, 'type') ?? null),
          ['home'],
        );
      },
      'User.phoneNumbers',
    ),
    must(
      'replace.value-path',
      'replace with a filter in the path replaces only the matching value.',
      async (context) => {
        const operation = {
          op: 'replace',
          path: 'phoneNumbers[type eq "work"]',
          value: { value: '+41 9', type: 'work' },
        };
        const answered = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        expectEqual('numbers', answered.map((one) => readText(one, 'value')).toSorted(), ['+41 2', '+41 9']);
      },
      'User.phoneNumbers',
    ),
    must(
      'replace.value-path-sub',
      'replace with a filter and a sub-attribute in the path changes only that sub-attribute.',
      async (context) => {
        const operation = { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '+41 9' };
        const answered = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        expectEqual('numbers', answered.map((one) => readText(one, 'value')).toSorted(), ['+41 2', '+41 9']);
      },
      'User.phoneNumbers',
    ),
    must(
      'replace.boolean',
      'replace can set active to false and to true.',
      async (context) => {
        const switchTo = (value: boolean) => ({ op: 'replace', path: 'active', value });
        expectEqual('active', read(await patchedUser(context, {}, switchTo(false)), 'active'), false);
        expectEqual('active', read(await patchedUser(context, {}, switchTo(false), switchTo(true)), 'active'), true);
      },
      'User.active',
    ),
    must(
      'replace.extension',
      'replace changes an attribute of an extension if the path starts with the URN of the extension.',
      async (context) => {
        const extension = { [ENTERPRISE_SCHEMA]: { department: 'Tours', division: 'Parks' } };
        const operation = { op: 'replace', path: `${ENTERPRISE_SCHEMA}:department`, value: 'Sales' };
        const user = await patchedUser(context, extension, operation);
        expectEqual('department', read(user, ENTERPRISE_SCHEMA, 'department'), 'Sales');
        expectEqual('division', read(user, ENTERPRISE_SCHEMA, 'division'), 'Parks');
      },
      'enterprise',
    ),
    must(
      'replace.manager',
      'replace can change the manager of a user.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const operation = { op: 'replace', path: `${ENTERPRISE_SCHEMA}:manager`, value: { value: second } };
        const user = await patchedUser(context, { [ENTERPRISE_SCHEMA]: { manager: { value: first } } }, operation);
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), second);
      },
      'enterprise',
    ),
    must(
      'replace.unique',
      'replace with the userName of another user is refused with 409.',
      async ({ scim, newUser }) => {
        const value = readText(await newUser(), 'userName');
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectError(await scim.patch(path, [{ op: 'replace', path: 'userName', value }]), [409], ['uniqueness']);
      },
    ),
    must(
      'replace.members',
      'replace of members replaces all members.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const group = await patchedGroup(context, [first], {
          op: 'replace',
          path: 'members',
          value: [{ value: second }],
        });
        expectEqual(
          'ids of the members',
          readList(group, 'members').map((one) => readText(one, 'value')),
          [second],
        );
      },
      'groups',
    ),
    must(
      'replace.group-name',
      'replace of displayName renames a group and keeps its members.',
      async (context) => {
        const [id, value] = [await newUserId(context), context.unique('renamed')];
        const group = await patchedGroup(context, [id], { op: 'replace', path: 'displayName', value });
        expectEqual('displayName', read(group, 'displayName'), value);
        expectEqual('number of members', readList(group, 'members').length, 1);
      },
      'groups',
    ),
  ],
};
