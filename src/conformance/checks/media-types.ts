import { must, should, type Section } from '../check.ts';
import { expectScimJson, expectStatus, expectEqual, read } from '../expect.ts';

export const mediaTypesSection: Section = {
  source: 'RFC 7644 §3.8',
  title: 'Media types',
  checks: [
    must('media.answer', 'Responses have the media type application/scim+json.', async ({ scim, userBody }) => {
      expectScimJson(await scim.list('/Users', { count: 1 }));
      expectScimJson(await scim.post('/Users', userBody()));
    }),
    should('media.accept-json', 'A request that accepts only application/json returns 200.', async ({ scim }) => {
      expectStatus(await scim.get('/Users', { query: { count: 1 }, headers: { accept: 'application/json' } }), 200);
    }),
    must(
      'media.accept-any',
      'A request that accepts any media type, or has no Accept header, returns 200.',
      async ({ scim }) => {
        expectStatus(await scim.get('/Users', { query: { count: 1 }, headers: { accept: '*/*' } }), 200);
        expectStatus(await scim.get('/Users', { query: { count: 1 }, headers: { accept: undefined } }), 200);
      },
    ),
    should(
      'media.json-body',
      'A request body may have the media type application/json.',
      async ({ scim, userBody }) => {
        expectStatus(await scim.post('/Users', userBody(), { headers: { 'content-type': 'application/json' } }), 201);
      },
    ),
    must(
      'media.charset',
      'The media type of a request may have the parameter charset=utf-8.',
      async ({ scim, userBody }) => {
        const headers = { 'content-type': 'application/scim+json; charset=utf-8' };
        expectStatus(await scim.post('/Users', userBody(), { headers }), 201);
      },
    ),
    must('media.type-case', 'Media types are case-insensitive (RFC 9110 §8.3.1).', async ({ scim, userBody }) => {
      expectStatus(
        await scim.post('/Users', userBody(), { headers: { 'content-type': 'Application/SCIM+JSON' } }),
        201,
      );
    }),
    must(
      'media.utf-8',
      'The bodies of requests and responses are encoded in UTF-8.',
      async ({ scim, userBody, unique }) => {
        const title = `${unique('title')} Größe Ωmega 漢字`;
        const answer = await scim.post('/Users', userBody({ title }));
        expectStatus(answer, 201);
        expectEqual('title', read(answer.body, 'title'), title);
      },
      'User.title',
    ),
    should(
      'media.other-body',
      'A request body of any other media type is refused with 415 or 400.',
      async ({ scim }) => {
        expectStatus(await scim.post('/Users', '<user/>', { headers: { 'content-type': 'text/xml' } }), 415, 400);
      },
    ),
  ],
};
