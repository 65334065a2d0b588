import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openAuthenticator } from '#accounts/authenticator.fixture.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { allRoutes } from './all-routes.ts';
import { setups } from './example-setups.fixture.ts';
import { openExampleWorld, type ExampleWorld } from './examples.fixture.ts';
import { allExamples } from './examples/all-examples.ts';
import { errorExamples, refusalExample } from './examples/error-examples.ts';
import { ids } from './examples/example.ts';
import { parameterExample } from './examples/parameter-examples.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';
import type { Route } from './route.ts';

/** Operations with examples that are not compared with the server's response, each with the reason. */
const notCompared: Readonly<Record<string, string>> = {
  'GET /api/openapi.json': 'The example is the beginning of the document.',
  'GET /api/docs': 'The example is the beginning and the end of the page.',
  'GET /api/server': 'The version and the space differ between machines and databases.',
};

/** Matches the paths of texts that differ from the example: they differ in each run, or because this test's caller is not the example's. */
const varying =
  /\.(?:key|prefix|access_token|token|secret|sharedSecret|uri|challenge|recoveryCodes|startedBy|client_ip|lastUsedIp|before|request\.id|user\.id)$/;
/** Matches the `state` of a passkey's options, which is a random secret. It does not match the `state` of a user or job. */
const passkeyState = /^v1\.|^[\w-]{43}$/;

let api: TestRestApi;
/** The organization for operations that only read. Each of the others gets a separate organization. */
let shared: ExampleWorld;
beforeAll(async () => {
  api = await openTestRestApi();
  shared = await openExampleWorld(api);
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const keyOf = ({ method, path }: Route) => `${method} ${path}` as const;

function headersFor({ access, path }: Route, { headers }: ExampleWorld) {
  if (access === 'anyone') return {};
  if (access === 'user') return headers.user;
  return path.startsWith('/api/auth/') ? headers.administrator : headers.key;
}

/** `replaced` replaces the values of the examples with real values, and `restored` does the reverse. */
const replaced = ({ real }: ExampleWorld, text: string) =>
  [...real].reduce((replacing, [example, value]) => replacing.replaceAll(example, value), text);
const restored = ({ real }: ExampleWorld, text: string) =>
  [...real]
    .reduce((replacing, [example, value]) => replacing.replaceAll(value, example), text)
    .replaceAll('http://localhost:8080', 'https://directory.contoso.com')
    .replaceAll('"localhost"', '"directory.contoso.com"');

/** Returns the example of a parameter as it is written in a URL. */
function exampleText(...parameter: Parameters<typeof parameterExample>): string {
  const example = parameterExample(...parameter);
  return typeof example === 'string' ? example : JSON.stringify(example);
}

function pathOf(route: Route): string {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => exampleText(route, 'path', name));
  return route.path.endsWith('/eventlist/next') ? `${path}?users=${exampleText(route, 'query', 'users')}` : path;
}

/** Sends the example of an operation with real ids. Returns the response with the ids of the examples. */
async function sendExample(route: Route) {
  if (route.method === 'GET' && setups[keyOf(route)] === undefined) return await sendExampleTo(shared, route);
  await using world = await openExampleWorld(api);
  return await sendExampleTo(world, route);
}

async function sendExampleTo(world: ExampleWorld, route: Route) {
  const { query = '', headers, body, from } = (await setups[keyOf(route)]?.(world)) ?? {};
  const example = allExamples[keyOf(route)]?.body;
  const sent = example === undefined ? undefined : JSON.parse(replaced(world, JSON.stringify(example)));
  const path = `${replaced(world, pathOf(route))}${query}`;
  const allHeaders = { ...headersFor(route, world), ...headers };
  const answer = await world.send(
    route.method,
    path,
    body === undefined ? sent : { ...sent, ...body },
    allHeaders,
    from,
  );
  return { ...answer, ...restoredAnswer(world, answer) };
}

function restoredAnswer(world: ExampleWorld, { text, body }: Pick<RestAnswer, 'text' | 'body'>) {
  const restoredBody: JsonValue | undefined =
    body === undefined ? undefined : JSON.parse(restored(world, JSON.stringify(body)));
  return { text: restored(world, text), body: restoredBody };
}

const kindOf = (value: JsonValue) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Replaces the times, ids and addresses in a text, which differ in each run, with placeholders. */
const comparable = (text: string) =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, 'TIME')
    .replaceAll(/\w+day, \w+ \d+, \d{4} at \d+:\d\d [AP]M UTC/g, 'TIME')
    .replaceAll(/req-\w+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'REQUEST')
    .replaceAll(/\b[0-9a-f]{24}\b/g, 'ID')
    .replaceAll(/192\.0\.2\.\d+/g, 'ADDRESS');
const firstLines = (text: string) => comparable(text).split('\n', 2);

/** Yields the differences between an example and a real value. Compares only the first elements of lists. */
function* differences(example: JsonValue, real: JsonValue, where = ''): Generator<string> {
  if (kindOf(example) !== kindOf(real)) {
    yield `${where} is ${JSON.stringify(real)}, not ${JSON.stringify(example)}`;
  } else if (Array.isArray(example) && Array.isArray(real)) {
    const [first, firstReal] = [example[0], real[0]];
    if (first !== undefined && firstReal !== undefined) yield* differences(first, firstReal, where);
    else if (example.length !== real.length) yield `${where} has ${real.length} elements, not ${example.length}`;
  } else if (isObject(example) && isObject(real)) {
    yield* fieldDifferences(example, real, where);
  } else if (typeof example === 'boolean' || typeof example === 'string') {
    if (isDifferent(example, real, where)) yield `${where} is ${JSON.stringify(real)}, not ${JSON.stringify(example)}`;
  }
}

function* fieldDifferences(example: JsonObject, real: JsonObject, where: string): Generator<string> {
  for (const [name, value] of Object.entries(example)) {
    const found = real[name];
    if (found === undefined) yield `${where}.${name} is missing`;
    else yield* differences(value, found, `${where}.${name}`);
  }
  for (const name of Object.keys(real)) if (!(name in example)) yield `${where}.${name} is not in the example`;
}

/** True if two values of the same type differ. Ignores times, ids and other parts that differ in each run. */
function isDifferent(example: boolean | string, real: JsonValue, where: string): boolean {
  if (example === real || varying.test(where)) return false;
  if (typeof example !== 'string' || typeof real !== 'string') return true;
  if (where === '.state' && passkeyState.test(real)) return false;
  return comparable(example) !== comparable(real);
}

/** Returns the query parameters that an operation requires. */
function requiredOf(route: Route): Readonly<Record<string, string>> {
  if (route.path.endsWith('/export')) return { start_time: '2026-01-01T00:00:00Z' };
  return route.path === '/api/timeline' ? { person: exampleText(route, 'query', 'person') } : {};
}

/** Headers that the responses of all operations have. */
const commonHeaders = new Set([
  'cache-control',
  'connection',
  'content-disposition',
  'content-length',
  'content-security-policy',
  'content-type',
  'date',
  'pragma',
  'referrer-policy',
  'transfer-encoding',
  'x-content-type-options',
  'x-request-id',
]);

const routes = allRoutes.filter((route) => !(keyOf(route) in notCompared));

describe('the documented example', () => {
  test.for(routes.map((route) => [keyOf(route), route] as const))(
    'of %s matches the response of the server',
    async ([key, route]) => {
      const example = allExamples[key];
      const { status, text, body, headers } = await sendExample(route);
      expect(status, text).toBeLessThan(300);
      const documented = Object.keys(route.answerHeaders ?? {}).map((name) => name.toLowerCase());
      expect(
        Object.keys(headers)
          .filter((name) => !commonHeaders.has(name))
          .toSorted(),
      ).toEqual(documented.toSorted());
      if (example?.answer !== undefined) expect([...differences(example.answer, body ?? null)]).toEqual([]);
      else expect(body).toBeUndefined();
      for (const shown of Object.values(example?.texts ?? {}).slice(0, 1)) {
        expect(firstLines(text)).toEqual(firstLines(shown));
      }
    },
  );
});

/** For each error response that many operations share: a request that the server refuses with this response. */
const refused: Readonly<Record<keyof typeof errorExamples, (world: ExampleWorld) => Promise<RestAnswer>>> = {
  400: async (world) => await world.send('POST', '/api/systemusers', {}),
  401: async (world) => await world.send('GET', '/api/systemusers', undefined, {}),
  403: async (world) => {
    const key = await api.keyOf('Read Only', world.organizationId);
    return await world.send('DELETE', `/api/systemusers/${ids.user}`, undefined, { 'x-api-key': key });
  },
  404: async (world) => await world.send('GET', `/api/systemusers/${ids.newUser}`),
  429: async (world) => {
    const attempt = { grant_type: 'client_credentials', client_id: ids.key, client_secret: 'wrong' };
    for (;;) {
      const answer = await world.send('POST', '/oauth2/token', attempt, {});
      if (answer.status !== 401) return answer;
    }
  },
  default: async (world) =>
    await world.send('POST', '/api/systemusers', { username: 'ann.meier', email: 'ann.meier@contoso.com' }),
};

/** Requests whose error response only one operation documents, by operation and status. */
const ownRefused: Readonly<Record<string, object>> = {
  'POST /api/auth/sign-in 401': { email: 'it@contoso.com', password: 'wrong' },
  'POST /api/portal/sign-in 401': { email: 'ann.meier', password: 'wrong' },
  'POST /oauth2/token 400': { grant_type: 'password' },
  'POST /oauth2/token 401': { grant_type: 'client_credentials', client_id: ids.key, client_secret: 'wrong' },
};

describe('the documented example of an error response', () => {
  test.for(Object.entries(errorExamples))(
    'for the status "%s" matches the response of the server',
    async ([status, example]) => {
      await using world = await openExampleWorld(api);
      const answer = await refused[status as keyof typeof refused](world);
      if (status !== 'default') expect(answer.status).toBe(Number(status));
      expect([...differences(example, restoredAnswer(world, answer).body ?? null)]).toEqual([]);
      if (status === '429') expect(answer.headers['retry-after']).toBe('60');
      if (status === '401') expect(answer.headers['www-authenticate']).toBe('Bearer realm="Tanhua"');
    },
  );

  test.for(Object.entries(ownRefused))('for %s matches the response of the server', async ([key, body]) => {
    await using world = await openExampleWorld(api);
    const [method = '', path = '', status = ''] = key.split(' ');
    const answer = await world.send('POST', path, body, {});
    expect(answer.status).toBe(Number(status));
    const example = refusalExample({ method: method as 'POST', path }, status);
    expect([...differences(example ?? null, restoredAnswer(world, answer).body ?? null)]).toEqual([]);
  });

  test('for a passkey that is not registered matches the response of the server', async () => {
    await using world = await openExampleWorld(api);
    for (const path of ['/api/auth/sign-in/passkey', '/api/portal/sign-in/passkey']) {
      const { state, options } = await world.prepare('POST', `${path}/options`, {}, {});
      const response = openAuthenticator('http://localhost:8080').answer(options.challenge);
      const answer = await world.send('POST', path, { state, response }, {});
      const example = refusalExample({ method: 'POST', path }, '401');
      expect([...differences(example ?? null, restoredAnswer(world, answer).body ?? null)]).toEqual([]);
    }
  });
});

describe('the documented example of a query parameter', () => {
  test('is accepted by the server for every GET operation that has query parameters', async () => {
    await using world = await openExampleWorld(api);
    const lists = routes.filter(
      ({ method, query, path }) =>
        method === 'GET' && query instanceof z.ZodObject && !path.endsWith('/eventlist/next'),
    );
    expect(lists.length).toBeGreaterThan(10);
    await setups['GET /api/radiusservers']?.(world);
    for (const route of lists.filter(({ path }) => !/bulk\/users/.test(path))) {
      const names = Object.keys((route.query as z.ZodObject).shape);
      for (const name of names) {
        // A cursor is only valid for the list that returned it.
        const value =
          name === 'cursor' && ['/api/people', '/api/groups'].includes(route.path)
            ? await firstCursor(world, route.path)
            : replaced(world, exampleText(route, 'query', name));
        const query = new URLSearchParams({ ...requiredOf(route), [name]: value }).toString();
        const answer = await world.send('GET', `${replaced(world, pathOf(route))}?${query}`);
        expect(answer.status, `${route.path}?${query} ${answer.text.slice(0, 200)}`).toBe(200);
      }
    }
  });
});

/** Returns the cursor of the second page of a list. */
async function firstCursor(world: ExampleWorld, path: string): Promise<string> {
  if (path === '/api/groups') await world.send('POST', '/api/v2/usergroups', { name: 'Sales' });
  const { body } = await world.send('GET', `${path}?limit=1`);
  expect(body.next, `${path} ${JSON.stringify(body)}`).toEqual(expect.any(String));
  return body.next;
}
