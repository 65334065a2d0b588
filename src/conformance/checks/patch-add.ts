import { must, type Section } from '../check.ts';
import { expectEqual, expectStatus, expectThat, read, readList, readText, textOf } from '../expect.ts';
import { ENTERPRISE_SCHEMA } from '../scim-names.ts';
import { newUserId, patchedGroup, patchedUser } from './patched.ts';

const phone = (value: string, type: string) => ({ value, type });

export const patchAddSection: Section = {
  source: 'RFC 7644 §3.5.2.1',
  title: 'PATCH add',
  needs: ['patch'],
  checks: [
    must(
      'add.single',
      'add sets an attribute that has no value.',
      async (context) => {
        const user = await patchedUser(context, {}, { op: 'add', path: 'title', value: 'Pilot' });
        expectEqual('title', read(user, 'title'), 'Pilot');
      },
      'User.title',
    ),
    must(
      'add.over',
      'add to a single-valued attribute replaces its value.',
      async (context) => {
        const user = await patchedUser(context, { title: 'Pilot' }, { op: 'add', path: 'title', value: 'Captain' });
        expectEqual('title', read(user, 'title'), 'Captain');
      },
      'User.title',
    ),
    must(
      'add.no-path',
      'add without a path sets each attribute in the value.',
      async (context) => {
        const value = { title: 'Pilot', name: { givenName: 'Ann' } };
        const user = await patchedUser(context, { name: { familyName: 'Meier' } }, { op: 'add', value });
        expectEqual('title', read(user, 'title'), 'Pilot');
        expectEqual(
          'name',
          [read(user, 'name', 'familyName') ?? null, read(user, 'name', 'givenName') ?? null],
          ['Meier', 'Ann'],
        );
      },
      'User.title',
      'User.name',
    ),
    must(
      'add.complex',
      'add to a complex attribute keeps the sub-attributes that the value does not contain.',
      async (context) => {
        const operation = { op: 'add', path: 'name', value: { givenName: 'Ann' } };
        const user = await patchedUser(context, { name: { familyName: 'Meier' } }, operation);
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Meier');
        expectEqual('name.givenName', read(user, 'name', 'givenName'), 'Ann');
      },
      'User.name',
    ),
    must(
      'add.sub-attribute',
      'add to a sub-attribute creates the complex attribute if it has no value.',
      async (context) => {
        const user = await patchedUser(context, {}, { op: 'add', path: 'name.givenName', value: 'Ann' });
        expectEqual('name.givenName', read(user, 'name', 'givenName'), 'Ann');
      },
      'User.name',
    ),
    must(
      'add.appends',
      'add to a multi-valued attribute appends the value and keeps the existing ones.',
      async (context) => {
        const operation = { op: 'add', path: 'phoneNumbers', value: [phone('+41 2', 'mobile')] };
        const user = await patchedUser(context, { phoneNumbers: [phone('+41 1', 'work')] }, operation);
        const types = readList(user, 'phoneNumbers').map((one) => readText(one, 'type'));
        expectEqual('types of the numbers', types.toSorted(), ['mobile', 'work']);
      },
      'User.phoneNumbers',
    ),
    must(
      'add.object',
      'add to a multi-valued attribute accepts a single value without an array.',
      async (context) => {
        const operation = { op: 'add', path: 'phoneNumbers', value: phone('+41 1', 'work') };
        expectEqual('number of values', readList(await patchedUser(context, {}, operation), 'phoneNumbers').length, 1);
      },
      'User.phoneNumbers',
    ),
    must(
      'add.existing',
      'add does not add a value that already exists.',
      async (context) => {
        const numbers = [phone('+41 1', 'work')];
        const user = await patchedUser(
          context,
          { phoneNumbers: numbers },
          { op: 'add', path: 'phoneNumbers', value: numbers },
        );
        expectEqual('number of values', readList(user, 'phoneNumbers').length, 1);
      },
      'User.phoneNumbers',
    ),
    must(
      'add.existing-unmodified',
      'add of an existing value does not change meta.lastModified.',
      async ({ scim, newUser }) => {
        const user = await newUser({ title: 'Pilot' });
        const path = `/Users/${readText(user, 'id')}`;
        expectStatus(await scim.patch(path, [{ op: 'add', path: 'title', value: 'Pilot' }]), 200, 204);
        const { body } = await scim.get(path);
        expectEqual('meta.lastModified', read(body, 'meta', 'lastModified'), read(user, 'meta', 'lastModified'));
      },
      'User.title',
    ),
    must(
      'add.value-path',
      'add with a filter in the path changes only the matching value.',
      async (context) => {
        const operation = { op: 'add', path: 'phoneNumbers[type eq "work"].display', value: 'Desk' };
        const numbers = [phone('+41 1', 'work'), phone('+41 2', 'mobile')];
        const answered = readList(await patchedUser(context, { phoneNumbers: numbers }, operation), 'phoneNumbers');
        const displays = answered.map((one) => `${readText(one, 'type')}: ${textOf(read(one, 'display'))}`);
        expectEqual('display of each type', displays.toSorted(), ['mobile: ', 'work: Desk']);
      },
      'User.phoneNumbers',
    ),
    must(
      'add.extension',
      'add sets an attribute of an extension if the path starts with the URN of the extension.',
      async (context) => {
        const operation = { op: 'add', path: `${ENTERPRISE_SCHEMA}:department`, value: 'Tours' };
        const user = await patchedUser(context, {}, operation);
        expectEqual('department', read(user, ENTERPRISE_SCHEMA, 'department'), 'Tours');
        expectThat(
          readList(user, 'schemas').includes(ENTERPRISE_SCHEMA),
          'schemas',
          ENTERPRISE_SCHEMA,
          read(user, 'schemas'),
        );
      },
      'enterprise',
    ),
    must(
      'add.extension-object',
      'add without a path accepts an extension as an object under its URN.',
      async (context) => {
        const user = await patchedUser(
          context,
          {},
          { op: 'add', value: { [ENTERPRISE_SCHEMA]: { department: 'Tours' } } },
        );
        expectEqual('department', read(user, ENTERPRISE_SCHEMA, 'department'), 'Tours');
      },
      'enterprise',
    ),
    must(
      'add.member',
      'add to members adds a member and keeps the existing ones.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const group = await patchedGroup(context, [first], { op: 'add', path: 'members', value: [{ value: second }] });
        const ids = readList(group, 'members').map((one) => readText(one, 'value'));
        expectEqual('ids of the members', ids.toSorted(), [first, second].toSorted());
      },
      'groups',
    ),
    must(
      'add.member-twice',
      'add to members does not add an existing member again.',
      async (context) => {
        const id = await newUserId(context);
        const group = await patchedGroup(context, [id], { op: 'add', path: 'members', value: [{ value: id }] });
        expectEqual('number of members', readList(group, 'members').length, 1);
      },
      'groups',
    ),
  ],
};
