import { must, should, type Section } from '../check.ts';
import { expectEqual, expectError, expectStatus, expectThat, read, readList, readText } from '../expect.ts';
import { GROUP_SCHEMA } from '../scim-names.ts';

export const groupsSection: Section = {
  source: 'RFC 7643 §4.2',
  title: 'Groups',
  needs: ['groups'],
  checks: [
    must(
      'groups.create',
      'A group has a displayName, an id, its schema and its resource type.',
      async ({ newGroup, unique }) => {
        const displayName = unique('group');
        const group = await newGroup({ displayName });
        expectEqual('displayName', read(group, 'displayName'), displayName);
        expectEqual('schemas', read(group, 'schemas'), [GROUP_SCHEMA]);
        expectEqual('meta.resourceType', read(group, 'meta', 'resourceType'), 'Group');
        readText(group, 'id');
      },
    ),
    must('groups.display-name-required', 'A group without a displayName is refused.', async ({ scim }) => {
      expectError(await scim.post('/Groups', { schemas: [GROUP_SCHEMA] }), [400], ['invalidValue', 'invalidSyntax']);
    }),
    must('groups.members', 'members contains the ids of the members.', async ({ scim, newUser, newGroup }) => {
      const ids = [readText(await newUser(), 'id'), readText(await newUser(), 'id')];
      const groupId = readText(await newGroup({ members: ids.map((value) => ({ value })) }), 'id');
      const members = readList((await scim.get(`/Groups/${groupId}`)).body, 'members');
      expectEqual('ids of the members', members.map((one) => readText(one, 'value')).sort(), [...ids].sort());
    }),
    should(
      'groups.member-details',
      'Each member has $ref, the URI of the member, and the type User or Group.',
      async ({ scim, newUser, newGroup }) => {
        const id = readText(await newUser(), 'id');
        const groupId = readText(await newGroup({ members: [{ value: id }] }), 'id');
        const member = read((await scim.get(`/Groups/${groupId}`)).body, 'members', 0);
        expectThat(readText(member, '$ref').endsWith(`/Users/${id}`), 'members.$ref', `…/Users/${id}`, member);
        expectEqual('members.type', read(member, 'type'), 'User');
      },
    ),
    should('groups.nested', 'A group can be a member of a group.', async ({ newGroup }) => {
      const innerId = readText(await newGroup(), 'id');
      const group = await newGroup({ members: [{ value: innerId, type: 'Group' }] });
      expectEqual('members.value', read(group, 'members', 0, 'value'), innerId);
    }),
    should(
      'groups.same-member',
      'A user who is listed twice in members is one member.',
      async ({ newUser, newGroup }) => {
        const id = readText(await newUser(), 'id');
        const group = await newGroup({ members: [{ value: id }, { value: id }] });
        expectEqual('number of members', readList(group, 'members').length, 1);
      },
    ),
    should(
      'groups.deleted-member',
      'A deleted user is no longer a member of any group.',
      async ({ scim, newUser, newGroup }) => {
        const id = readText(await newUser(), 'id');
        const groupId = readText(await newGroup({ members: [{ value: id }] }), 'id');
        expectStatus(await scim.delete(`/Users/${id}`), 204);
        expectEqual('members', readList((await scim.get(`/Groups/${groupId}`)).body, 'members'), []);
      },
    ),
    must(
      'groups.replace',
      'PUT replaces the displayName and the members of a group.',
      async ({ scim, newUser, newGroup, groupBody }) => {
        const [first, second] = [readText(await newUser(), 'id'), readText(await newUser(), 'id')];
        const groupId = readText(await newGroup({ members: [{ value: first }] }), 'id');
        const body = groupBody({ members: [{ value: second }] });
        expectStatus(await scim.put(`/Groups/${groupId}`, body), 200);
        const group = (await scim.get(`/Groups/${groupId}`)).body;
        expectEqual('displayName', read(group, 'displayName'), body['displayName']);
        expectEqual(
          'ids of the members',
          readList(group, 'members').map((one) => readText(one, 'value')),
          [second],
        );
      },
    ),
  ],
};
