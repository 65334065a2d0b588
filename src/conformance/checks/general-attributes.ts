import { must, should, type Section } from '../check.ts';
import { expectEqual, expectStatus, expectThat, read, readList, readText } from '../expect.ts';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '../scim-names.ts';

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function expectDate(text: string, what: string): number {
  const time = Date.parse(text);
  expectThat(dateTime.test(text) && !Number.isNaN(time), what, 'a dateTime such as 2026-01-05T09:00:00Z', text);
  return time;
}

export const generalAttributesSection: Section = {
  source: 'RFC 7643 §3.1',
  title: 'Attributes that every resource has',
  checks: [
    must('attributes.id', 'Each resource has an id: a non-empty string other than "bulkId".', async ({ newUser }) => {
      const id = readText(await newUser(), 'id');
      expectThat(id !== '' && id !== 'bulkId', 'id', 'a non-empty string other than bulkId', id);
    }),
    must('attributes.id-unique', 'No two resources have the same id.', async ({ people }) => {
      const ids = (await people()).all.map(({ id }) => id);
      expectEqual('number of different ids', new Set(ids).size, ids.length);
    }),
    must(
      'attributes.id-stable',
      'The id stays the same when the resource changes.',
      async ({ scim, newUser, userBody }) => {
        const id = readText(await newUser(), 'id');
        const answer = await scim.put(`/Users/${id}`, userBody());
        expectStatus(answer, 200);
        expectEqual('id', read(answer.body, 'id'), id);
      },
    ),
    must('attributes.external-id', 'The server keeps externalId as the client sends it.', async ({ scim, people }) => {
      const { id, sent } = (await people()).person('alpha');
      expectEqual('externalId', read((await scim.get(`/Users/${id}`)).body, 'externalId'), sent['externalId']);
    }),
    must('attributes.resource-type', 'meta.resourceType is the name of the resource type.', async ({ newUser }) => {
      expectEqual('meta.resourceType', read(await newUser(), 'meta', 'resourceType'), 'User');
    }),
    must(
      'attributes.created',
      'meta.created and meta.lastModified are dateTimes, and are equal in a new resource.',
      async ({ newUser }) => {
        const user = await newUser();
        const created = expectDate(readText(user, 'meta', 'created'), 'meta.created');
        const modified = expectDate(readText(user, 'meta', 'lastModified'), 'meta.lastModified');
        expectThat(
          modified >= created && modified - created < 5_000,
          'meta.lastModified',
          'meta.created',
          read(user, 'meta') ?? null,
        );
      },
    ),
    must(
      'attributes.modified',
      'A change updates meta.lastModified and keeps meta.created.',
      async ({ scim, newUser, userBody }) => {
        const user = await newUser();
        const answer = await scim.put(`/Users/${readText(user, 'id')}`, userBody());
        expectStatus(answer, 200);
        expectEqual('meta.created', read(answer.body, 'meta', 'created'), read(user, 'meta', 'created'));
        const before = Date.parse(readText(user, 'meta', 'lastModified'));
        const after = expectDate(readText(answer.body, 'meta', 'lastModified'), 'meta.lastModified');
        expectThat(
          after >= before,
          'meta.lastModified',
          'not before its value before the change',
          read(answer.body, 'meta') ?? null,
        );
      },
    ),
    must('attributes.location', 'meta.location is the URI of the resource.', async ({ newUser }) => {
      const user = await newUser();
      const location = readText(user, 'meta', 'location');
      const id = readText(user, 'id');
      expectThat(
        URL.canParse(location) && location.endsWith(`/Users/${id}`),
        'meta.location',
        `…/Users/${id}`,
        location,
      );
    }),
    must(
      'attributes.version',
      'meta.version is the same as the entity tag.',
      async ({ scim, newUser }) => {
        const answer = await scim.get(`/Users/${readText(await newUser(), 'id')}`);
        expectEqual('meta.version', read(answer.body, 'meta', 'version'), answer.headers.etag);
      },
      'etag',
    ),
    must('attributes.schemas', 'schemas contains the core schema of the resource.', async ({ newUser }) => {
      const schemas = readList(await newUser(), 'schemas');
      expectThat(schemas.includes(USER_SCHEMA), 'schemas', USER_SCHEMA, schemas);
    }),
    must(
      'attributes.schemas-extension',
      'If a resource has attributes of an extension, schemas contains the URN of the extension.',
      async ({ newUser, unique }) => {
        const user = await newUser({ [ENTERPRISE_SCHEMA]: { employeeNumber: unique('number') } });
        const schemas = readList(user, 'schemas');
        expectThat(schemas.includes(ENTERPRISE_SCHEMA), 'schemas', ENTERPRISE_SCHEMA, schemas);
        expectEqual('number of different schemas', new Set(schemas).size, schemas.length);
      },
      'enterprise',
    ),
    should(
      'attributes.schemas-used',
      'If a resource has no attributes of an extension, schemas does not contain the URN of the extension.',
      async ({ newUser }) => {
        const user = await newUser();
        expectEqual(
          'extensions in schemas',
          readList(user, 'schemas').filter((urn) => urn !== USER_SCHEMA),
          [],
        );
      },
    ),
  ],
};
