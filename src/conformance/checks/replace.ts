import { must, type Section } from '../check.ts';
import {
  expectAbsent,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  read,
  readList,
  readText,
} from '../expect.ts';

export const replaceSection: Section = {
  source: 'RFC 7644 §3.5.1',
  title: 'Replacing with PUT',
  checks: [
    must(
      'put.replaces',
      'PUT returns 200 and the changed resource.',
      async ({ scim, newUser, userBody }) => {
        const id = readText(await newUser({ title: 'Pilot' }), 'id');
        const body = userBody({ title: 'Captain' });
        const answer = await scim.put(`/Users/${id}`, body);
        expectStatus(answer, 200);
        for (const name of ['userName', 'title']) expectEqual(name, read(answer.body, name), body[name]);
        expectEqual('the resource', (await scim.get(`/Users/${id}`)).body, answer.body);
      },
      'User.title',
    ),
    must(
      'put.clears',
      'PUT clears the attributes that the request omits.',
      async ({ scim, newUser, userBody }) => {
        const id = readText(await newUser({ title: 'Pilot', name: { familyName: 'Meier', givenName: 'Ann' } }), 'id');
        const answer = await scim.put(`/Users/${id}`, userBody({ name: { familyName: 'Novak' } }));
        expectStatus(answer, 200);
        expectAbsent('title', read(answer.body, 'title'));
        expectEqual('name.familyName', read(answer.body, 'name', 'familyName'), 'Novak');
        expectAbsent('name.givenName', read(answer.body, 'name', 'givenName'));
      },
      'User.title',
      'User.name',
    ),
    must(
      'put.multi-valued',
      'PUT replaces all values of a multi-valued attribute.',
      async ({ scim, newUser, userBody }) => {
        const id = readText(await newUser({ phoneNumbers: [{ value: '+41 44 555 01 00', type: 'work' }] }), 'id');
        const phoneNumbers = [{ value: '+41 79 555 01 00', type: 'mobile' }];
        expectStatus(await scim.put(`/Users/${id}`, userBody({ phoneNumbers })), 200);
        const answered = readList((await scim.get(`/Users/${id}`)).body, 'phoneNumbers');
        expectEqual(
          'types of the numbers',
          answered.map((one) => read(one, 'type') ?? null),
          ['mobile'],
        );
      },
      'User.phoneNumbers',
    ),
    must(
      'put.read-only',
      'PUT ignores readOnly attributes and keeps their values.',
      async ({ scim, newUser, userBody }) => {
        const user = await newUser();
        const id = readText(user, 'id');
        const readOnly = {
          id: 'another-id',
          groups: [{ value: 'x' }],
          meta: { created: '2001-01-01T00:00:00Z', resourceType: 'X' },
        };
        const answer = await scim.put(`/Users/${id}`, userBody(readOnly));
        expectStatus(answer, 200);
        expectEqual('id', read(answer.body, 'id'), id);
        expectEqual('meta.created', read(answer.body, 'meta', 'created'), read(user, 'meta', 'created'));
        expectEqual('meta.resourceType', read(answer.body, 'meta', 'resourceType'), 'User');
      },
    ),
    must('put.same', 'PUT accepts a resource exactly as the server returned it.', async ({ scim, newUser }) => {
      const user = await newUser({ title: 'Pilot', name: { familyName: 'Meier' } });
      const answer = await scim.put(`/Users/${readText(user, 'id')}`, user);
      expectStatus(answer, 200);
      const { meta: _, ...before } = user;
      const { meta: __, ...after } = answer.body as typeof user;
      expectEqual('the resource', after, before);
    }),
    must(
      'put.required',
      'PUT without a required attribute is refused and changes nothing.',
      async ({ scim, newUser, userBody }) => {
        const user = await newUser({ title: 'Pilot' });
        const { userName: _, ...rest } = userBody();
        expectError(await scim.put(`/Users/${readText(user, 'id')}`, rest), [400], ['invalidValue', 'invalidSyntax']);
        expectEqual('the user', (await scim.get(`/Users/${readText(user, 'id')}`)).body, user);
      },
    ),
    must(
      'put.unique',
      'PUT with the userName of another user is refused with 409.',
      async ({ scim, newUser, userBody }) => {
        const taken = readText(await newUser(), 'userName');
        const id = readText(await newUser(), 'id');
        expectError(await scim.put(`/Users/${id}`, userBody({ userName: taken })), [409], ['uniqueness']);
      },
    ),
    must(
      'put.unknown',
      'PUT does not create users: an id that does not exist returns 404.',
      async ({ scim, userBody }) => {
        expectError(await scim.put('/Users/no-such-id', userBody()), [404]);
      },
    ),
    must(
      'put.unknown-group',
      'PUT does not create groups: an id that does not exist returns 404.',
      async ({ scim, groupBody }) => {
        expectError(await scim.put('/Groups/no-such-id', groupBody()), [404]);
      },
      'groups',
    ),
    must(
      'put.malformed',
      'PUT with a body that is not JSON returns 400 and changes nothing.',
      async ({ scim, newUser }) => {
        const user = await newUser();
        const id = readText(user, 'id');
        expectError(await scim.put(`/Users/${id}`, '{"userName"'), [400], ['invalidSyntax']);
        const { body } = await scim.get(`/Users/${id}`);
        expectThat(
          read(body, 'userName') === user['userName'],
          'userName',
          'the value before the request',
          read(body, 'userName'),
        );
      },
    ),
  ],
};
