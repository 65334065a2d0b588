import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissions } from '#admins/roles.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { allRoutes, API_VERSION } from './all-routes.ts';
import { openApiDocument, tagDescriptions } from './openapi.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;

let userId: string;

beforeAll(async () => {
  api = await openTestRestApi();
  const { body } = await api.send('POST', '/api/systemusers', { username: 'ann', email: 'ann@contoso.example' });
  userId = body._id;
  await api.send('POST', '/api/v2/usergroups', { name: 'Staff' });
  await api.send('POST', '/api/v2/bulk/userstates', {
    user_ids: [userId],
    state: 'SUSPENDED',
    start_date: '2999-01-01T00:00:00Z',
  });
});
afterAll(() => api[Symbol.asyncDispose]());

const document = openApiDocument(allRoutes, API_VERSION);
const at = (value: JsonValue | undefined, ...names: readonly string[]): JsonValue | undefined =>
  names.reduce<JsonValue | undefined>(
    (inner, name) => (isObject(inner ?? null) ? (inner as JsonObject)[name] : undefined),
    value,
  );
const object = (value: JsonValue | undefined): JsonObject => (value !== undefined && isObject(value) ? value : {});
const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');
const operations = Object.entries(object(at(document, 'paths'))).flatMap(([path, methods]) =>
  Object.entries(object(methods)).map(([method, operation]) => ({ path, method, operation: object(operation) })),
);

/** Every object of a document, with where it stands. */
function* objectsIn(value: JsonValue, where = '#'): Generator<readonly [string, JsonObject]> {
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield* objectsIn(inner, `${where}/${index}`);
  } else if (isObject(value)) {
    yield [where, value];
    for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${where}/${name}`);
  }
}

describe('the document', () => {
  test('is OpenAPI 3.1 with every route once', () => {
    expect(at(document, 'openapi')).toMatch(/^3\.1\./);
    expect(operations).toHaveLength(allRoutes.length);
    const ids = operations.map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+_\w+$/);
  });

  test('every reference leads somewhere, and every component is referred to', () => {
    const references = new Set(
      [...objectsIn(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])),
    );
    for (const reference of references) expect(at(document, ...reference.slice(2).split('/')), reference).toBeDefined();
    for (const kind of ['schemas', 'responses']) {
      for (const name of Object.keys(object(at(document, 'components', kind)))) {
        expect(references.has(`#/components/${kind}/${name}`), name).toBe(true);
      }
    }
  });

  test('schemas are JSON Schema as 2020-12 has it: known types, and required properties that there are', () => {
    const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
    for (const [where, { type, required, properties }] of objectsIn(document)) {
      if (!/schema|properties/.test(where) || where.endsWith('/properties')) continue;
      if (type !== undefined && !isObject(type))
        for (const one of [type].flat()) expect(types.has(textOf(one)), where).toBe(true);
      if (Array.isArray(required) && properties !== undefined) {
        for (const name of required) expect(Object.keys(object(properties)), where).toContain(name);
      }
    }
  });

  test.for(operations.map((one) => [`${one.method.toUpperCase()} ${one.path}`, one] as const))(
    '%s says what it is, who may, what it takes and what it answers',
    ([, { path, method, operation }]) => {
      expect(textOf(operation['summary']).length).toBeGreaterThan(5);
      expect(textOf(operation['description'])).toMatch(/\.$/);
      const [tag] = list(operation['tags']);
      expect(Object.keys(tagDescriptions)).toContain(tag);
      const parameters = list(operation['parameters']).map(object);
      const inPath = parameters.filter((one) => one['in'] === 'path');
      expect(inPath.map((one) => one['name'])).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const one of inPath) expect(one['required']).toBe(true);
      expect(new Set(parameters.map((one) => `${textOf(one['in'])} ${textOf(one['name'])}`)).size).toBe(
        parameters.length,
      );
      if (method === 'get') expect(operation['requestBody']).toBeUndefined();

      const schemes = Object.keys(object(at(document, 'components', 'securitySchemes')));
      const scopes = Object.keys(
        object(at(document, 'components', 'securitySchemes', 'oauth2', 'flows', 'clientCredentials', 'scopes')),
      );
      expect(scopes).toEqual(['api', ...Object.keys(permissions)]);
      for (const [scheme = '', wanted] of list(operation['security']).flatMap((one) => Object.entries(object(one)))) {
        expect(schemes).toContain(scheme);
        for (const scope of list(wanted)) expect(scopes).toContain(scope);
      }
      const responses = object(operation['responses']);
      expect(Object.keys(responses).filter((status) => status.startsWith('2'))).toHaveLength(1);
      for (const [status, response] of Object.entries(responses)) {
        if (status.startsWith('2')) continue;
        const name = textOf(object(response)['$ref']).split('/').at(-1) ?? '';
        const schema = at(document, 'components', 'responses', name, 'content', 'application/json', 'schema');
        expect(schema).toEqual({ $ref: '#/components/schemas/Error' });
      }
      expect(responses).toHaveProperty('default');
      const isGuarded = list(operation['security']).length > 0;
      expect('401' in responses && '403' in responses).toBe(isGuarded);
      expect('404' in responses).toBe(path.includes('{'));
    },
  );

  test('is served to anyone, and is what the repository has', async () => {
    const answer = await api.send('GET', '/api/openapi.json', undefined, {});
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(document);
  });

  test('answers are what it says', async () => {
    const plain = allRoutes.filter(
      ({ method, path, access, answer, query }) =>
        method === 'GET' &&
        !path.includes(':') &&
        access !== 'user' &&
        access !== 'session' &&
        answer !== undefined &&
        (query === undefined || query.safeParse({}).success),
    );
    expect(plain.length).toBeGreaterThan(10);
    for (const { path, answer } of plain) {
      const got = await api.send('GET', path);
      expect(got.status, `${path} ${got.text.slice(0, 300)}`).toBe(200);
      expect(answer?.safeParse(got.body).error?.issues ?? [], path).toEqual([]);
    }
  });
});

/** What a value has that its schema does not describe, or lacks although the schema promises it. */
function* differences(schema: JsonValue | undefined, value: JsonValue, where: string): Generator<string> {
  const { $ref, type, properties, items, required, additionalProperties } = object(schema);
  if (typeof $ref === 'string') {
    yield* differences(at(document, ...$ref.slice(2).split('/')), value, where);
  } else if (type === 'array') {
    for (const [index, one] of (Array.isArray(value) ? value : []).entries()) {
      yield* differences(items, one, `${where}/${index}`);
    }
  } else if (properties !== undefined && isObject(value)) {
    for (const name of list(required)) if (!(textOf(name) in value)) yield `${where} lacks ${textOf(name)}`;
    for (const [name, inner] of Object.entries(value)) {
      const described = object(properties)[name];
      if (described !== undefined) yield* differences(described, inner, `${where}/${name}`);
      else if (additionalProperties === undefined) yield `${where} has ${name}`;
    }
  }
}

describe('answers about what there is', () => {
  test.for([
    ['/api/systemusers'],
    ['/api/systemusers?fields=username'],
    ['/api/systemusers/USER', '/api/systemusers/{id}'],
    ['/api/v2/usergroups'],
    ['/api/v2/usergroups?fields=name'],
    ['/api/v2/bulk/userstates'],
    ['/api/users'],
    ['/api/integrations'],
    ['/api/keys'],
    ['/api/v2/roles'],
    ['/api/organizations'],
  ])('%s: every field is described, and none is missing', async ([path = '', template = path.split('?')[0] ?? '']) => {
    const { body } = await api.send('GET', path.replace('USER', userId));
    const schema = at(document, 'paths', template, 'get', 'responses', '200', 'content', 'application/json', 'schema');
    expect(JSON.stringify(body).length).toBeGreaterThan(20);
    expect([...differences(schema, body, '#')]).toEqual([]);
  });

  test('no answer is closed, so that clients made from the document read the answers of later versions', () => {
    for (const name of ['systemuser', 'usergroup', 'administrator', 'key']) {
      expect(at(document, 'components', 'schemas', name, 'additionalProperties'), name).toBeUndefined();
    }
  });
});

describe('the page', () => {
  test('has every operation, headings, a search, and nothing of others', async () => {
    const { text, headers } = await api.send('GET', '/api/docs', undefined, {});
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const { path, operation } of operations) {
      expect(text).toContain(path.replaceAll('/', '/<wbr>'));
      expect(text).toContain(`<details id="${textOf(operation['operationId'])}">`);
    }
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text.match(/<h2 /g)).toHaveLength(list(at(document, 'tags')).length);
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('type="search"');
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(text).not.toMatch(/\son\w+=|style="|javascript:/);
  });

  test('may load nothing but what is in it, by the hash of each', async () => {
    const { text, headers } = await api.send('GET', '/api/docs', undefined, {});
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const { createHash } = await import('node:crypto');
    for (const [, name, content] of text.matchAll(/<(style|script)>(.*?)<\/\1>/gs)) {
      const hash = createHash('sha256')
        .update(content ?? '')
        .digest('base64');
      expect(policy).toContain(`${name}-src 'sha256-${hash}'`);
    }
  });
});
