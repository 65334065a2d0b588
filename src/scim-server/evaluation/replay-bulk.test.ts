import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateRules } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { showRequest } from '#request-log/exchange.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { KEPT_REFERENCES_MAX } from '../request-record.ts';
import { newLoggedOrganization, sendCurl, type LoggedOrganization } from '../request-log.fixture.ts';
import { openTestScimServer, type TestScimServer } from '../scim-server.fixture.ts';
import { replayLogged } from './replay.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const types = {
  User: { path: '/Users', name: 'userName', schema: 'urn:ietf:params:scim:schemas:core:2.0:User' },
  Group: { path: '/Groups', name: 'displayName', schema: 'urn:ietf:params:scim:schemas:core:2.0:Group' },
} as const;
type Type = keyof typeof types;

/** An operation of a bulk request, and the resource that it needs. */
interface Case {
  readonly title: string;
  readonly type: Type;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly data?: ((name: string) => unknown) | undefined;
  readonly version?: string;
  /** The path of the operation, for the id of the resource. */
  readonly path?: (id: string) => string;
}

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The forms of `schemas` that a client can send: all members of the body that are not the resource. */
const schemasForms = (own: string): readonly (readonly [string, object])[] => [
  ['its schemas', { schemas: [own] }],
  ['its schemas in another case', { SCHEMAS: [own.toUpperCase()] }],
  ['no schemas', {}],
  ['null as schemas', { schemas: null }],
  ['an empty list of schemas', { Schemas: [] }],
  ['a text as schemas', { schemas: own }],
  ['an unknown schema', { schemas: ['urn:example:none'] }],
  ['the schemas of SCIM 1.1', { schemas: ['urn:scim:schemas:core:1.0'] }],
];

/** Operations that change nothing, so that the same operation has the same result once more. */
function casesOf(type: Type): readonly Case[] {
  const { path, name: nameOf, schema } = types[type];
  const resource = (name: string) => ({ [nameOf]: name });
  const sameName = (name: string) => [{ op: 'replace', path: nameOf, value: name }];
  const whole = ({ method, title, more }: { method: 'POST' | 'PUT'; title: string; more: object }): Case => ({
    title: `${method} with ${title}`,
    type,
    method,
    data: (name) => ({ ...more, ...resource(name) }),
  });
  const patch = (title: string, data: (name: string) => unknown): Case => {
    return { title: `PATCH with ${title}`, type, method: 'PATCH', data };
  };
  const withSchemas = (name: string) => ({ schemas: [PATCH_OP], Operations: sameName(name) });
  const versions = ['W/"1"', '"1.x"', '*', 'W/"7"', 'W/"7", W/"1"', 'none'];
  const paths: readonly (readonly [string, (id: string) => string])[] = [
    ['without a slash', (id) => `${path.slice(1)}/${id}`],
    ['in another case with a slash at its end', (id) => `${path.toUpperCase()}/${id}/`],
    ['with an unknown id', (id) => `${path}/no-${id}`],
    ['with escapes', (id) => `${path}/a%2Fb%3F${id}%25%2523:c`],
  ];
  const conditional = (['PUT', 'PATCH', 'DELETE'] as const).flatMap((method) => {
    const data =
      method === 'DELETE'
        ? undefined
        : method === 'PATCH'
          ? withSchemas
          : (name: string) => ({ schemas: [schema], ...resource(name) });
    return [
      ...versions.map((version): Case => ({ title: `${method} of ${version}`, type, method, data, version })),
      ...paths.map(([title, one]): Case => ({ title: `${method} at a path ${title}`, type, method, data, path: one })),
    ];
  });
  return [
    ...(['POST', 'PUT'] as const).flatMap((method) => [
      ...schemasForms(schema).map(([title, more]) => whole({ method, title, more })),
      { title: `${method} of a list`, type, method, data: () => [] },
      { title: `${method} without a name`, type, method, data: () => ({ schemas: [schema] }) },
    ]),
    {
      title: 'POST of a version',
      type,
      method: 'POST',
      data: (n) => ({ schemas: [schema], ...resource(n) }),
      version: 'W/"7"',
    },
    ...schemasForms(PATCH_OP).flatMap(([title, more]) => [
      patch(title, (name) => ({ ...more, Operations: sameName(name) })),
      patch(`${title} and a part of the resource`, (name) => ({ ...more, ...resource(name) })),
      patch(`${title} and no operation`, () => ({ ...more, operations: [] })),
    ]),
    patch('a list of operations', sameName),
    patch('an empty list', () => []),
    patch('the schema of the resource', (name) => ({ schemas: [schema], Operations: sameName(name) })),
    patch('an unknown operation', () => [{ op: 'move', path: nameOf }]),
    ...conditional,
    { title: 'DELETE', type, method: 'DELETE' },
    { title: 'DELETE with a secret', type, method: 'DELETE', data: () => ({ password: 'a long pass phrase' }) },
  ];
}

const cases = [...casesOf('User'), ...casesOf('Group')];
const replay = async ({ organizationId }: LoggedOrganization, id: string) =>
  await replayLogged({ deps: server.directory.deps, organizationId, baseUrl: 'http://x/scim/v2' }, id);

async function contentOf({ organizationId }: LoggedOrganization, id: string) {
  const { database } = server.directory.deps;
  const deps = { database, schemas: standardSchemas, ruleNow: async () => undefined, publicUrl: 'http://x' };
  const { content, ...shown } = await showRequest(deps, organizationId, id);
  if (content === null) throw new Error(`the content of ${id} was not kept`);
  return { ...content, path: shown.path, targetId: shown.targetId, bodyKept: shown.bodyKept };
}

async function sendBulk({ send }: LoggedOrganization, operations: readonly object[]) {
  const { headers, body } = await send('POST', '/Bulk', { Operations: operations }, { 'if-match': 'W/"3"' });
  const results: readonly Result[] = body.Operations;
  return { id: String(headers['x-request-id']), results };
}

interface Result {
  readonly status: string;
  readonly location?: string;
  readonly response?: { readonly id?: string; readonly detail?: string; readonly scimType?: string };
}

const idOf = ({ location = '' }: Result) => location.split('/').at(-1) ?? '';

describe.for(['any', 'patch', 'required'] as const)('under the rule schemas=%s', (schemas) => {
  let own: LoggedOrganization;
  let request = '';
  let results: readonly Result[] = [];

  const nameAt = (index: number) => `${schemas}-${index}`;
  const create = async (indexes: readonly number[], prefix: string) => {
    const operations = indexes.map((index) => {
      const { path, name, schema } = types[cases[index]?.type ?? 'User'];
      const data = { schemas: [schema], [name]: `${prefix}${nameAt(index)}` };
      return { method: 'POST', path, bulkId: String(index), data };
    });
    const { results: created } = await sendBulk(own, operations);
    return new Map(created.map((one, at) => [indexes[at] ?? -1, idOf(one)] as const));
  };

  beforeAll(async () => {
    own = await newLoggedOrganization(server, {});
    const { database } = server.directory.deps;
    await updateRules(database, own.integrationId, { ...presetRules('standard'), schemas });
    const indexes = [...cases.keys()].filter((index) => cases[index]?.method !== 'POST');
    const ids = await create(indexes, '');
    const operations = cases.map(({ method, type, data, version, path }, index) => {
      const { path: endpoint } = types[type];
      const at = path ?? ((id: string) => `${endpoint}/${id}`);
      return {
        method,
        path: method === 'POST' ? endpoint : at(ids.get(index) ?? ''),
        ...(method === 'POST' && { bulkId: `b${index}` }),
        ...(data !== undefined && { data: data(nameAt(index)) }),
        ...(version !== undefined && { version }),
      };
    });
    ({ id: request, results } = await sendBulk(own, operations));
  });

  test('every operation is replayed with the result that it had', async () => {
    const statuses = new Set<string>();
    for (const [index, { title, type }] of cases.entries()) {
      const result = results[index];
      const one = await replay(own, `${request}:${index}`);
      const shown = one.isReplayable ? one.evaluation : undefined;
      expect([title, type, shown?.status, shown?.error?.code]).toEqual([
        title,
        type,
        Number(result?.status),
        one.request.reason ?? undefined,
      ]);
      if (shown?.error !== undefined) expect(shown.answer, title).toEqual(result?.response);
      statuses.add(`${cases[index]?.method} ${result?.status}`);
    }
    expect([...statuses].toSorted()).toEqual([
      'DELETE 204',
      'DELETE 404',
      'DELETE 412',
      'PATCH 200',
      'PATCH 204',
      'PATCH 400',
      'PATCH 404',
      'PATCH 412',
      'POST 201',
      'POST 400',
      'PUT 200',
      'PUT 400',
      'PUT 404',
      'PUT 412',
    ]);
  });

  test('every operation has a curl command with the same result, and its version as If-Match', async () => {
    const deleted = [...cases.keys()].filter(
      (index) => results[index]?.status === '204' && cases[index]?.method === 'DELETE',
    );
    const again = await create(deleted, 'again-');
    for (const [index, { title, type, version }] of cases.entries()) {
      const result = results[index];
      const { curl, requestHeaders, targetId } = await contentOf(own, `${request}:${index}`);
      expect([title, requestHeaders['if-match'], curl?.includes('If-Match') ?? null]).toEqual([title, version, false]);
      expect(curl?.includes(`-H 'if-match: ${version}'`) ?? null, title).toBe(version !== undefined);
      if (result?.status === '201') await own.send('DELETE', `${types[type].path}/${idOf(result)}`);
      const fresh = again.get(index);
      const command = fresh === undefined ? curl : curl?.replace(targetId ?? '', fresh);
      const answer = await sendCurl(server, own, command ?? '');
      expect([title, type, answer.status]).toEqual([title, type, Number(result?.status)]);
      if (answer.status >= 400) expect(answer.body, title).toEqual(result?.response);
    }
  });

  test('a PATCH needs no schemas in a bulk request (RFC 7644 §3.7.3)', () => {
    const without = ['no schemas', 'null as schemas', 'an empty list of schemas', 'a list of operations'];
    const titles = without.map((title) => `PATCH with ${title}`);
    const of = cases.flatMap(({ title, type }, index) =>
      titles.includes(title) ? [[type, results[index]?.status]] : [],
    );
    expect(of).toEqual([...titles.map(() => ['User', '200']), ...titles.map(() => ['Group', '204'])]);
  });

  test('the detail of a PATCH has the operations that the directory read', async () => {
    for (const [index, { title, method }] of cases.entries()) {
      if (method !== 'PATCH' || !results[index]?.status.startsWith('2')) continue;
      const { dialect } = await contentOf(own, `${request}:${index}`);
      expect(dialect?.operations, title).toMatchObject([{ op: 'replace', value: nameAt(index) }]);
    }
  });
});

describe('an operation that refers to others', () => {
  let own: LoggedOrganization;
  const user = (bulkId: string, more: object = {}) => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { userName: bulkId, ...more },
  });
  const reportsTo = (bulkId: string) => ({ [ENTERPRISE]: { manager: { value: `bulkId:${bulkId}` } } });
  const members = (...bulkIds: readonly string[]) => ({ members: bulkIds.map((one) => ({ value: `bulkId:${one}` })) });

  beforeAll(async () => {
    own = await newLoggedOrganization(server, {});
  });

  test('is kept with the ids of the resources, and has the same result on its own', async () => {
    const { id, results } = await sendBulk(own, [
      { method: 'POST', path: '/Groups', bulkId: 'crew', data: { displayName: 'Crew', ...members('ann', 'bob') } },
      user('ann', reportsTo('bob')),
      user('bob'),
      user('yin', reportsTo('yang')),
      user('yang', reportsTo('yin')),
      { method: 'PATCH', path: '/Users/bulkId:ann', data: [{ op: 'replace', path: 'userName', value: 'ann' }] },
      // Refused for another reason than its reference.
      {
        method: 'PUT',
        path: '/Groups/bulkId:crew',
        version: 'W/"9"',
        data: { displayName: 'Crew', ...members('ann') },
      },
      { method: 'DELETE', path: '/Users/bulkId:bob', version: 'W/"9"' },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201', '201', '201', '200', '412', '412']);
    for (const [index, result] of results.entries()) {
      const { body, path, curl, references } = await contentOf(own, `${id}:${index}`);
      expect([index, references, `${body} ${path} ${curl}`]).toEqual([
        index,
        [],
        expect.not.stringContaining('bulkId:'),
      ]);
      const one = await replay(own, `${id}:${index}`);
      expect([index, one.isReplayable && one.evaluation.status]).toEqual([index, Number(result.status)]);
    }
    const [crew, ann, bob] = results.map(idOf);
    expect(JSON.parse((await contentOf(own, `${id}:0`)).body ?? '').members).toEqual([{ value: ann }, { value: bob }]);
    expect(await contentOf(own, `${id}:6`)).toMatchObject({ path: `/scim/v2/Groups/${crew}`, targetId: crew });
    expect(await contentOf(own, `${id}:7`)).toMatchObject({ path: `/scim/v2/Users/${bob}`, targetId: bob });
  });

  test('says to which bulkIds it refers, and is neither replayed nor repeated, if no id replaces them', async () => {
    const { id, results } = await sendBulk(own, [
      user('narcissus', reportsTo('narcissus')),
      user('nameless', { userName: '' }),
      user('carl'),
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'mixed',
        data: { displayName: 'Mixed', ...members('carl', 'nameless') },
      },
      { method: 'PATCH', path: '/Users/bulkId:nameless', data: [{ op: 'replace', path: 'title', value: 'x' }] },
      { method: 'DELETE', path: '/Users/bulkId:nameless' },
      user('stranger', reportsTo('nobody')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['201', '400', '201', '409', '409', '409', '400']);
    const shown = await Promise.all(results.map((_result, index) => contentOf(own, `${id}:${index}`)));
    expect(shown.map(({ references }) => references)).toEqual([
      ['narcissus'],
      [],
      [],
      ['nameless'],
      ['nameless'],
      ['nameless'],
      ['nobody'],
    ]);
    for (const [index, { references, curl, notRepeatable }] of shown.entries()) {
      if (references.length === 0) continue;
      expect([curl, notRepeatable]).toEqual([null, expect.stringContaining(references[0] ?? '')]);
      expect(await replay(own, `${id}:${index}`)).toMatchObject({ isReplayable: false, reason: 'bulkReference' });
    }
    expect(JSON.parse(shown[3]?.body ?? '').members).toEqual([
      { value: idOf(results[2] ?? { status: '' }) },
      { value: 'bulkId:nameless' },
    ]);
    expect(shown[4]?.path).toBe('/scim/v2/Users/bulkId:nameless');
  });

  test('is kept with KEPT_REFERENCES_MAX of the bulkIds that no id replaces', async () => {
    const bulkIds = (count: number) => Array.from({ length: count }, (_, index) => `missing-${index}`);
    const group = (count: number) => ({
      method: 'POST',
      path: '/Groups',
      bulkId: String(count),
      data: { displayName: `${count} members`, ...members(...bulkIds(count)) },
    });
    const { id } = await sendBulk(own, [group(KEPT_REFERENCES_MAX), group(KEPT_REFERENCES_MAX + 1)]);
    for (const index of [0, 1]) {
      expect((await contentOf(own, `${id}:${index}`)).references).toEqual(bulkIds(KEPT_REFERENCES_MAX));
    }
  });

  test('that cannot be read has no curl command and is not replayed', async () => {
    const { id } = await sendBulk(own, [{ method: 'FETCH', path: '/Users' }]);
    expect(await contentOf(own, `${id}:0`)).toMatchObject({
      curl: null,
      notRepeatable: expect.stringContaining('could not read'),
    });
    expect(await replay(own, `${id}:0`)).toMatchObject({ isReplayable: false, reason: 'notAWrite' });
  });
});
