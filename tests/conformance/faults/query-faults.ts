import { answer, at, errorAnswer, filtered, alterRequest, without } from '../broken-server.ts';
import { known, refuse, type KnownFault } from './known-fault.ts';

const emptyList = {
  status: 200,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0, Resources: [] },
};

export const queryFaults: readonly KnownFault[] = [
  known(
    'nothing found is 404',
    answer(({ body }) => (body?.totalResults === 0 ? errorAnswer(404) : {})),
    'list.empty',
    'entra.with-flag.test-connection',
  ),
  known(
    'filters are ignored',
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
    filtered((filter) => filter.replace(/-PERSON-Alpha/, '-nobody')),
    'filter.eq-case',
  ),
  known(
    'or is and',
    filtered((filter) => filter.replaceAll(/ or /gi, ' and ')),
    'filter.or',
    'filter.nested-parentheses',
  ),
  known(
    'or binds first',
    filtered((filter) =>
      filter.replace(/^(userName eq "[^"]*") or (userName eq "[^"]*") and (.*)$/, '($1 or $2) and $3'),
    ),
    'filter.precedence',
  ),
  known(
    'brackets are only grouping',
    filtered((filter) =>
      filter.replaceAll(/(\w+)\[type eq ("\w+") and value (.*?)\]/g, '$1.type eq $2 and $1.value $3'),
    ),
    'filter.value-path-same-value',
  ),
  known(
    'conditions on meta are ignored',
    filtered((filter) => filter.replace(/ and meta\.\S+ \S+ "[^"]*"/, '')),
    'filter.date-lt',
    'filter.resource-type',
  ),
  known(
    'bad filters find nothing',
    answer(({ body }) => (body?.scimType === 'invalidFilter' ? emptyList : {})),
    'filter.unknown-operator',
    'filter.open-quote',
    'search.invalid-filter',
  ),
  known(
    'sorting is ignored',
    alterRequest(({ query }) => ({ query: without(query, 'sortBy', 'sortOrder') })),
    'sort.descending',
    'sort.case',
    'sort.primary',
    'cursor.sorted',
  ),
  known(
    'totalResults counts the page',
    answer(({ body }) => (body?.Resources ? { body: { ...body, totalResults: body.Resources.length } } : {})),
    'paging.count',
    'paging.beyond',
  ),
  known(
    'pages begin at 0',
    alterRequest(({ query }) => {
      const changed = new URLSearchParams(query);
      if (query.has('startIndex')) changed.set('startIndex', String(Number(query.get('startIndex')) + 1));
      return { query: changed };
    }),
    'paging.walk',
    'paging.start-below-one',
  ),
  known(
    'attributes is ignored',
    alterRequest(({ query }) => ({ query: without(query, 'attributes') })),
    'projection.attributes',
    'projection.sub-attribute',
    'create.projection',
  ),
  known(
    'excludedAttributes is ignored',
    alterRequest(({ query }) => ({ query: without(query, 'excludedAttributes') })),
    'projection.excluded',
    'projection.members',
    'entra.without-flag.group-match',
    'entra.with-flag.group-read',
  ),
  known(
    'a search is answered 201',
    at(
      /\.search$/,
      answer(() => ({ status: 201 })),
    ),
    'search.users',
    'search.nothing-made',
  ),
  known(
    'the root lists users alone',
    at(
      /^\/$/,
      filtered((filter) => `(${filter}) and meta.resourceType eq "User"`),
    ),
    'root.types',
  ),
  known(
    'a cursor repeats a row',
    answer(({ body }, { query }) =>
      query.get('cursor') ? { body: { ...body, Resources: [body.Resources[0], ...body.Resources] } } : {},
    ),
    'cursor.walk',
    'cursor.same-as-index',
  ),
  known(
    'there is always a next page',
    answer(({ body }, { query }) => (query.get('cursor') === '' ? { body: { nextCursor: 'more', ...body } } : {})),
    'cursor.last',
  ),
  known(
    'cursors need escaping',
    answer(({ body }) => (body?.nextCursor ? { body: { ...body, nextCursor: `${body.nextCursor}==` } } : {})),
    'cursor.characters',
  ),
  known(
    'an unknown cursor begins again',
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
