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
      'replace changes a value.',
      async (context) => {
        const user = await patchedUser(context, { title: 'Pilot' }, { op: 'replace', path: 'title', value: 'Captain' });
        expectEqual('title', read(user, 'title'), 'Captain');
      },
      'User.title',
    ),
    must(
      'replace.absent',
      'replace of what has no value is the same as add.',
      async (context) => {
        const user = await patchedUser(context, {}, { op: 'replace', path: 'title', value: 'Captain' });
        expectEqual('title', read(user, 'title'), 'Captain');
      },
      'User.title',
    ),
    must(
      'replace.no-path',
      'replace without a path changes each attribute of the value, and no other.',
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
      'replace of a complex attribute changes the sub-attributes that are named, and leaves the others.',
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
      'replace of a sub-attribute leaves the others.',
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
      'replace of a multi-valued attribute puts new values in place of all.',
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
      'replace with a filter replaces the value that matches, and no other.',
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
      'replace of a sub-attribute of the value that matches.',
      async (context) => {
        const operation = { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '+41 9' };
        const answered = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        expectEqual('numbers', answered.map((one) => readText(one, 'value')).toSorted(), ['+41 2', '+41 9']);
      },
      'User.phoneNumbers',
    ),
    must(
      'replace.boolean',
      'active is switched off and on.',
      async (context) => {
        const switchTo = (value: boolean) => ({ op: 'replace', path: 'active', value });
        expectEqual('active', read(await patchedUser(context, {}, switchTo(false)), 'active'), false);
        expectEqual('active', read(await patchedUser(context, {}, switchTo(false), switchTo(true)), 'active'), true);
      },
      'User.active',
    ),
    must(
      'replace.extension',
      'An attribute of an extension is replaced with its URN in the path.',
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
      'The manager is replaced.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const operation = { op: 'replace', path: `${ENTERPRISE_SCHEMA}:manager`, value: { value: second } };
        const user = await patchedUser(context, { [ENTERPRISE_SCHEMA]: { manager: { value: first } } }, operation);
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), second);
      },
      'enterprise',
    ),
    must('replace.unique', 'A userName that somebody else has is answered 409.', async ({ scim, newUser }) => {
      const value = readText(await newUser(), 'userName');
      const path = `/Users/${readText(await newUser(), 'id')}`;
      expectError(await scim.patch(path, [{ op: 'replace', path: 'userName', value }]), [409], ['uniqueness']);
    }),
    must(
      'replace.members',
      'replace of members makes these the only ones.',
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
      'A group is renamed, and keeps its members.',
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
