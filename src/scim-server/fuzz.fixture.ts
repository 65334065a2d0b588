import fc from 'fast-check';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';

/**
 * A generated request with placeholders that the run replaces: @Group0 is the id of the newest group, @User3 is the id of the user
 * that was created three users before the newest user, and @cursor is the newest cursor in a response.
 */
export interface FuzzRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it is sent, which is not always JSON. */
  readonly payload: string | undefined;
}

/** A custom schema of the organization, with an attribute of each type. */
export const FUZZ_SCHEMA = 'urn:contoso:scim:schemas:fuzz:2.0:User';
export const fuzzSchema = {
  id: FUZZ_SCHEMA,
  attributes: [
    { name: 'badge' },
    { name: 'code', caseExact: true, mutability: 'immutable' },
    { name: 'floors', type: 'integer', multiValued: true },
    { name: 'since', type: 'dateTime' },
    { name: 'height', type: 'decimal' },
    { name: 'key', type: 'binary', returned: 'request' },
    { name: 'pin', mutability: 'writeOnly', returned: 'never' },
    { name: 'desks', type: 'complex', multiValued: true, subAttributes: [{ name: 'value' }, { name: 'type' }] },
  ],
};

const names = [
  'userName',
  'USERNAME',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"].value',
  'emails[primary eq true].value',
  'active',
  'title',
  'password',
  'externalId',
  'id',
  'meta',
  'schemas',
  'groups',
  'members',
  'members[value eq "@User1"]',
  'displayName',
  'roles',
  'manager',
  ENTERPRISE_USER_SCHEMA,
  `${ENTERPRISE_USER_SCHEMA}:manager`,
  `${ENTERPRISE_USER_SCHEMA}:employeeNumber`,
  FUZZ_SCHEMA,
  `${FUZZ_SCHEMA}:badge`,
  `${FUZZ_SCHEMA}:floors`,
  `${FUZZ_SCHEMA}:since`,
  `${FUZZ_SCHEMA}:pin`,
  `${FUZZ_SCHEMA}:desks[type eq "work"].value`,
  'height',
  'key',
  'addresses',
  'addresses[type eq "work"].country',
  'x509Certificates',
  'photos.value',
  '__proto__',
  'constructor',
  'shoeSize',
  'emails[',
  '',
];
const name = fc.constantFrom(...names);
/** The position of a resource, counted back from the newest. Mostly small, so that many requests change the same resources. */
const resourceIndex = fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 12 }) }, fc.nat({ max: 5_000 }));
const reference = fc.tuple(fc.constantFrom('User', 'Group'), resourceIndex).map(([type, index]) => `@${type}${index}`);
const texts = [
  '',
  'a',
  'ann',
  'ann@x.example',
  'True',
  'false',
  '\u0000',
  '\ud800',
  '\u202e',
  'Ǆ',
  'ΟΔΟΣ',
  'x'.repeat(1_100),
  '{"value":"25"}',
  '2026-01-01',
  '1',
];
const text = fc.oneof(fc.constantFrom(...texts), reference);
const scalar = fc.oneof(text, fc.boolean(), fc.constant(null), fc.double(), fc.nat());
const subName = fc.constantFrom('value', 'type', 'primary', '$ref', 'display', 'givenName');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(name, subName), tie('value'), { maxKeys: 4 }),
  ),
}));
const anyResource = fc.dictionary(name, value, { maxKeys: 6 });

/** A few frequent names, so that requests conflict, and many rare ones, so that there are many resources. */
const userName = fc.oneof(
  fc.constantFrom('ann', 'Bob', 'ann@x.example', 'ann@y.example', 'Ünal', 'x1', 'x2'),
  fc.nat({ max: 3_000 }).map((number) => `user${number}`),
);
const groupName = fc.oneof(
  fc.constantFrom('A', 'b', 'Ç'),
  fc.nat({ max: 300 }).map((number) => `team ${number}`),
);
const address = fc.tuple(userName, fc.constantFrom('x.example', 'Y.example')).map((parts) => parts.join('@'));
const emails = fc.array(
  fc.record(
    { value: address, type: fc.constantFrom('work', 'home', 'WORK'), primary: fc.boolean() },
    { requiredKeys: ['value'] },
  ),
  { maxLength: 3 },
);
const members = fc.array(fc.record({ value: reference }), { maxLength: 4 });
const validUser = fc.record(
  {
    userName,
    displayName: userName,
    externalId: fc.nat({ max: 50 }).map(String),
    active: fc.constantFrom(true, false, 'True', 'False'),
    emails,
    [`${ENTERPRISE_USER_SCHEMA}:employeeNumber`]: fc.nat({ max: 500 }).map(String),
    manager: fc.record({ value: reference }),
    [FUZZ_SCHEMA]: fc.record(
      {
        badge: userName,
        code: fc.constantFrom('A', 'a'),
        floors: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
        since: fc.constantFrom('2026-01-01', '2026-02-03T04:05:06Z'),
        height: fc.constantFrom(1.5, 2),
        desks: fc.array(fc.record({ value: userName, type: fc.constantFrom('work', 'home') }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['userName'] },
);
const validGroup = fc.record({ displayName: groupName, members }, { requiredKeys: ['displayName'] });
const validResource = (type: string) => (type === 'User' ? validUser : validGroup);

const validOperation = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'Replace'), path: fc.constant('members'), value: members }),
  fc.record({ op: fc.constant('remove'), path: reference.map((id) => `members[value eq "${id}"]`) }),
  fc.record({ op: fc.constantFrom('Add', 'replace'), path: fc.constant('emails'), value: emails }),
  fc.record({ op: fc.constant('replace'), path: fc.constant('active'), value: fc.constantFrom(true, 'False') }),
  fc.record({ op: fc.constant('replace'), path: fc.constant('userName'), value: userName }),
  fc.record({ op: fc.constant('add'), path: fc.constant('manager'), value: reference }),
  fc.record({ op: fc.constant('replace'), value: fc.oneof(validUser, validGroup) }),
);
const anyOperation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'REMOVE', 'drop', 1), path: fc.oneof(name, fc.constant(7)), value },
  { requiredKeys: ['op'] },
);
const operation = fc.oneof({ weight: 6, arbitrary: validOperation }, anyOperation);
const operations = fc.record({ Operations: fc.array(operation, { minLength: 1, maxLength: 4 }) });
/** Generates mostly valid resources, so that other requests find existing resources. */
const resourceOf = (type: string) =>
  fc.oneof(
    { weight: 6, arbitrary: validResource(type) },
    fc.tuple(validResource(type), anyResource).map(([one, other]) => ({ ...other, ...one })),
    anyResource,
    value,
  );

const filterWords = [
  'userName displayName emails emails.value type groups members meta.lastModified active',
  'eq ne co sw gt le pr and or not ( ) [ ] .value',
  '"ann" "@User1" "2026-01-01" true null 1',
].flatMap((line) => line.split(' '));
const filterPart = fc.constantFrom(...filterWords);
const comparison = fc
  .tuple(
    fc.constantFrom(
      'userName',
      'displayName',
      'emails.value',
      'externalId',
      'id',
      'manager.value',
      'members.value',
      `${FUZZ_SCHEMA}:badge`,
      'code',
    ),
    fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt'),
    fc.oneof(userName, groupName, reference),
  )
  .map(([attribute, operator, operand]) => `${attribute} ${operator} ${JSON.stringify(operand)}`);
const filter = fc.oneof(
  comparison,
  fc.array(comparison, { maxLength: 4 }).map((all) => all.join(' or ')),
  fc.array(filterPart, { maxLength: 12 }).map((parts) => parts.join(' ')),
);
const listQuery = fc.record(
  {
    filter,
    sortBy: fc.oneof(name, fc.constantFrom('userName', 'meta.created', 'emails.value')),
    sortOrder: fc.constantFrom('ascending', 'descending', 'sideways'),
    attributes: name,
    excludedAttributes: name,
    startIndex: fc.constantFrom('-1', '2', 'x', '9007199254740991'),
    count: fc.constantFrom('-1', '0', '1', '3', '1001', 'x'),
    cursor: fc.constantFrom('', '@cursor', 'WyJhIl0'),
    aadOptscim062020: fc.constant(''),
  },
  { requiredKeys: [] },
);
const queryText = listQuery.map((query) => {
  const pairs = Object.entries(query).map(([key, one]) => `${key}=${encodeURIComponent(one)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&').replaceAll('%40', '@')}`;
});
const someQuery = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, queryText);

const type = fc.constantFrom('User', 'Group');
const item = fc.tuple(type, resourceIndex).map(([one, index]) => ({ type: one, path: `/${one}s/@${one}${index}` }));
const bulkOperation = fc.oneof(
  type.chain((one) =>
    fc.record({
      method: fc.constant('POST'),
      path: fc.constant(`/${one}s`),
      bulkId: fc.constantFrom('a', 'b', 'c', 'd'),
      data: fc.oneof(
        validResource(one),
        fc.record({ displayName: groupName, members: fc.constant([{ value: 'bulkId:a' }]) }),
      ),
    }),
  ),
  item.chain(({ type: one, path }) =>
    fc.record({ method: fc.constant('PUT'), path: fc.constant(path), data: resourceOf(one) }),
  ),
  item.chain(({ path }) => fc.record({ method: fc.constant('PATCH'), path: fc.constant(path), data: operations })),
  item.chain(({ path }) => fc.record({ method: fc.constant('delete'), path: fc.constant(path) })),
  fc.dictionary(fc.constantFrom('method', 'path', 'bulkId', 'data', 'version'), value),
);
const bulk = fc.record(
  { Operations: fc.array(bulkOperation, { maxLength: 6 }), failOnErrors: fc.constantFrom(1, 2, 0, 'x') },
  { requiredKeys: ['Operations'] },
);

/** Bodies that JSON.stringify does not produce. */
const oddPayload = fc.constantFrom(
  '',
  '{',
  '{"userName":"a","USERNAME":"b"}',
  '{"displayName":"a","displayName":"b"}',
  '{"userName":12345678901234567890}',
  '{"__proto__":{"admin":true}}',
  '['.repeat(40) + ']'.repeat(40),
  '\ufeff{"userName":"ann"}',
);
const payloadOf = (body: fc.Arbitrary<unknown>) =>
  fc.oneof(
    {
      weight: 30,
      arbitrary: body.map((one) => JSON.stringify(one ?? null)),
    },
    { weight: 1, arbitrary: oddPayload },
  );
const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  fc.constantFrom<Record<string, string>>(
    { 'if-match': 'W/"1"' },
    { 'if-match': '*' },
    { 'if-match': '"' },
    { 'if-none-match': 'W/"1"' },
    { 'if-none-match': '*' },
  ),
);

const without = fc.constant(undefined);
const request = (
  method: FuzzRequest['method'],
  path: fc.Arbitrary<string>,
  payload: fc.Arbitrary<string | undefined> = without,
): fc.Arbitrary<FuzzRequest> => fc.record({ method: fc.constant(method), path, headers, payload });
const itemPath = fc.tuple(item, someQuery).map(([{ path }, query]) => path + query);

/** Generates requests to the SCIM server. For most kinds of requests, about half are valid. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.oneof(
  { weight: 5, arbitrary: type.chain((one) => request('POST', fc.constant(`/${one}s`), payloadOf(resourceOf(one)))) },
  {
    weight: 4,
    arbitrary: item.chain(({ type: one, path }) => request('PUT', fc.constant(path), payloadOf(resourceOf(one)))),
  },
  {
    weight: 8,
    arbitrary: request('PATCH', itemPath, payloadOf(fc.oneof({ weight: 8, arbitrary: operations }, value))),
  },
  { weight: 1, arbitrary: request('DELETE', itemPath) },
  { weight: 4, arbitrary: request('GET', itemPath) },
  {
    weight: 4,
    arbitrary: request(
      'GET',
      fc.tuple(fc.constantFrom('/Users', '/Groups', '/'), queryText).map((parts) => parts.join('')),
    ),
  },
  {
    weight: 2,
    arbitrary: request(
      'POST',
      fc.constantFrom('/Users/.search', '/Groups/.search', '/.search'),
      payloadOf(fc.oneof(listQuery, value)),
    ),
  },
  {
    weight: 3,
    arbitrary: request('POST', fc.constant('/Bulk'), payloadOf(fc.oneof({ weight: 8, arbitrary: bulk }, value))),
  },
  {
    weight: 1,
    arbitrary: request(
      'GET',
      fc.constantFrom('/Schemas', '/ResourceTypes', '/ServiceProviderConfig', '/Me', '/nothing'),
    ),
  },
);
