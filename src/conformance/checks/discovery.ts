import { must, should, type Section } from '../check.ts';
import { expectEqual, expectError, expectScimJson, expectStatus, expectThat, read, resourcesOf } from '../expect.ts';

const lists = ['/ResourceTypes', '/Schemas'] as const;

export const discoverySection: Section = {
  source: 'RFC 7644 §4',
  title: 'Discovery endpoints',
  checks: [
    must('discovery.list-shape', '/ResourceTypes and /Schemas return a ListResponse.', async ({ scim }) => {
      for (const path of lists) {
        const answer = await scim.get(path);
        expectScimJson(answer);
        const resources = resourcesOf(answer);
        expectThat(resources.length > 0, 'Resources', 'at least one', resources);
        expectEqual('totalResults', read(answer.body, 'totalResults'), resources.length);
      }
    }),
    must('discovery.no-paging', 'The discovery endpoints ignore paging and sorting parameters.', async ({ scim }) => {
      for (const path of lists) {
        const whole = resourcesOf(await scim.get(path));
        const paged = resourcesOf(await scim.list(path, { startIndex: 2, count: 1, sortBy: 'id' }));
        expectEqual(`number of resources of ${path}`, paged.length, whole.length);
      }
    }),
    should(
      'discovery.no-filter',
      'The discovery endpoints refuse a filter with 403, so that no client mistakes the whole list for a filtered one.',
      async ({ scim }) => {
        for (const path of lists) expectStatus(await scim.list(path, { filter: 'name eq "User"' }), 403);
      },
    ),
    must('discovery.unknown', 'A schema or resource type that does not exist returns 404.', async ({ scim }) => {
      expectError(await scim.get('/Schemas/urn:example:no:such:schema'), [404]);
      expectError(await scim.get('/ResourceTypes/NoSuchType'), [404]);
    }),
  ],
};
