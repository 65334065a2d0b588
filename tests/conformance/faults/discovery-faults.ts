import { answer, at, errorAnswer, resources, type Body } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

export const discoveryFaults: readonly KnownFault[] = [
  known(
    'anybody may do anything',
    async (request, forward) => {
      const authorization = 'Bearer a-key-of-the-tests-with-more-than-32-characters';
      return await forward({ ...request, headers: { ...request.headers, authorization } });
    },
    'authentication.none',
    'authentication.wrong',
    'authentication.write',
  ),
  known(
    'no WWW-Authenticate',
    answer(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'www-authenticate') })),
    'authentication.challenge',
  ),
  known(
    'switches of the configuration as text',
    at(
      /ServiceProviderConfig$/,
      answer(({ body }) => ({ body: { ...body, sort: { supported: 'true' } } })),
    ),
    'config.switches',
  ),
  known(
    'bulk without limits',
    at(
      /ServiceProviderConfig$/,
      answer(({ body }) => ({ body: { ...body, bulk: { supported: true } } })),
    ),
    'config.bulk-limits',
    'bulk.too-many',
  ),
  known(
    'schemas are paged',
    at(
      /^\/Schemas$/,
      answer(({ body }, { query }) =>
        query.has('count') ? { body: { ...body, Resources: body.Resources.slice(0, 1) } } : {},
      ),
    ),
    'discovery.no-paging',
  ),
  known(
    'the list of schemas is a bare array',
    at(
      /^\/Schemas$/,
      answer(({ body }) => ({ body: body.Resources })),
    ),
    'discovery.list-shape',
    'schemas.shape',
  ),
  known(
    'no resource types',
    at(
      /^\/ResourceTypes/,
      refuse(() => true, 404),
    ),
    'resource-types.attributes',
    'resource-types.user',
    'discovery.list-shape',
  ),
  known(
    'schemas without mutability',
    at(
      /^\/Schemas/,
      resources((schema) => ({
        ...schema,
        attributes: schema.attributes.map((one: Body) => dropKeys(one, (key) => key === 'mutability')),
      })),
    ),
    'schemas.characteristics',
  ),
  known(
    'the password may be returned',
    at(
      /^\/Schemas/,
      resources((schema) => ({
        ...schema,
        attributes: schema.attributes.map((one: Body) =>
          one.name === 'password' ? { ...one, returned: 'default' } : one,
        ),
      })),
    ),
    'core-schemas.password',
  ),
  known(
    'pagination says half',
    at(
      /ServiceProviderConfig$/,
      answer(({ body }) => ({ body: { ...body, pagination: { cursor: true } } })),
    ),
    'pagination.methods',
  ),
  known(
    '/Me breaks',
    at(/^\/Me$/, async () => errorAnswer(500)),
    'me.get',
  ),
];
