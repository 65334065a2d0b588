import { must, type Check, type Section } from '../check.ts';
import type { Query } from '../client.ts';
import { expectEqual, expectStatus, idsOf } from '../expect.ts';
import type { Need } from '../need.ts';
import type { PersonName } from '../people.ts';

function sortCheck(
  id: string,
  requirement: string,
  sort: Query,
  names: readonly PersonName[],
  ...needs: readonly Need[]
): Check {
  return must(
    `sort.${id}`,
    requirement,
    async ({ scim, people }) => {
      const known = await people();
      const ids = idsOf(await scim.list('/Users', { filter: known.filter, ...sort }));
      expectEqual('ids in order', ids, known.idsFor(...names));
    },
    ...needs,
  );
}

const byUserName = ['alpha', 'bravo', 'charlie', 'delta', 'echo'] as const;

export const sortSection: Section = {
  source: 'RFC 7644 §3.4.2.3',
  title: 'Sorting',
  needs: ['sort', 'filter'],
  checks: [
    sortCheck(
      'ascending',
      'sortOrder ascending returns the smallest value first.',
      { sortBy: 'userName', sortOrder: 'ascending' },
      byUserName,
    ),
    sortCheck(
      'descending',
      'sortOrder descending returns the largest value first.',
      { sortBy: 'userName', sortOrder: 'descending' },
      byUserName.toReversed(),
    ),
    sortCheck('default-order', 'Without sortOrder, the order is ascending.', { sortBy: 'userName' }, byUserName),
    sortCheck(
      'case',
      'Sorting ignores case unless the attribute is caseExact.',
      { sortBy: 'displayName' },
      ['echo', 'bravo', 'delta', 'alpha', 'charlie'],
      'User.displayName',
    ),
    sortCheck(
      'attribute-case',
      'The attribute name in sortBy is case-insensitive.',
      { sortBy: 'USERNAME' },
      byUserName,
    ),
    sortCheck(
      'sub-attribute',
      'sortBy may name a sub-attribute.',
      { sortBy: 'name.givenName' },
      byUserName,
      'User.name',
    ),
    sortCheck(
      'urn',
      'sortBy may name an attribute with the URN of its schema.',
      { sortBy: 'urn:ietf:params:scim:schemas:core:2.0:User:userName' },
      byUserName,
    ),
    sortCheck(
      'primary',
      'A multi-valued attribute is sorted by its primary value.',
      { sortBy: 'emails' },
      ['bravo', 'charlie', 'alpha', 'echo', 'delta'],
      'User.emails',
    ),
    must(
      'sort.missing-last',
      'In ascending order, resources without a value come last.',
      async ({ scim, people }) => {
        const known = await people();
        const ids = idsOf(await scim.list('/Users', { filter: known.filter, sortBy: 'nickName' }));
        expectEqual('the last two', ids.slice(3).toSorted(), known.idsFor('bravo', 'echo').toSorted());
      },
      'User.nickName',
    ),
    must(
      'sort.missing-first',
      'In descending order, resources without a value come first.',
      async ({ scim, people }) => {
        const known = await people();
        const ids = idsOf(
          await scim.list('/Users', { filter: known.filter, sortBy: 'nickName', sortOrder: 'descending' }),
        );
        expectEqual('the first two', ids.slice(0, 2).toSorted(), known.idsFor('bravo', 'echo').toSorted());
      },
      'User.nickName',
    ),
    must(
      'sort.pages',
      'The order of sortBy continues across pages.',
      async ({ scim, people }) => {
        const known = await people();
        const query = { filter: known.filter, sortBy: 'userName', sortOrder: 'descending', count: 2 };
        const ids: string[] = [];
        for (const startIndex of [1, 3, 5]) ids.push(...idsOf(await scim.list('/Users', { ...query, startIndex })));
        expectEqual('ids in order', ids, known.idsFor(...byUserName.toReversed()));
      },
      'index',
    ),
    must(
      'sort.groups',
      'sortBy works for groups.',
      async ({ scim, newGroup, unique }) => {
        const name = unique('sorted');
        for (const letter of ['b', 'C', 'a']) await newGroup({ displayName: `${name}-${letter}` });
        const answer = await scim.list('/Groups', { filter: `displayName sw "${name}-"`, sortBy: 'displayName' });
        expectStatus(answer, 200);
        const names = (answer.body as { Resources: { displayName: string }[] }).Resources.map((one) => one.displayName);
        expectEqual(
          'names in order',
          names,
          ['a', 'b', 'C'].map((letter) => `${name}-${letter}`),
        );
      },
      'groups',
    ),
  ],
};
