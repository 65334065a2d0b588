import { must, type Check } from '../check.ts';
import { expectIds } from '../expect.ts';
import type { Need } from '../need.ts';
import type { People, PersonName } from '../people.ts';

/** A filter, and who of the five people must be found by it. */
export function finds(
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
      expectIds(await scim.list('/Users', { filter: filter(known) }), known.of(...names));
    },
    ...needs,
  );
}
