import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissions } from '#admins/roles.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { allRoutes } from './all-routes.ts';
import { allExamples } from './examples/all-examples.ts';
import {
  document,
  at,
  object,
  list,
  textOf,
  operations,
  objectsIn,
  allSchemas,
  allFields,
  differences,
} from './openapi.fixture.ts';
import { tagDescriptions } from './openapi.ts';
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

/** Returns only the letters of a text, in lower case and without articles, so that texts with the same words compare as equal. */
const letters = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/\b(?:the|a|an)\b/g, '')
    .replaceAll(/[^a-z]/g, '');

/** Operations that need no credential, but respond with 401 if the body contains a wrong secret. */
const signsIn = new Set([
  ...['/api/auth/sign-in', '/api/portal/sign-in'].flatMap((path) => [path, `${path}/passkey`]),
  '/api/auth/sign-in/code',
  '/oauth2/token',
]);

/** Objects whose fields the document cannot list, each with the reason. */
const openObjects: Readonly<Record<string, string>> = {
  'event.reason.parameters': 'Each reason has its own parameters.',
  'evaluation.answer': 'It is a user, a group or an error as SCIM returns it.',
  'usergroup.attributes': 'Clients of the legacy directory choose the names.',
  'GET /api/v2/usergroups/{id}/membership answer.compiledAttributes': 'It is always empty.',
  'GET /api/v2/users/{id}/memberof answer.compiledAttributes': 'It is always empty.',
  ...Object.fromEntries(
    [
      '/api/radiusservers/{id}/users',
      '/api/v2/radiusservers/{id}/users',
      '/api/v2/users/{id}/radiusservers',
      '/api/v2/usergroups/{id}/radiusservers',
    ].map((path) => [`GET ${path} answer.compiledAttributes`, 'It is always empty.']),
  ),
  'POST /insights/directory/v1/events/distinct answer': 'Its only property has the name of the field in the request.',
  ...Object.fromEntries(
    [
      '/api/systemusers/{id}/unlock',
      '/api/systemusers/{id}/expire',
      '/api/search/organizations',
      '/api/mail/outbox/{id}/resend',
      '/api/mail/test',
      '/api/auth/sign-out',
      '/api/auth/sign-in/passkey/options',
      '/api/portal/sign-out',
      '/api/portal/sign-in/passkey/options',
    ].map((path) => [`POST ${path} body`, 'The operation reads no field.']),
  ),
};

describe('the OpenAPI document', () => {
  test('has the same version as package.json', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(at(document, 'info', 'version')).toBe(version);
  });

  test('describes every field and every parameter', () => {
    const fields = [...allFields()];
    expect(fields.length).toBeGreaterThan(500);
    const undescribed = fields.filter(([, { description }]) => textOf(description).trim() === '');
    expect(undescribed.map(([where]) => where)).toEqual([]);
  });

  test('lists the fields of every object, apart from known exceptions', () => {
    const empty = [...allSchemas()].filter(
      ([, { type, properties, additionalProperties: others }]) =>
        type === 'object' &&
        Object.keys(object(properties)).length === 0 &&
        others !== false &&
        Object.keys(object(others)).length === 0,
    );
    expect(empty.map(([where]) => where).filter((where) => !(where in openObjects))).toEqual([]);
    expect(Object.keys(openObjects).filter((where) => !empty.some(([found]) => found === where))).toEqual([]);
  });

  test('describes every component', () => {
    const schemas = Object.entries(object(at(document, 'components', 'schemas')));
    expect(schemas.filter(([, schema]) => textOf(at(schema, 'description')) === '').map(([name]) => name)).toEqual([]);
  });

  test('has an example of the described type for every parameter and every response header', () => {
    const parameters = operations.flatMap(({ path, method, operation }) =>
      list(operation['parameters']).map((one) => [`${method} ${path} ${textOf(at(one, 'name'))}`, one] as const),
    );
    const headers = [...objectsIn(document)].flatMap(([where, one]) =>
      where.endsWith('/headers')
        ? Object.entries(one).map(([name, header]) => [`${where} ${name}`, header] as const)
        : [],
    );
    expect(headers.length).toBeGreaterThan(10);
    const wrong = [...parameters, ...headers].filter(([where, one]) => {
      const example = at(one, 'example');
      return (
        example === undefined ||
        textOf(at(one, 'description')) === '' ||
        [...differences(at(one, 'schema'), example, where)].length > 0
      );
    });
    expect(wrong.map(([where]) => where)).toEqual([]);
  });

  test('describes fields with sentences that say more than the name', () => {
    const poor = [...allFields()].filter(([where, { description }]) => {
      const name = where.split(/[. ]/).at(-1) ?? '';
      return letters(textOf(description)) === letters(name) || !/[.…]$/.test(textOf(description));
    });
    expect(poor.map(([where, { description }]) => `${where}: ${textOf(description)}`)).toEqual([]);
  });

  test('has an example for every request body and every success response', () => {
    const missing = operations.flatMap(({ path, method, operation }) => {
      const success = Object.entries(object(operation['responses'])).filter(([status]) => status.startsWith('2'));
      const bodies = [operation['requestBody'], ...success.map(([, response]) => response)];
      return bodies.flatMap((body, index) =>
        Object.entries(object(at(body, 'content')))
          .filter(([, content]) => at(content, 'example') === undefined)
          .map(([type]) => `${method.toUpperCase()} ${path} ${index === 0 ? 'body' : 'answer'} ${type}`),
      );
    });
    expect(missing).toEqual([]);
  });

  test('has no example for an operation that does not exist', () => {
    const keys = new Set(allRoutes.map(({ method, path }) => `${method} ${path}`));
    expect(Object.keys(allExamples).filter((key) => !keys.has(key))).toEqual([]);
  });

  test('has only examples that the schemas of their routes accept, without fields that the schemas do not describe', () => {
    const wrong = allRoutes.flatMap(({ method, path, body, answer }) => {
      const key = `${method} ${path}` as const;
      const example = allExamples[key];
      const operation = at(document, 'paths', path.replaceAll(/:(\w+)/g, '{$1}'), method.toLowerCase());
      const schemaIn = (part: JsonValue | undefined) => at(Object.values(object(at(part, 'content')))[0], 'schema');
      const [success] = Object.entries(object(at(operation, 'responses'))).filter(([status]) => status.startsWith('2'));
      const parts = [
        [body, example?.body, schemaIn(at(operation, 'requestBody'))],
        [answer, example?.answer, schemaIn(success?.[1])],
      ] as const;
      return parts.flatMap(([schema, value, described]) => {
        if (value === undefined) return [];
        if (schema === undefined) return [`${key} has an example of a part that it does not have`];
        const issues = schema.safeParse(value).error?.issues ?? [];
        return [
          ...issues.map((issue) => `${key} ${issue.path.join('.')}: ${issue.message}`),
          ...differences(described, value, key),
        ];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('has only placeholders for secrets in its examples', () => {
    const found = JSON.stringify(document).match(/tn[a-z]_\w+/g) ?? [];
    expect(new Set(found.map((one) => one.slice(0, 4)))).toEqual(new Set(['tnh_', 'tns_', 'tna_']));
    expect(found.filter((one) => !/^tn[hsa]_EXAMPL\w*$/.test(one))).toEqual([]);
  });

  test('is an OpenAPI 3.1 document that contains every route exactly once', () => {
    expect(at(document, 'openapi')).toMatch(/^3\.1\./);
    expect(operations).toHaveLength(allRoutes.length);
    const ids = operations.map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+_\w+$/);
  });

  test('has only references to existing components, and no unused component', () => {
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

  test('has schemas that use only JSON Schema types and define every required property', () => {
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
    'has a summary, permissions, parameters and responses for %s',
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
        const described = name === '' ? response : at(document, 'components', 'responses', name);
        const content = at(described, 'content', 'application/json');
        const schemas = [at(content, 'schema', 'anyOf') ?? at(content, 'schema')].flat();
        const known = [
          '#/components/schemas/Error',
          ...(path === '/oauth2/token' ? ['#/components/schemas/oautherror'] : []),
        ];
        for (const schema of schemas) expect(known).toContain(at(schema, '$ref'));
        expect(at(content, 'example'), status).toBeDefined();
        expect([...differences(at(content, 'schema'), at(content, 'example') ?? null, status)]).toEqual([]);
      }
      expect(responses).toHaveProperty('default');
      const isGuarded = list(operation['security']).length > 0;
      expect('403' in responses).toBe(isGuarded);
      expect('401' in responses).toBe(isGuarded || signsIn.has(path));
      expect('404' in responses).toBe(path.includes('{'));
    },
  );

  test('is served to callers without a credential', async () => {
    const answer = await api.send('GET', '/api/openapi.json', undefined, {});
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(document);
  });

  test('matches the response of every list and page that requires no parameters', async () => {
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

describe('responses with resources', () => {
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
    ['/api/v2/customemail/templates'],
    ['/.well-known/oauth-authorization-server'],
  ])(
    'to GET %s have only described fields, and all required fields',
    async ([path = '', template = path.split('?')[0] ?? '']) => {
      const { body } = await api.send('GET', path.replace('USER', userId));
      const schema = at(
        document,
        'paths',
        template,
        'get',
        'responses',
        '200',
        'content',
        'application/json',
        'schema',
      );
      expect(JSON.stringify(body).length).toBeGreaterThan(20);
      expect([...differences(schema, body, '#')]).toEqual([]);
    },
  );

  test('allow additional fields, so that generated clients can read responses of later versions', () => {
    for (const name of ['systemuser', 'usergroup', 'administrator', 'key']) {
      expect(at(document, 'components', 'schemas', name, 'additionalProperties'), name).toBeUndefined();
    }
  });
});

describe('the API reference page', () => {
  test('has every operation, headings and a search field, and loads nothing from other servers', async () => {
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

  test('has a content security policy that allows only its own style and script, by their hashes', async () => {
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
