import { must, should, type Section } from '../check.ts';
import { expectAbsent, expectEqual, expectStatus, expectThat, read, readText, textOf } from '../expect.ts';

export const createSection: Section = {
  source: 'RFC 7644 §3.3',
  title: 'Creating resources',
  checks: [
    must('create.status', 'Creating a user returns 201.', async ({ scim, userBody }) => {
      expectStatus(await scim.post('/Users', userBody()), 201);
    }),
    must(
      'create.group-status',
      'Creating a group returns 201.',
      async ({ scim, groupBody }) => {
        expectStatus(await scim.post('/Groups', groupBody()), 201);
      },
      'groups',
    ),
    must(
      'create.location',
      'Location is the URI of the new resource and the same as meta.location.',
      async ({ scim, userBody }) => {
        const answer = await scim.post('/Users', userBody());
        expectThat(answer.headers.location !== undefined, 'header Location', 'a URI', undefined);
        expectEqual('header Location', answer.headers.location, read(answer.body, 'meta', 'location'));
      },
    ),
    must('create.location-path', 'GET on the URI in Location returns the new resource.', async ({ scim, userBody }) => {
      const answer = await scim.post('/Users', userBody());
      const location = answer.headers.location ?? '';
      const path = /\/Users\/[^/]+$/.exec(location)?.[0];
      expectThat(path !== undefined, 'header Location', '…/Users/ID', location);
      const found = await scim.get(path);
      expectStatus(found, 200);
      expectEqual('id', read(found.body, 'id'), read(answer.body, 'id'));
    }),
    should(
      'create.body',
      'The response contains the whole resource, as a GET returns it.',
      async ({ scim, newUser }) => {
        const created = await newUser({ displayName: 'Ann Meier', name: { familyName: 'Meier' } });
        expectEqual('the resource', (await scim.get(`/Users/${readText(created, 'id')}`)).body, created);
      },
    ),
    must('create.id', 'The server chooses the id and ignores an id in the request.', async ({ newUser, unique }) => {
      const id = unique('id');
      expectThat(read(await newUser({ id }), 'id') !== id, 'id', 'an id that the server chose', id);
    }),
    must('create.meta', 'The server sets meta and ignores meta in the request.', async ({ newUser }) => {
      const meta = { resourceType: 'Group', created: '2001-01-01T00:00:00Z', location: 'https://elsewhere.example/x' };
      const user = await newUser({ meta });
      expectEqual('meta.resourceType', read(user, 'meta', 'resourceType'), 'User');
      expectThat(
        read(user, 'meta', 'created') !== meta.created,
        'meta.created',
        'the time of the creation',
        meta.created,
      );
      expectThat(
        read(user, 'meta', 'location') !== meta.location,
        'meta.location',
        'the URI of the new resource',
        meta.location,
      );
    }),
    must(
      'create.etag',
      'If the server supports entity tags, the response has the ETag of the new resource.',
      async ({ scim, userBody }) => {
        const answer = await scim.post('/Users', userBody());
        expectThat(answer.headers.etag !== undefined, 'header ETag', 'an entity tag', undefined);
      },
      'etag',
    ),
    must(
      'create.refused-is-not-made',
      'A refused creation does not create a resource.',
      async ({ scim, userBody }) => {
        const body = userBody({ name: 'not an object' });
        expectStatus(await scim.post('/Users', body), 400);
        const { body: list } = await scim.list('/Users', { filter: `userName eq "${textOf(body['userName'])}"` });
        expectEqual('totalResults', read(list, 'totalResults'), 0);
      },
      'filter',
      'User.name',
    ),
    must(
      'create.projection',
      'attributes and excludedAttributes apply to the response to a creation (RFC 7644 §3.9).',
      async ({ scim, userBody }) => {
        const options = { query: { attributes: 'userName' } };
        const answer = await scim.post('/Users', userBody({ displayName: 'Ann' }), options);
        expectStatus(answer, 201);
        readText(answer.body, 'userName');
        expectAbsent('displayName', read(answer.body, 'displayName'));
      },
      'User.displayName',
    ),
  ],
};
