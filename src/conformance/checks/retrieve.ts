import { must, type Section } from '../check.ts';
import { expectEqual, expectError, expectStatus, read, readText } from '../expect.ts';

export const retrieveSection: Section = {
  source: 'RFC 7644 §3.4.1',
  title: 'Reading a resource',
  checks: [
    must('retrieve.status', 'GET of a user returns 200 and the user.', async ({ scim, people }) => {
      const { id, sent } = (await people()).person('alpha');
      const answer = await scim.get(`/Users/${id}`);
      expectStatus(answer, 200);
      expectEqual('id', read(answer.body, 'id'), id);
      for (const name of ['userName', 'externalId']) expectEqual(name, read(answer.body, name), sent[name]);
    }),
    must(
      'retrieve.group',
      'GET of a group returns 200 and the group.',
      async ({ scim, newGroup }) => {
        const group = await newGroup();
        const answer = await scim.get(`/Groups/${readText(group, 'id')}`);
        expectStatus(answer, 200);
        expectEqual('displayName', read(answer.body, 'displayName'), group['displayName']);
      },
      'groups',
    ),
    must('retrieve.unknown', 'GET of a user id that does not exist returns 404.', async ({ scim }) => {
      expectError(await scim.get('/Users/no-such-id'), [404]);
    }),
    must(
      'retrieve.unknown-group',
      'GET of a group id that does not exist returns 404.',
      async ({ scim }) => {
        expectError(await scim.get('/Groups/no-such-id'), [404]);
      },
      'groups',
    ),
    must(
      'retrieve.other-type',
      'The id of a user returns 404 at /Groups.',
      async ({ scim, people }) => {
        expectError(await scim.get(`/Groups/${(await people()).person('alpha').id}`), [404]);
      },
      'groups',
    ),
    must(
      'retrieve.inactive',
      'GET of an inactive user returns 200 and the user.',
      async ({ scim, people }) => {
        const answer = await scim.get(`/Users/${(await people()).person('echo').id}`);
        expectStatus(answer, 200);
        expectEqual('active', read(answer.body, 'active'), false);
      },
      'User.active',
    ),
  ],
};
