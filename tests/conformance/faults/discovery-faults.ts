import { alterAnswer, at, errorAnswer, alterResources, type Body } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

export const discoveryFaults: readonly KnownFault[] = [
  known(
    'it accepts requests without credentials',
    async (request, forward) => {
      const authorization = 'Bearer a-key-of-the-tests-with-more-than-32-characters';
      return await forward({ ...request, headers: { ...request.headers, authorization } });
    },
    'authentication.none',
    'authentication.wrong',
    'authentication.write',
  ),
  known(
    'it does not send WWW-Authenticate',
    alterAnswer(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'www-authenticate') })),
    'authentication.challenge',
  ),
  known(
    'the field "supported" of the configuration is a string',
    at(
      /ServiceProviderConfig$/,
      alterAnswer(({ body }) => ({ body: { ...body, sort: { supported: 'true' } } })),
    ),
    'config.switches',
  ),
  known(
    'the configuration has no bulk limits',
    at(
      /ServiceProviderConfig$/,
      alterAnswer(({ body }) => ({ body: { ...body, bulk: { supported: true } } })),
    ),
    'config.bulk-limits',
    'bulk.too-many',
  ),
  known(
    'it pages the list of schemas',
    at(
      /^\/Schemas$/,
      alterAnswer(({ body }, { query }) =>
        query.has('count') ? { body: { ...body, Resources: body.Resources.slice(0, 1) } } : {},
      ),
    ),
    'discovery.no-paging',
  ),
  known(
    'the list of schemas is a bare array',
    at(
      /^\/Schemas$/,
      alterAnswer(({ body }) => ({ body: body.Resources })),
    ),
    'discovery.list-shape',
    'schemas.shape',
  ),
  known(
    '/ResourceTypes returns 404',
    at(
      /^\/ResourceTypes/,
      refuse(() => true, 404),
    ),
    'resource-types.attributes',
    'resource-types.user',
    'discovery.list-shape',
  ),
  known(
    'the schemas do not state mutability',
    at(
      /^\/Schemas/,
      alterResources((schema) => ({
        ...schema,
        attributes: schema.attributes.map((one: Body) => dropKeys(one, (key) => key === 'mutability')),
      })),
    ),
    'schemas.characteristics',
  ),
  known(
    'the schema says that the password is returned',
    at(
      /^\/Schemas/,
      alterResources((schema) => ({
        ...schema,
        attributes: schema.attributes.map((one: Body) =>
          one.name === 'password' ? { ...one, returned: 'default' } : one,
        ),
      })),
    ),
    'core-schemas.password',
  ),
  known(
    'the pagination configuration has no field "index"',
    at(
      /ServiceProviderConfig$/,
      alterAnswer(({ body }) => ({ body: { ...body, pagination: { cursor: true } } })),
    ),
    'pagination.methods',
  ),
  known(
    '/Me returns 500',
    at(/^\/Me$/, async () => errorAnswer(500)),
    'me.get',
  ),
];
