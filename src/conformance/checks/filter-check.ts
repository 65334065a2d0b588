import { must, type Check } from '../check.ts';
import { expectIds } from '../expect.ts';
import type { Need } from '../need.ts';
import type { People, PersonName } from '../people.ts';

/** Returns a check that a filter matches exactly the named users among the five test users. */
export function filterCheck(
  id: string,
  requirement: string,
  filter: (people: People) => string,
  names: readonly PersonName[],
  ...needs: readonly Need[]
): Check {
  return must(
    `filter.${id}`,
    requirement,
    async ({ scim, people }) => {
      const known = await people();
      expectIds(await scim.list('/Users', { filter: filter(known) }), known.idsFor(...names));
    },
    ...needs,
  );
}
