import { alterAnswer, at, errorAnswer, alterFilter, alterRequest, without } from '../broken-server.ts';
import { known, refuse, type KnownFault } from './known-fault.ts';

const emptyList = {
  status: 200,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0, Resources: [] },
};

export const queryFaults: readonly KnownFault[] = [
  known(
    'a query without matches returns 404',
    alterAnswer(({ body }) => (body?.totalResults === 0 ? errorAnswer(404) : {})),
    'list.empty',
    'entra.with-flag.test-connection',
  ),
  known(
    'it ignores filters',
    alterRequest(({ query }) => ({ query: without(query, 'filter') })),
    'list.empty',
    'filter.eq',
    'filter.and',
    'filter.value-path',
    'filter.date-lt',
    'filter.no-value',
  ),
  known(
    'operators are case-sensitive',
    refuse(({ query }) => / (EQ|Sw|Or) /.test(query.get('filter') ?? ''), 400, 'invalidFilter'),
    'filter.operator-case',
    'filter.value-path-case',
  ),
  known(
    'eq is case-sensitive',
    alterFilter((filter) => filter.replace(/-PERSON-Alpha/, '-nobody')),
    'filter.eq-case',
  ),
  known(
    'it evaluates "or" as "and"',
    alterFilter((filter) => filter.replaceAll(/ or /gi, ' and ')),
    'filter.or',
    'filter.nested-parentheses',
  ),
  known(
    '"or" binds more tightly than "and"',
    alterFilter((filter) =>
      filter.replace(/^(userName eq "[^"]*") or (userName eq "[^"]*") and (.*)$/, '($1 or $2) and $3'),
    ),
    'filter.precedence',
  ),
  known(
    'it treats brackets as parentheses',
    alterFilter((filter) =>
      filter.replaceAll(/(\w+)\[type eq ("\w+") and value (.*?)\]/g, '$1.type eq $2 and $1.value $3'),
    ),
    'filter.value-path-same-value',
  ),
  known(
    'it ignores conditions on meta',
    alterFilter((filter) => filter.replace(/ and meta\.\S+ \S+ "[^"]*"/, '')),
    'filter.date-lt',
    'filter.resource-type',
  ),
  known(
    'invalid filters return an empty list',
    alterAnswer(({ body }) => (body?.scimType === 'invalidFilter' ? emptyList : {})),
    'filter.unknown-operator',
    'filter.open-quote',
    'search.invalid-filter',
  ),
  known(
    'it ignores sortBy',
    alterRequest(({ query }) => ({ query: without(query, 'sortBy', 'sortOrder') })),
    'sort.descending',
    'sort.case',
    'sort.primary',
    'cursor.sorted',
  ),
  known(
    'totalResults is the size of the page',
    alterAnswer(({ body }) => (body?.Resources ? { body: { ...body, totalResults: body.Resources.length } } : {})),
    'paging.count',
    'paging.beyond',
  ),
  known(
    'startIndex starts at 0',
    alterRequest(({ query }) => {
      const changed = new URLSearchParams(query);
      if (query.has('startIndex')) changed.set('startIndex', String(Number(query.get('startIndex')) + 1));
      return { query: changed };
    }),
    'paging.walk',
    'paging.start-below-one',
  ),
  known(
    'it ignores the parameter "attributes"',
    alterRequest(({ query }) => ({ query: without(query, 'attributes') })),
    'projection.attributes',
    'projection.sub-attribute',
    'create.projection',
  ),
  known(
    'it ignores the parameter "excludedAttributes"',
    alterRequest(({ query }) => ({ query: without(query, 'excludedAttributes') })),
    'projection.excluded',
    'projection.members',
    'entra.without-flag.group-match',
    'entra.with-flag.group-read',
  ),
  known(
    'a search returns 201',
    at(
      /\.search$/,
      alterAnswer(() => ({ status: 201 })),
    ),
    'search.users',
    'search.nothing-made',
  ),
  known(
    'a query of the base URL lists only users',
    at(
      /^\/$/,
      alterFilter((filter) => `(${filter}) and meta.resourceType eq "User"`),
    ),
    'root.types',
  ),
  known(
    'a cursor repeats a row',
    alterAnswer(({ body }, { query }) =>
      query.get('cursor') ? { body: { ...body, Resources: [body.Resources[0], ...body.Resources] } } : {},
    ),
    'cursor.walk',
    'cursor.same-as-index',
  ),
  known(
    'the last page has a nextCursor',
    alterAnswer(({ body }, { query }) => (query.get('cursor') === '' ? { body: { nextCursor: 'more', ...body } } : {})),
    'cursor.last',
  ),
  known(
    'a cursor contains reserved characters',
    alterAnswer(({ body }) => (body?.nextCursor ? { body: { ...body, nextCursor: `${body.nextCursor}==` } } : {})),
    'cursor.characters',
  ),
  known(
    'an unknown cursor returns the first page',
    async (request, forward) => {
      const first = await forward(request);
      if (first.body?.scimType !== 'invalidCursor') return first;
      const query = new URLSearchParams(request.query);
      query.set('cursor', '');
      return await forward({ ...request, query });
    },
    'cursor.invalid',
    'cursor.changed',
  ),
  known(
    'a cursor is a row number',
    async (request, forward) => {
      const cursor = request.query.get('cursor');
      if (cursor === null) return await forward(request);
      const query = without(request.query, 'cursor');
      const start = cursor === '' ? 1 : Number(cursor);
      query.set('startIndex', String(start));
      const page = await forward({ ...request, query });
      const next = start + page.body.Resources.length;
      return { ...page, body: { ...page.body, ...(next <= page.body.totalResults && { nextCursor: String(next) }) } };
    },
    'cursor.delete-between',
  ),
];
