import { must, type Section } from '../check.ts';
import { expectEqual, expectStatus, expectThat, idsOf, read, resourcesOf } from '../expect.ts';

export const indexPagingSection: Section = {
  source: 'RFC 7644 §3.4.2.4',
  title: 'Paging by index',
  needs: ['index', 'filter'],
  checks: [
    must(
      'paging.count',
      'count limits the resources in a response, and totalResults is the number of all matches.',
      async ({ scim, people }) => {
        const { filter, all } = await people();
        const answer = await scim.list('/Users', { filter, count: 2 });
        expectEqual('number of resources', resourcesOf(answer).length, 2);
        expectEqual('totalResults', read(answer.body, 'totalResults'), all.length);
      },
    ),
    must('paging.figures', 'A page states its startIndex and itemsPerPage.', async ({ scim, people }) => {
      const { filter } = await people();
      const answer = await scim.list('/Users', { filter, startIndex: 2, count: 2 });
      expectStatus(answer, 200);
      expectEqual('startIndex', read(answer.body, 'startIndex'), 2);
      expectEqual('itemsPerPage', read(answer.body, 'itemsPerPage'), 2);
    }),
    must('paging.walk', 'Consecutive pages contain each resource exactly once.', async ({ scim, people }) => {
      const { filter, all } = await people();
      const ids: string[] = [];
      for (const startIndex of [1, 3, 5])
        ids.push(...idsOf(await scim.list('/Users', { filter, startIndex, count: 2 })));
      expectEqual('ids of all pages', ids.toSorted(), all.map(({ id }) => id).toSorted());
    }),
    must('paging.last', 'The last page contains only the remaining resources.', async ({ scim, people }) => {
      const { filter } = await people();
      expectEqual(
        'number of resources',
        resourcesOf(await scim.list('/Users', { filter, startIndex: 5, count: 3 })).length,
        1,
      );
    }),
    must('paging.beyond', 'A page past the end is empty and still has totalResults.', async ({ scim, people }) => {
      const { filter, all } = await people();
      const answer = await scim.list('/Users', { filter, startIndex: 100, count: 2 });
      expectEqual('number of resources', resourcesOf(answer).length, 0);
      expectEqual('totalResults', read(answer.body, 'totalResults'), all.length);
    }),
    must(
      'paging.count-zero',
      'With count 0, the response has totalResults and no resources.',
      async ({ scim, people }) => {
        const { filter, all } = await people();
        const answer = await scim.list('/Users', { filter, count: 0 });
        expectEqual('number of resources', resourcesOf(answer).length, 0);
        expectEqual('totalResults', read(answer.body, 'totalResults'), all.length);
      },
    ),
    must('paging.count-negative', 'A negative count is interpreted as 0.', async ({ scim, people }) => {
      const { filter, all } = await people();
      const answer = await scim.list('/Users', { filter, count: -3 });
      expectEqual('number of resources', resourcesOf(answer).length, 0);
      expectEqual('totalResults', read(answer.body, 'totalResults'), all.length);
    }),
    must('paging.start-below-one', 'A startIndex below 1 is interpreted as 1.', async ({ scim, people }) => {
      const { filter } = await people();
      const first = idsOf(await scim.list('/Users', { filter, startIndex: 1, count: 2 }));
      for (const startIndex of [0, -5]) {
        expectEqual('ids', idsOf(await scim.list('/Users', { filter, startIndex, count: 2 })), first);
      }
    }),
    must('paging.default', 'Without startIndex, the server returns the first page.', async ({ scim, people }) => {
      const { filter } = await people();
      const first = idsOf(await scim.list('/Users', { filter, startIndex: 1, count: 2 }));
      expectEqual('ids', idsOf(await scim.list('/Users', { filter, count: 2 })), first);
    }),
    must(
      'paging.maximum',
      'A count above the maximum of the server returns fewer resources and is not refused.',
      async ({ scim }) => {
        expectStatus(await scim.list('/Users', { count: 1_000_000 }), 200);
      },
    ),
    must(
      'paging.without-filter',
      'Without a filter, the pages cover the whole directory.',
      async ({ scim, people }) => {
        await people();
        const answer = await scim.list('/Users', { startIndex: 1, count: 1 });
        expectEqual('number of resources', resourcesOf(answer).length, 1);
        const total = Number(read(answer.body, 'totalResults'));
        expectThat(total >= 5, 'totalResults', '5 or more', total);
      },
    ),
  ],
};
