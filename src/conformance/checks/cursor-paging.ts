import type { Answer, Query } from '../client.ts';
import { must, should, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import {
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  idsOf,
  read,
  readText,
  textOf,
  NotTestable,
} from '../expect.ts';
import { SEARCH_REQUEST } from '../scim-names.ts';

/** A check gives up after this many pages, so that a server that always returns nextCursor does not cause an endless loop. */
const PAGES_MAX = 20;

interface Walk {
  readonly ids: readonly string[];
  readonly pages: readonly Answer[];
}

/** Reads all pages of a query. Between two pages, calls `between` with the number of pages read, so that a check can change the data. */
async function walk({ scim }: Context, query: Query, between?: (page: number) => Promise<void>): Promise<Walk> {
  const ids: string[] = [];
  const pages: Answer[] = [];
  let cursor = '';
  do {
    const page = await scim.list('/Users', { ...query, cursor });
    ids.push(...idsOf(page));
    pages.push(page);
    const next = read(page.body, 'nextCursor');
    if (next === undefined) return { ids, pages };
    cursor = readText(page.body, 'nextCursor');
    await between?.(pages.length);
  } while (pages.length < PAGES_MAX);
  expectThat(false, 'number of pages', `fewer than ${PAGES_MAX}`, pages.length);
}

/** Creates users that only one check uses and may delete. Returns their ids, a filter that matches them, and their userName prefix. */
async function createCheckUsers(
  context: Context,
  count: number,
): Promise<{ filter: string; ids: readonly string[]; name: string }> {
  const name = context.unique('walker');
  const ids: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    ids.push(readText(await context.newUser({ userName: `${name}-${number}` }), 'id'));
  }
  return { filter: `userName sw "${name}-"`, ids, name };
}

export const cursorPagingSection: Section = {
  source: 'RFC 9865 §2',
  title: 'Paging by cursor',
  needs: ['cursor', 'filter'],
  checks: [
    must('cursor.first', 'An empty cursor requests the first page, which has nextCursor.', async ({ scim, people }) => {
      const { filter, all } = await people();
      const answer = await scim.list('/Users', { filter, count: 2, cursor: '' });
      expectEqual('number of resources', idsOf(answer).length, 2);
      readText(answer.body, 'nextCursor');
      const total = read(answer.body, 'totalResults');
      expectThat(total === undefined || total === all.length, 'totalResults', `${all.length}`, total);
    }),
    must(
      'cursor.walk',
      'The pages by cursor contain each resource exactly once, up to the last page.',
      async (context) => {
        const { filter, all } = await context.people();
        const { ids, pages } = await walk(context, { filter, count: 2 });
        expectEqual('ids of all pages', ids.toSorted(), all.map(({ id }) => id).toSorted());
        expectEqual('number of pages', pages.length, 3);
      },
    ),
    must('cursor.last', 'The last page has no nextCursor.', async ({ scim, people }) => {
      const { filter } = await people();
      const { body } = await scim.list('/Users', { filter, count: 5, cursor: '' });
      expectEqual('nextCursor', read(body, 'nextCursor'), undefined);
    }),
    must('cursor.characters', 'A cursor contains only unreserved URI characters.', async ({ scim, people }) => {
      const { filter } = await people();
      const next = readText((await scim.list('/Users', { filter, count: 2, cursor: '' })).body, 'nextCursor');
      expectThat(/^[A-Za-z0-9._~-]+$/.test(next), 'nextCursor', 'letters, digits, "-", ".", "_" and "~"', next);
    }),
    must(
      'cursor.previous',
      'previousCursor, if present, returns the previous page, and the first page has no previousCursor.',
      async ({ scim, people }) => {
        const { filter } = await people();
        const first = await scim.list('/Users', { filter, count: 2, cursor: '' });
        expectEqual('previousCursor of the first page', read(first.body, 'previousCursor'), undefined);
        const second = await scim.list('/Users', { filter, count: 2, cursor: readText(first.body, 'nextCursor') });
        if (read(second.body, 'previousCursor') === undefined)
          throw new NotTestable('the server does not return previousCursor');
        const back = await scim.list('/Users', { filter, count: 2, cursor: readText(second.body, 'previousCursor') });
        expectEqual('ids', idsOf(back), idsOf(first));
      },
    ),
    must(
      'cursor.same-as-index',
      'The pages by cursor contain the same resources as the pages by index.',
      async (context) => {
        const { filter } = await context.people();
        const byIndex = idsOf(await context.scim.list('/Users', { filter }));
        expectEqual('ids', (await walk(context, { filter, count: 2 })).ids.toSorted(), byIndex.toSorted());
      },
      'index',
    ),
    must(
      'cursor.sorted',
      'The order of sortBy continues across the pages by cursor.',
      async (context) => {
        const { filter, idsFor } = await context.people();
        const { ids } = await walk(context, { filter, count: 2, sortBy: 'userName', sortOrder: 'descending' });
        expectEqual('ids in order', ids, idsFor('echo', 'delta', 'charlie', 'bravo', 'alpha'));
      },
      'sort',
    ),
    should(
      'cursor.sorted-missing',
      'Sorted pages by cursor contain each user exactly once, even users without a value to sort by.',
      async (context) => {
        const { filter, all } = await context.people();
        const { ids } = await walk(context, { filter, count: 1, sortBy: 'nickName' });
        expectEqual('ids of all pages', ids.toSorted(), all.map(({ id }) => id).toSorted());
      },
      'sort',
      'User.nickName',
    ),
    should(
      'cursor.delete-between',
      'Deleting a resource between two pages does not omit or repeat other resources.',
      async (context) => {
        const { filter, ids } = await createCheckUsers(context, 5);
        const seen = await walk(context, { filter, count: 2 }, async (page) => {
          if (page === 1) await context.scim.delete(`/Users/${ids[0]}`);
        });
        expectEqual('ids of all pages', seen.ids.toSorted(), ids.toSorted());
      },
    ),
    should(
      'cursor.create-between',
      'Creating a resource between two pages does not omit or repeat other resources.',
      async (context) => {
        const { filter, ids, name } = await createCheckUsers(context, 4);
        const seen = await walk(context, { filter, count: 2 }, async (page) => {
          if (page === 1) await context.newUser({ userName: `${name}-0` });
        });
        const old = seen.ids.filter((id) => ids.includes(id));
        expectEqual('ids of the users that existed before', old.toSorted(), ids.toSorted());
      },
    ),
    must('cursor.projection', 'attributes applies to the resources in pages by cursor.', async ({ scim, people }) => {
      const { filter } = await people();
      const { body } = await scim.list('/Users', { filter, count: 2, cursor: '', attributes: 'userName' });
      readText(body, 'Resources', 0, 'userName');
      expectEqual('displayName', read(body, 'Resources', 0, 'displayName'), undefined);
    }),
    must(
      'cursor.search',
      'In a POST to .search, the cursor is in the body.',
      async ({ scim, people }) => {
        const { filter, all } = await people();
        const search = { schemas: [SEARCH_REQUEST], filter, count: 3 };
        const first = await scim.post('/Users/.search', { ...search, cursor: '' });
        const second = await scim.post('/Users/.search', { ...search, cursor: readText(first.body, 'nextCursor') });
        expectEqual('ids', [...idsOf(first), ...idsOf(second)].toSorted(), all.map(({ id }) => id).toSorted());
      },
      'search',
    ),
  ],
};

export const cursorErrorsSection: Section = {
  source: 'RFC 9865 §2.1',
  title: 'Cursor errors',
  needs: ['cursor', 'filter'],
  checks: [
    must(
      'cursor.invalid',
      'A cursor that the server did not issue is refused with 400 and invalidCursor.',
      async ({ scim, people }) => {
        const { filter } = await people();
        expectError(
          await scim.list('/Users', { filter, count: 2, cursor: 'no-cursor-of-yours' }),
          [400],
          ['invalidCursor'],
        );
      },
    ),
    should(
      'cursor.changed',
      'An altered cursor is refused with invalidCursor or expiredCursor.',
      async ({ scim, people }) => {
        const { filter } = await people();
        const next = readText((await scim.list('/Users', { filter, count: 2, cursor: '' })).body, 'nextCursor');
        const altered = `${next.slice(0, -8)}zzzzzzzz`;
        expectError(
          await scim.list('/Users', { filter, count: 2, cursor: altered }),
          [400],
          ['invalidCursor', 'expiredCursor'],
        );
      },
    ),
    should(
      'cursor.other-query',
      'A cursor is valid only for its query: with a different filter it is refused.',
      async ({ scim, people }) => {
        const { filter } = await people();
        const next = readText((await scim.list('/Users', { filter, count: 2, cursor: '' })).body, 'nextCursor');
        const answer = await scim.list('/Users', { filter: `${filter} and active eq true`, count: 2, cursor: next });
        expectError(answer, [400], ['invalidCursor']);
      },
    ),
    must(
      'cursor.count',
      'A count that is not a positive number is refused with 400 and invalidCount.',
      async ({ scim, people }) => {
        const { filter } = await people();
        for (const count of ['-1', 'many']) {
          expectError(await scim.list('/Users', { filter, count, cursor: '' }), [400], ['invalidCount']);
        }
      },
    ),
    must(
      'cursor.count-maximum',
      'A count above maxPageSize is refused with 400 and invalidCount, or returns fewer resources.',
      async ({ scim, people, capabilities }) => {
        const { filter } = await people();
        const maximum = read(capabilities.config, 'pagination', 'maxPageSize');
        if (typeof maximum !== 'number') throw new NotTestable('ServiceProviderConfig has no pagination.maxPageSize');
        const answer = await scim.list('/Users', { filter, count: maximum + 1, cursor: '' });
        if (answer.status !== 200) expectError(answer, [400], ['invalidCount']);
      },
    ),
  ],
};

export const paginationConfigSection: Section = {
  source: 'RFC 9865 §4',
  title: 'Pagination in the service provider configuration',
  needs: ['cursor'],
  checks: [
    must(
      'pagination.methods',
      'pagination states whether cursor and index are supported.',
      async ({ capabilities }) => {
        for (const name of ['cursor', 'index']) {
          const value = read(capabilities.config, 'pagination', name);
          expectThat(typeof value === 'boolean', `pagination.${name}`, 'true or false', value);
        }
      },
    ),
    must(
      'pagination.default',
      'defaultPaginationMethod, if present, is cursor or index, and is a supported method.',
      async ({ capabilities }) => {
        const method = read(capabilities.config, 'pagination', 'defaultPaginationMethod');
        if (method === undefined)
          throw new NotTestable('ServiceProviderConfig has no pagination.defaultPaginationMethod');
        expectThat(
          method === 'cursor' || method === 'index',
          'pagination.defaultPaginationMethod',
          'cursor or index',
          method,
        );
        expectEqual(`pagination.${method}`, read(capabilities.config, 'pagination', method), true);
      },
    ),
    must(
      'pagination.figures',
      'defaultPageSize, maxPageSize and cursorTimeout, if present, are positive integers.',
      async ({ capabilities }) => {
        for (const name of ['defaultPageSize', 'maxPageSize', 'cursorTimeout']) {
          const value = read(capabilities.config, 'pagination', name);
          const fits = value === undefined || (Number.isInteger(value) && Number(value) > 0);
          expectThat(fits, `pagination.${name}`, 'a whole number above 0', value);
        }
      },
    ),
    must(
      'pagination.default-size',
      'Without count, a page contains at most defaultPageSize resources.',
      async ({ scim, capabilities, people }) => {
        await people();
        const size = read(capabilities.config, 'pagination', 'defaultPageSize');
        const answer = await scim.list('/Users', { cursor: '' });
        expectStatus(answer, 200);
        const count = idsOf(answer).length;
        expectThat(typeof size !== 'number' || count <= size, 'number of resources', `at most ${textOf(size)}`, count);
      },
    ),
  ],
};
