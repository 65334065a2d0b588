import { must, should, type Section } from '../check.ts';
import { expectAbsent, expectEqual, expectStatus, expectThat, read, readText, textOf } from '../expect.ts';

export const createSection: Section = {
  source: 'RFC 7644 §3.3',
  title: 'Creating resources',
  checks: [
    must('create.status', 'A resource that was created is answered 201.', async ({ scim, userBody }) => {
      expectStatus(await scim.post('/Users', userBody()), 201);
    }),
    must(
      'create.group-status',
      'A group that was created is answered 201.',
      async ({ scim, groupBody }) => {
        expectStatus(await scim.post('/Groups', groupBody()), 201);
      },
      'groups',
    ),
    must(
      'create.location',
      'The header Location is the URI of the new resource, the same as meta.location.',
      async ({ scim, userBody }) => {
        const answer = await scim.post('/Users', userBody());
        expectThat(answer.headers.location !== undefined, 'header Location', 'a URI', undefined);
        expectEqual('header Location', answer.headers.location, read(answer.body, 'meta', 'location'));
      },
    ),
    must(
      'create.location-path',
      'The URI in the header Location leads to the new resource.',
      async ({ scim, userBody }) => {
        const answer = await scim.post('/Users', userBody());
        const location = answer.headers.location ?? '';
        const path = /\/Users\/[^/]+$/.exec(location)?.[0];
        expectThat(path !== undefined, 'header Location', '…/Users/ID', location);
        const found = await scim.get(path);
        expectStatus(found, 200);
        expectEqual('id', read(found.body, 'id'), read(answer.body, 'id'));
      },
    ),
    should('create.body', 'The answer holds the whole resource, as a GET does.', async ({ scim, newUser }) => {
      const created = await newUser({ displayName: 'Ann Meier', name: { familyName: 'Meier' } });
      expectEqual('the resource', (await scim.get(`/Users/${readText(created, 'id')}`)).body, created);
    }),
    must('create.id', 'The client does not choose the id: the server does.', async ({ newUser, unique }) => {
      const id = unique('id');
      expectThat(read(await newUser({ id }), 'id') !== id, 'id', 'an id of the server', id);
    }),
    must('create.meta', 'meta in the request is ignored, since the server sets it.', async ({ newUser }) => {
      const meta = { resourceType: 'Group', created: '2001-01-01T00:00:00Z', location: 'https://elsewhere.example/x' };
      const user = await newUser({ meta });
      expectEqual('meta.resourceType', read(user, 'meta', 'resourceType'), 'User');
      expectThat(
        read(user, 'meta', 'created') !== meta.created,
        'meta.created',
        'the time of the server',
        meta.created,
      );
      expectThat(read(user, 'meta', 'location') !== meta.location, 'meta.location', 'the URI here', meta.location);
    }),
    must(
      'create.etag',
      'With entity tags, the answer has the tag of the new resource.',
      async ({ scim, userBody }) => {
        const answer = await scim.post('/Users', userBody());
        expectThat(answer.headers.etag !== undefined, 'header ETag', 'an entity tag', undefined);
      },
      'etag',
    ),
    must(
      'create.refused-is-not-made',
      'A creation that is refused leaves nothing behind.',
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
      'attributes and excludedAttributes shape the answer too (RFC 7644 §3.9).',
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
