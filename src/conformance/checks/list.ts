import { must, should, type Section } from '../check.ts';
import {
  expectEqual,
  expectIds,
  expectStatus,
  expectThat,
  read,
  readList,
  readText,
  resourcesOf,
  textOf,
} from '../expect.ts';

export const listSection: Section = {
  source: 'RFC 7644 §3.4.2',
  title: 'Lists',
  checks: [
    must('list.shape', 'A list is a ListResponse with totalResults.', async ({ scim, people }) => {
      await people();
      const answer = await scim.get('/Users');
      const resources = resourcesOf(answer);
      const total = read(answer.body, 'totalResults');
      expectThat(
        Number.isInteger(total) && Number(total) >= resources.length,
        'totalResults',
        `at least ${resources.length}`,
        total,
      );
    }),
    must('list.resources', 'Each resource in a list has id, schemas and meta.', async ({ scim, people }) => {
      await people();
      for (const resource of resourcesOf(await scim.list('/Users', { count: 5 }))) {
        readText(resource, 'id');
        expectThat(readList(resource, 'schemas').length > 0, 'schemas', 'at least one', []);
        readText(resource, 'meta', 'resourceType');
      }
    }),
    must(
      'list.found',
      'A filter returns all matching resources, and totalResults is their number.',
      async ({ scim, people }) => {
        const { filter, all } = await people();
        const answer = await scim.list('/Users', { filter });
        expectIds(
          answer,
          all.map(({ id }) => id),
        );
        expectEqual('totalResults', read(answer.body, 'totalResults'), all.length);
      },
      'filter',
    ),
    must(
      'list.empty',
      'A filter that matches nothing returns 200 with totalResults 0, not 404.',
      async ({ scim, people, unique }) => {
        await people();
        const answer = await scim.list('/Users', { filter: `userName eq "${unique('nobody')}"` });
        expectStatus(answer, 200);
        expectEqual('totalResults', read(answer.body, 'totalResults'), 0);
        expectEqual('Resources', readList(answer.body, 'Resources'), []);
      },
      'filter',
    ),
    must(
      'list.same-as-get',
      'A list contains each resource as a GET of the resource returns it.',
      async ({ scim, people }) => {
        const { id, sent } = (await people()).person('alpha');
        const [listed] = resourcesOf(
          await scim.list('/Users', { filter: `userName eq "${textOf(sent['userName'])}"` }),
        );
        expectEqual('the resource', listed, (await scim.get(`/Users/${id}`)).body);
      },
      'filter',
    ),
    must(
      'list.groups',
      'GET /Groups lists groups.',
      async ({ scim, newGroup }) => {
        const group = await newGroup();
        const answer = await scim.list('/Groups', { filter: `displayName eq "${textOf(group['displayName'])}"` });
        expectIds(answer, [readText(group, 'id')]);
      },
      'filter',
      'groups',
    ),
    must(
      'list.only-type',
      'An endpoint lists only resources of the type that it serves.',
      async ({ scim, newGroup }) => {
        const group = await newGroup();
        expectIds(await scim.list('/Users', { filter: `id eq "${readText(group, 'id')}"` }), []);
      },
      'filter',
      'groups',
    ),
    should('list.unknown-parameter', 'Unknown query parameters are ignored.', async ({ scim }) => {
      expectStatus(await scim.list('/Users', { count: 1, noSuchParameter: 'x' }), 200);
    }),
  ],
};
