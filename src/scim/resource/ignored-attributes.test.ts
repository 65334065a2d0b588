import { expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { IGNORED_NAMES_MAX } from './ignored-attributes.ts';

const user = compileResourceSchema('User');

/** Returns a body with unknown sub-attributes of a known attribute, one in each of many small objects. */
const body = (names: number) => ({
  userName: 'ann',
  emails: Array.from({ length: names }, (_, at) => ({ value: `a${at}@x.example`, [`unknown${at}`]: 1 })),
});

test('a request may have at most IGNORED_NAMES_MAX different unknown attributes', () => {
  // VALUES_MAX limits the number of emails, so the unknown names are spread over `emails` and the body itself.
  const spread = (names: number) => ({
    ...body(names - 4_500),
    ...Object.fromEntries(Array.from({ length: 4_500 }, (_, at) => [`other${at}`, 1])),
  });
  const { ignored } = normalizeResource(user, spread(IGNORED_NAMES_MAX), { unknownAttributes: 'ignore' });
  expect(ignored).toHaveLength(IGNORED_NAMES_MAX);
  const refused = errorOf(() =>
    normalizeResource(user, spread(IGNORED_NAMES_MAX + 1), { unknownAttributes: 'ignore' }),
  );
  expect(refused).toMatchObject({ code: 'tooManyKeys', message: expect.stringContaining('more than 5000 different') });
});
