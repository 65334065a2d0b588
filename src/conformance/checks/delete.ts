import { must, type Section } from '../check.ts';
import { expectEqual, expectError, expectStatus, read, readText, textOf } from '../expect.ts';

export const deleteSection: Section = {
  source: 'RFC 7644 §3.6',
  title: 'Deleting resources',
  checks: [
    must('delete.status', 'DELETE returns 204 without a body.', async ({ scim, newUser }) => {
      const answer = await scim.delete(`/Users/${readText(await newUser(), 'id')}`);
      expectStatus(answer, 204);
      expectEqual('the body', answer.text, '');
    }),
    must(
      'delete.gone',
      'GET, PUT and DELETE of a deleted resource return 404.',
      async ({ scim, newUser, userBody }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectStatus(await scim.delete(path), 204);
        expectError(await scim.get(path), [404]);
        expectError(await scim.put(path, userBody()), [404]);
        expectError(await scim.delete(path), [404]);
      },
    ),
    must(
      'delete.patch',
      'PATCH of a deleted resource returns 404.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectStatus(await scim.delete(path), 204);
        expectError(await scim.patch(path, [{ op: 'add', path: 'title', value: 'x' }]), [404]);
      },
      'patch',
    ),
    must(
      'delete.not-listed',
      'A list does not contain deleted resources.',
      async ({ scim, newUser }) => {
        const user = await newUser();
        expectStatus(await scim.delete(`/Users/${readText(user, 'id')}`), 204);
        const { body } = await scim.list('/Users', { filter: `userName eq "${textOf(user['userName'])}"` });
        expectEqual('totalResults', read(body, 'totalResults'), 0);
      },
      'filter',
    ),
    must(
      'delete.name-free',
      'The userName of a deleted user can be used for a new user.',
      async ({ scim, newUser }) => {
        const { id, userName, emails } = await newUser();
        expectStatus(await scim.delete(`/Users/${textOf(id)}`), 204);
        await newUser({ userName: userName ?? null, emails: emails ?? null });
      },
    ),
    must('delete.unknown', 'DELETE of an id that does not exist returns 404.', async ({ scim }) => {
      expectError(await scim.delete('/Users/no-such-id'), [404]);
    }),
    must(
      'delete.group',
      'DELETE of a group deletes the group but not its members.',
      async ({ scim, newUser, newGroup }) => {
        const userPath = `/Users/${readText(await newUser(), 'id')}`;
        const path = `/Groups/${readText(await newGroup({ members: [{ value: userPath.slice(7) }] }), 'id')}`;
        expectStatus(await scim.delete(path), 204);
        expectError(await scim.get(path), [404]);
        expectStatus(await scim.get(userPath), 200);
      },
      'groups',
    ),
  ],
};
