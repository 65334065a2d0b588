import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import {
  bodyWith,
  describedAttributes,
  customSchemas,
  sample,
  wrongValue,
  type DescribedAttribute,
  type TypeName,
} from './characteristics.fixture.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

/** Checks for every attribute that POST, PUT, PATCH and Bulk enforce each characteristic that /Schemas declares (RFC 7643 §7). */

let server: TestScimServer;
let attributes: readonly DescribedAttribute[];
let person: string;
let marks = 0;

beforeAll(async () => {
  server = await openTestScimServer();
  const admin = await administratorHeaders();
  for (const schema of customSchemas) await server.send('POST', '/Schemas', schema, admin);
  attributes = await describedAttributes(server);
  person = (await createResource('User')).id;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function administratorHeaders() {
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const { id } = await insertAdministrator(deps.database, deps.clock, {
    organizationId,
    email: 'admin@localhost',
    name: 'Admin',
    role: 'Administrator',
    passwordHash: null,
  });
  const key = newApiKey();
  const owner = { kind: 'administrator', administratorId: id, integrationId: null } as const;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'admin', key, expiresAt: null });
  return { authorization: `Bearer ${key}` };
}

const mark = () => `n${(marks += 1)}`;
const base = (type: TypeName): JsonObject => ({ [type === 'User' ? 'userName' : 'displayName']: `Base-${mark()}` });

async function createResource(type: TypeName, part: JsonObject = {}) {
  const answer = await server.send('POST', `/${type}s`, { ...base(type), ...part });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

interface Attempt {
  readonly name: string;
  readonly type: TypeName;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** The id of the resource; empty for a POST. */
  readonly id: string;
  readonly body: JsonObject;
}

/** Returns requests that write a value with each method: a POST of a new resource, a PUT, and a PATCH. */
function attempts(
  target: DescribedAttribute,
  resource: JsonObject & { readonly id: string },
  value: JsonValue,
): Attempt[] {
  const { type, path } = target;
  const { id, ...present } = resource;
  const part = bodyWith([[target, value]]);
  const common = { type, name: `${path} of a ${type}` };
  return [
    { ...common, method: 'POST', id: '', body: { ...base(type), ...part } },
    { ...common, method: 'PUT', id, body: withPart(present, target, value) },
    { ...common, method: 'PATCH', id, body: { Operations: [{ op: 'replace', path, value }] } },
  ];
}

interface Result {
  readonly name: string;
  readonly status: number;
  readonly scimType: string | undefined;
  readonly body: JsonObject;
}

/** Sends each attempt as a separate request, and then all of them in one bulk request. */
async function results(all: readonly Attempt[]): Promise<readonly Result[]> {
  const alone: Result[] = [];
  for (const { name, type, method, id, body } of all) {
    const answer = await server.send(method, `/${type}s${id === '' ? '' : `/${id}`}`, body);
    const { scimType } = answer.body ?? {};
    alone.push({ name: `${method} ${name}`, status: answer.status, scimType, body: answer.body });
  }
  const operations = all.map(({ type, method, id, body }, index) => ({
    method,
    path: `/${type}s${id === '' ? '' : `/${id}`}`,
    bulkId: `b${index}`,
    data: method === 'POST' ? { ...body, ...unusedName(body, index) } : body,
  }));
  const bulk = await server.send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: operations,
  });
  expect(bulk.status, JSON.stringify(bulk.body)).toBe(200);
  const inBulk = bulk.body.Operations.map(
    (one: { status: string; response?: { scimType?: string } }, index: number) => ({
      name: `Bulk ${all[index]?.method} ${all[index]?.name}`,
      status: Number(one.status),
      scimType: one.response?.scimType,
      body: one.response ?? {},
    }),
  );
  return [...alone, ...inBulk];
}

/** Returns the body with another name for the bulk request: the separate request has already created a resource with the first name. */
function unusedName(body: JsonObject, index: number): JsonObject {
  const names = Object.entries(body).filter(([, value]) => typeof value === 'string' && value.startsWith('Base-'));
  return Object.fromEntries(names.map(([name, value]) => [name, `${String(value as string)}-bulk${index}`]));
}

async function expectRefused(all: readonly Attempt[], scimTypes: readonly string[], status = 400) {
  expect(all.length).toBeGreaterThan(0);
  for (const result of await results(all)) {
    expect(result.status, `${result.name}: ${JSON.stringify(result.body)}`).toBe(status);
    expect(scimTypes, `${result.name}: ${JSON.stringify(result.body)}`).toContain(result.scimType);
  }
}

async function expectAccepted(all: readonly Attempt[]) {
  expect(all.length).toBeGreaterThan(0);
  for (const { name, status, body } of await results(all)) {
    expect([200, 201, 204], `${name}: ${JSON.stringify(body)}`).toContain(status);
  }
}

const writable = ({ definition }: DescribedAttribute) => definition.mutability !== 'readOnly';
const types = ['User', 'Group'] as const;
const identity = (resource: JsonObject & { readonly id: string }): JsonObject & { readonly id: string } => {
  const { id, userName, displayName } = resource;
  return { id, ...(userName === undefined ? { displayName: displayName ?? '' } : { userName }) };
};

describe.for(types)('attributes of a %s', (type) => {
  const of = (accept: (attribute: DescribedAttribute) => boolean) =>
    attributes.filter((attribute) => attribute.type === type && accept(attribute));

  test('type: every verb refuses a value of another type, even in sub-attributes', async () => {
    const resource = identity(await createResource(type));
    const wrong = of(writable).flatMap((target) => {
      const { definition } = target;
      const inSubs = (definition.subAttributes ?? [])
        .filter(({ mutability }) => mutability !== 'readOnly')
        .map((sub) => ({ ...(sub.name === 'value' ? {} : { value: 'x' }), [sub.name]: wrongValue(sub) }))
        .map((element) => (definition.multiValued ? [element] : element));
      return [wrongValue(definition), ...inSubs].flatMap((value) => attempts(target, resource, value));
    });
    await expectRefused(wrong, ['invalidValue']);
    expect((await server.send('GET', `/${type}s/${resource.id}`)).body.meta.version).toBe('W/"1"');
  });

  test('multiValued: every verb refuses several values of a single-valued attribute', async () => {
    const resource = identity(await createResource(type));
    const single = of((one) => writable(one) && !one.definition.multiValued);
    expect(single.map(({ definition }) => definition.name)).toContain('level');
    await expectRefused(
      single.flatMap((target) => {
        const several = [sample(target.definition, mark(), person), sample(target.definition, mark(), person)];
        return attempts(target, resource, several);
      }),
      ['invalidValue'],
    );
  });

  test('required: every verb refuses to leave a required attribute without a value or with only whitespace', async () => {
    const required = of(({ definition }) => definition.required);
    expect(required.map(({ definition }) => definition.name)).toContain('ticket');
    for (const target of required) {
      const rest = of(({ urn, definition }) => urn === target.urn && definition.name === 'rest');
      const others = rest.map((one) => [one, 'x'] as const);
      const resource = await createResource(type, bodyWith([[target, `Base-${mark()}`], ...others]));
      const { id, [target.definition.name]: _, schemas: _schemas, meta: _meta, ...present } = resource;
      const without = { ...present, ...bodyWith(others) };
      const remove = { Operations: [{ op: 'remove', path: target.path }] };
      const name = target.path;
      await expectRefused(
        [
          { name, type, method: 'PUT', id, body: without },
          { name, type, method: 'PATCH', id, body: remove },
          ...(target.urn === undefined
            ? []
            : [{ name, type, method: 'POST', id: '', body: { ...base(type), ...without } } as const]),
          ...attempts(target, identity(resource), '').filter(
            ({ method }) => target.urn === undefined || method === 'PATCH',
          ),
          ...attempts(target, identity(resource), ' \t'),
        ],
        ['invalidValue', 'mutability'],
      );
    }
  });

  test('mutability immutable: every verb accepts the same value and refuses another value', async () => {
    const isBound = ({ definition }: DescribedAttribute) =>
      definition.name !== 'members' &&
      [definition, ...(definition.subAttributes ?? [])].some(({ mutability }) => mutability === 'immutable');
    const bound = of(isBound);
    expect(bound).toHaveLength(4);
    const first = bound.map((target) => [target, sample(target.definition, 'first', person)] as const);
    const resource = await createResource(type, bodyWith(first));
    const present = { ...identity(resource), ...bodyWith(first) };
    for (const [target, value] of first) {
      await expectAccepted(attempts(target, present, value));
      for (const other of otherValues(target, value)) {
        const all = attempts(target, present, other);
        await expectRefused(
          all.filter(({ method }) => method !== 'POST'),
          ['mutability'],
        );
      }
    }
    const [fixed] = bound;
    if (fixed === undefined) throw new Error('no immutable attribute');
    const { [fixed.urn ?? '']: own, ...others } = present;
    const { [fixed.definition.name]: _, ...rest } = own as JsonObject;
    const body = { ...others, [fixed.urn ?? '']: rest };
    const operations = [{ op: 'remove', path: fixed.path }];
    const common = { name: `${fixed.path}, removed,`, type, id: resource.id };
    await expectRefused(
      [
        { ...common, method: 'PUT', body },
        { ...common, method: 'PUT', body: others },
        { ...common, method: 'PATCH', body: { Operations: operations } },
      ],
      ['mutability'],
    );
    const after = (await server.send('GET', `/${type}s/${resource.id}`)).body;
    expect(after).toMatchObject(bodyWith(first));
  });

  test('mutability immutable: a client that follows the advice in the error can change the value', async () => {
    const urn = `urn:contoso:scim:characteristics:2.0:${type}`;
    const { id } = await createResource(type, { [urn]: { lock: { key: '1' }, keys: [{ value: 'k', serial: '1' }] } });
    const patch = (...operations: JsonObject[]) => server.send('PATCH', `/${type}s/${id}`, { Operations: operations });
    const refused = await patch({ op: 'replace', path: `${urn}:lock.key`, value: '2' });
    expect(refused.body.detail).toContain('first remove the whole value');
    for (const [remove, add] of [
      [{ path: `${urn}:lock` }, { path: `${urn}:lock`, value: { key: '2' } }],
      [{ path: `${urn}:keys[value eq "k"]` }, { path: `${urn}:keys`, value: [{ value: 'k', serial: '2' }] }],
    ] as const) {
      expect((await patch({ op: 'remove', ...remove })).status).toBeLessThan(300);
      expect((await patch({ op: 'add', ...add })).status).toBeLessThan(300);
    }
    const after = (await server.send('GET', `/${type}s/${id}`)).body;
    expect(after[urn]).toEqual({ lock: { key: '2' }, keys: [{ value: 'k', serial: '2' }] });
  });

  test('mutability readOnly: PATCH refuses the path, and the other verbs ignore the value', async () => {
    const { id } = await createResource(type);
    const paths = of(() => true).flatMap(({ path, definition }) => {
      if (definition.mutability === 'readOnly') return [path];
      const subs = (definition.subAttributes ?? []).filter(({ mutability }) => mutability === 'readOnly');
      return subs.map((sub) => `${path}.${sub.name}`);
    });
    const patches = ['id', 'meta', 'schemas', ...paths].map((path): Attempt => ({
      name: path,
      type,
      method: 'PATCH',
      id,
      body: { Operations: [{ op: 'replace', path, value: 'x' }] },
    }));
    await expectRefused(patches, ['mutability']);
    const sent = { id: 'x', meta: { resourceType: 'Other' }, groups: [{ value: 'x', display: 'Sent' }] };
    for (const { status, body } of await results([
      { name: 'readOnly', type, method: 'POST', id: '', body: { ...base(type), ...sent } },
      { name: 'readOnly', type, method: 'PUT', id, body: { ...base(type), ...sent } },
    ])) {
      expect([200, 201]).toContain(status);
      expect(body['id']).not.toBe('x');
      expect(body).not.toHaveProperty('groups');
    }
  });

  test('uniqueness: every verb refuses a taken value of a unique attribute', async () => {
    const unique = of(({ definition }) => definition.uniqueness !== 'none');
    expect(unique.map(({ definition }) => definition.name)).not.toContain('level');
    for (const target of unique) {
      const value = sample(target.definition, mark(), person);
      await createResource(type, bodyWith([[target, value]]));
      await expectRefused(attempts(target, identity(await createResource(type)), value), ['uniqueness'], 409);
    }
  });

  test('canonicalValues: every verb accepts values that are not in the list, which is only a suggestion', async () => {
    const resource = identity(await createResource(type));
    const suggested = of(({ definition }) => definition.canonicalValues !== undefined);
    expect(suggested.map(({ definition }) => definition.name)).toContain('size');
    await expectAccepted(suggested.flatMap((target) => attempts(target, resource, 'quite another')));
  });

  test('returned and caseExact: a value that any verb wrote is returned, and found by filters, as /Schemas declares', async () => {
    const wanted = of(
      ({ definition, urn }) => writable({ definition } as DescribedAttribute) && urn?.includes(':required:') !== true,
    );
    const ids: string[] = [];
    for (const verb of ['POST', 'PUT', 'PATCH', 'Bulk'] as const) {
      const values = wanted.map((target) => [target, sample(target.definition, `${verb}-${mark()}`, person)] as const);
      ids.push(await write(type, verb, values));
      for (const query of ['', '?attributes=id']) {
        const { body } = await server.send('GET', `/${type}s/${ids.at(-1)}${query}`);
        for (const [{ urn, definition }] of values) {
          const owner = urn === undefined ? body : (body[urn] ?? {});
          const { returned, name } = definition;
          const isShown = returned === 'always' || (returned === 'default' && query === '');
          expect(Object.hasOwn(owner, name), `${verb} ${name} ${query}`).toBe(isShown);
        }
      }
    }
    const [request] = wanted.filter(({ definition }) => definition.returned === 'request');
    const asked = await server.send('GET', `/${type}s/${ids[0]}?attributes=${request?.path}`);
    expect(asked.body[request?.urn ?? '']).toHaveProperty([request?.definition.name ?? '']);
    for (const { path, definition } of wanted) {
      if (definition.type !== 'string') continue;
      const filter = encodeURIComponent(`${path} sw "vAL-${definition.name}-"`);
      const found = await server.send('GET', `/${type}s?filter=${filter}&attributes=id`);
      if (definition.returned === 'never') {
        expect(found.status, path).toBe(400);
        continue;
      }
      const foundIds = new Set(found.body.Resources.map(({ id }: { id: string }) => id));
      expect(
        ids.filter((id) => foundIds.has(id)),
        path,
      ).toEqual(definition.caseExact ? [] : ids);
    }
  });
});

/** Returns the current resource with a different value for one attribute, as the body of a PUT. */
function withPart(present: JsonObject, { urn, definition }: DescribedAttribute, value: JsonValue): JsonObject {
  if (urn === undefined) return { ...present, [definition.name]: value };
  const own = present[urn];
  return { ...present, [urn]: { ...(isObject(own) ? own : {}), [definition.name]: value } };
}

/** Returns values that differ from `value` in their immutable parts. */
function otherValues({ definition }: DescribedAttribute, value: JsonValue): readonly JsonValue[] {
  const other = sample(definition, 'second', person);
  if (definition.mutability === 'immutable') return [other];
  const [before] = Array.isArray(value) ? value : [value];
  const immutable = definition.subAttributes?.find(({ mutability }) => mutability === 'immutable')?.name ?? '';
  const { [immutable]: _, ...without } = before as JsonObject;
  const changed = [{ ...(before as JsonObject), [immutable]: 'another' }];
  // For an object without the sub-attribute, PUT removes it and PATCH leaves it unchanged (RFC 7644 §3.5.2.3).
  return definition.multiValued ? [changed, [without]] : changed;
}

/** Writes all values with one verb, and returns the id of the resource. */
async function write(
  type: TypeName,
  verb: string,
  values: readonly (readonly [DescribedAttribute, JsonValue])[],
): Promise<string> {
  const body = { ...base(type), ...bodyWith(values) };
  if (verb === 'POST') return (await createResource(type, bodyWith(values))).id;
  if (verb === 'Bulk') {
    const Operations = [{ method: 'POST', path: `/${type}s`, bulkId: 'b', data: body }];
    const bulk = await server.send('POST', '/Bulk', { Operations });
    expect(bulk.body.Operations, JSON.stringify(bulk.body)).toMatchObject([{ status: '201' }]);
    return bulk.body.Operations[0].location.split('/').at(-1);
  }
  const { id } = await createResource(type);
  const operations = values.map(([{ path }, value]) => ({ op: 'add', path, value }));
  const answer =
    verb === 'PUT'
      ? await server.send('PUT', `/${type}s/${id}`, body)
      : await server.send('PATCH', `/${type}s/${id}`, { Operations: operations });
  expect([200, 204], JSON.stringify(answer.body)).toContain(answer.status);
  return id;
}
