import type { JsonObject } from '#base/json.ts';
import { must, mustWithout, type Section } from '../check.ts';
import type { Answer } from '../client.ts';
import type { Context } from '../context.ts';
import {
  expectAbsent,
  expectEqual,
  expectError,
  expectIds,
  expectStatus,
  expectThat,
  idsOf,
  read,
  readText,
  resourcesOf,
  textOf,
} from '../expect.ts';
import { SEARCH_REQUEST } from '../scim-names.ts';

async function search({ scim }: Context, path: string, query: JsonObject): Promise<Answer> {
  return await scim.post(path, { schemas: [SEARCH_REQUEST], ...query });
}

export const searchSection: Section = {
  source: 'RFC 7644 §3.4.3',
  title: 'Queries with POST',
  needs: ['search', 'filter'],
  checks: [
    must('search.users', 'POST /Users/.search returns 200 and a list of users.', async (context) => {
      const { filter, all } = await context.people();
      const answer = await search(context, '/Users/.search', { filter });
      expectStatus(answer, 200);
      expectIds(
        answer,
        all.map(({ id }) => id),
      );
    }),
    must(
      'search.groups',
      'POST /Groups/.search searches groups.',
      async (context) => {
        const group = await context.newGroup();
        const filter = `displayName eq "${textOf(group['displayName'])}"`;
        expectIds(await search(context, '/Groups/.search', { filter }), [readText(group, 'id')]);
      },
      'groups',
    ),
    must(
      'search.root',
      'POST /.search searches all resource types.',
      async (context) => {
        const user = await context.newUser();
        const group = await context.newGroup();
        const filter = `id eq "${readText(user, 'id')}" or id eq "${readText(group, 'id')}"`;
        expectIds(await search(context, '/.search', { filter }), [readText(user, 'id'), readText(group, 'id')]);
      },
      'groups',
      'rootQuery',
    ),
    must(
      'search.attributes',
      'attributes and excludedAttributes in the body of a search are arrays of names.',
      async (context) => {
        const { filter } = await context.people();
        for (const resource of resourcesOf(
          await search(context, '/Users/.search', { filter, attributes: ['userName'] }),
        )) {
          readText(resource, 'userName');
          expectAbsent('displayName', read(resource, 'displayName'));
        }
        for (const resource of resourcesOf(
          await search(context, '/Users/.search', { filter, excludedAttributes: ['emails'] }),
        )) {
          expectAbsent('emails', read(resource, 'emails'));
        }
      },
    ),
    must(
      'search.paging',
      'startIndex and count in the body of a search work as they do in a URL.',
      async (context) => {
        const { filter, all } = await context.people();
        const query = { filter, startIndex: 4, count: 10 };
        const answer = await search(context, '/Users/.search', query);
        expectEqual('ids', idsOf(answer), idsOf(await context.scim.list('/Users', query)));
        expectEqual('number of resources', idsOf(answer).length, 2);
        expectEqual('totalResults', read(answer.body, 'totalResults'), all.length);
      },
      'index',
    ),
    must(
      'search.sort',
      'sortBy and sortOrder in the body of a search work as they do in a URL.',
      async (context) => {
        const { filter, idsFor } = await context.people();
        const query = { filter, sortBy: 'userName', sortOrder: 'descending' };
        expectEqual(
          'ids in order',
          idsOf(await search(context, '/Users/.search', query)),
          idsFor('echo', 'delta', 'charlie', 'bravo', 'alpha'),
        );
      },
      'sort',
    ),
    must('search.invalid-filter', 'An invalid filter in a search is refused with invalidFilter.', async (context) => {
      expectError(await search(context, '/Users/.search', { filter: 'userName eq' }), [400], ['invalidFilter']);
    }),
    must(
      'search.nothing-made',
      'A search creates nothing: the response does not have the status 201 or a Location.',
      async (context) => {
        const answer = await search(context, '/Users/.search', { filter: `userName eq "${context.unique('nobody')}"` });
        expectStatus(answer, 200);
        expectThat(answer.headers.location === undefined, 'header Location', 'nothing', answer.headers.location);
      },
    ),
    mustWithout('search', 'search.refused', 'A server without .search returns 501 or 404.', async (context) => {
      expectStatus(await search(context, '/Users/.search', {}), 501, 404);
    }),
  ],
};

export const rootQuerySection: Section = {
  source: 'RFC 7644 §3.4.2.1',
  title: 'Queries across resource types',
  needs: ['rootQuery', 'filter', 'groups'],
  checks: [
    must('root.types', 'GET on the base URL returns users and groups.', async ({ scim, newUser, newGroup }) => {
      const ids = [readText(await newUser(), 'id'), readText(await newGroup(), 'id')];
      expectIds(await scim.list('/', { filter: ids.map((id) => `id eq "${id}"`).join(' or ') }), ids);
    }),
    must(
      'root.resource-type',
      'A filter on meta.resourceType at the base URL returns only resources of that type.',
      async ({ scim, newUser, newGroup }) => {
        const groupId = readText(await newGroup(), 'id');
        const userId = readText(await newUser(), 'id');
        const filter = `(id eq "${userId}" or id eq "${groupId}") and meta.resourceType eq "Group"`;
        expectIds(await scim.list('/', { filter }), [groupId]);
      },
    ),
    must(
      'root.foreign-attribute',
      'A filter on an attribute that a resource type lacks treats the attribute as having no value.',
      async ({ scim, people, newGroup }) => {
        const { mark, person } = await people();
        const group = await newGroup();
        const filter = `userName eq "${mark}-person-alpha" or displayName eq "${textOf(group['displayName'])}"`;
        expectIds(await scim.list('/', { filter }), [person('alpha').id, readText(group, 'id')]);
      },
    ),
  ],
};
