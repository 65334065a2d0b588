import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const replace = (path: string, value: unknown) => ({ Operations: [{ op: 'replace', path, value }] });
const tagOf = async (path: string) => {
  const { headers, body } = await server.send('GET', path);
  expect(headers['etag']).toBe(body.meta.version);
  return String(headers['etag']);
};
const notModified = async (path: string, tag: string) =>
  (await server.send('GET', path, undefined, { 'if-none-match': tag })).status;

describe('versions (RFC 7644 §3.14)', () => {
  test('a GET honors If-Match and If-None-Match', async () => {
    const { body } = await server.send('POST', '/Users', { userName: 'reader' });
    const path = `/Users/${body.id}`;
    const tag = await tagOf(path);
    expect(await notModified(path, tag)).toBe(304);
    expect(await notModified(path, '*')).toBe(304);
    expect(await notModified(path, 'W/"9"')).toBe(200);
    expect((await server.send('GET', path, undefined, { 'if-match': tag })).status).toBe(200);
    expect((await server.send('GET', path, undefined, { 'if-match': 'W/"9"' })).status).toBe(412);
    const unchanged = await server.send('GET', path, undefined, { 'if-none-match': tag });
    expect(unchanged.headers['etag']).toBe(tag);
    expect(unchanged.body).toBeUndefined();
  });

  test.for(['PUT', 'PATCH', 'DELETE'] as const)(
    'a %s with another version is refused and changes nothing',
    async (method) => {
      const { body } = await server.send('POST', '/Users', { userName: `by${method}` });
      const path = `/Users/${body.id}`;
      const payload = { PUT: { userName: `by${method}`, title: 'x' }, PATCH: replace('title', 'x'), DELETE: undefined }[
        method
      ];
      const stale = await server.send(method, path, payload, { 'if-match': 'W/"9"' });
      expect(stale).toMatchObject({ status: 412, body: { status: '412' } });
      expect((await server.send(method, path, payload, { 'if-none-match': 'W/"1"' })).status).toBe(412);
      expect(await tagOf(path)).toBe('W/"1"');
      expect((await server.send(method, path, payload, { 'if-match': 'W/"1"' })).status).toBeLessThan(300);
    },
  );

  test('only one of several concurrent writers that read the same version succeeds', async () => {
    const { body } = await server.send('POST', '/Users', { userName: 'contested' });
    const write = (title: string) =>
      server.send('PATCH', `/Users/${body.id}`, replace('title', title), { 'if-match': body.meta.version });
    const statuses = (await Promise.all([write('one'), write('two'), write('three')])).map(({ status }) => status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 412, 412]);
  });

  test('the ETag of a user changes when its groups change or its manager is renamed', async () => {
    const boss = await server.send('POST', '/Users', { userName: 'boss', displayName: 'Boss' });
    const user = await server.send('POST', '/Users', {
      userName: 'member',
      [ENTERPRISE_USER_SCHEMA]: { manager: { value: boss.body.id } },
    });
    const path = `/Users/${user.body.id}`;
    const tags = [await tagOf(path)];
    const group = await server.send('POST', '/Groups', { displayName: 'Team', members: [{ value: user.body.id }] });
    tags.push(await tagOf(path));
    await server.send('PATCH', `/Groups/${group.body.id}`, replace('displayName', 'Crew'));
    tags.push(await tagOf(path));
    await server.send('PATCH', `/Users/${boss.body.id}`, replace('displayName', 'Chief'));
    tags.push(await tagOf(path));
    await server.send('DELETE', `/Groups/${group.body.id}`);
    tags.push(await tagOf(path));
    expect(new Set(tags.slice(0, 4)).size).toBe(4);
    expect(tags[4]).not.toBe(tags[3]);
    // The version is still the same: a client that read any of these representations may write.
    const written = await server.send('PATCH', path, replace('title', 'x'), { 'if-match': tags[1] ?? '' });
    expect(written.status).toBe(200);
  });

  test('the ETag of a group changes when a member is renamed', async () => {
    const user = await server.send('POST', '/Users', { userName: 'renamed' });
    const inner = await server.send('POST', '/Groups', { displayName: 'Inner', members: [{ value: user.body.id }] });
    const outer = await server.send('POST', '/Groups', { displayName: 'Outer', members: [{ value: inner.body.id }] });
    const [innerPath, outerPath] = [`/Groups/${inner.body.id}`, `/Groups/${outer.body.id}`];
    const before = [await tagOf(innerPath), await tagOf(outerPath)];
    await server.send('PATCH', `/Users/${user.body.id}`, replace('displayName', 'Re Named'));
    await server.send('PATCH', innerPath, replace('displayName', 'Inmost'));
    expect(await notModified(innerPath, before[0] ?? '')).toBe(200);
    expect(await notModified(outerPath, before[1] ?? '')).toBe(200);
  });
});
