import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from './all-routes.ts';
import { allExamples } from './examples/all-examples.ts';
import { openExampleWorld } from './examples.fixture.ts';
import { setups } from './examples.setups.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
let api: TestRestApi;
beforeAll(async () => { api = await openTestRestApi(); });
afterAll(() => api[Symbol.asyncDispose]());
test('dump', async () => {
  const out: Record<string, unknown> = {};
  for (const route of allRoutes) {
    const key = `${route.method} ${route.path}` as const;
    try {
    const world = await openExampleWorld(api);
    const more = await setups[key]?.(world) ?? {};
    const replaced = (text: string) => [...world.real].reduce((t, [a, b]) => t.replaceAll(a, b), text);
    const example = allExamples[key];
    const path = replaced(route.path.replace(':id', more.id ?? '').replace(/:(\w+)/g, (_, name) => more[name] ?? ''));
    const body = example?.body === undefined ? undefined : JSON.parse(replaced(JSON.stringify(example.body)));
    const headers = route.access === 'user' ? world.headers.user : route.access === 'session' || (route.access === 'administrator' && path.includes('/auth/')) ? world.headers.administrator : route.access === 'anyone' ? {} : world.headers.key;
    const answer = await world.send(route.method, path + (more.query ?? ''), more.body ? more.body(body) : body, { ...headers, ...more.headers });
    const back = (text: string) => [...world.real].reduce((t, [a, b]) => t.replaceAll(b, a), text);
    out[key] = { status: answer.status, headers: Object.fromEntries(Object.entries(answer.headers).filter(([n]) => !/content|date|connection|x-request|cache/.test(n))), answer: answer.body === undefined ? back(answer.text).slice(0, 6000) : JSON.parse(back(JSON.stringify(answer.body))), example };
    } catch (error) { out[key] = { error: String(error).slice(0, 600) }; }
  }
  writeFileSync('/tmp/openapi-fix/dump.json', JSON.stringify(out, null, 1));
  expect(1).toBe(1);
});
