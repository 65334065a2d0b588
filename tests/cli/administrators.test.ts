import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ TANHUA_TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await server.cli(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};
const statusOf = async (path: string, key: string, headers: Record<string, string> = {}) =>
  (await fetch(`${server.url}${path}`, { headers: { 'x-api-key': key, ...headers } })).status;

describe('administrators', () => {
  test('can be created, changed, suspended and removed on the command line, and the REST API reflects each change', async () => {
    const email = 'ann@contoso.example';
    expect(await json('admin', 'create', email, '--role', 'manager')).toMatchObject({
      email,
      role: 'Manager',
      status: 'active',
    });
    const key = await json('key', 'create', '--administrator', email);
    expect(await statusOf('/api/systemusers', key.key)).toBe(200);
    expect(await json('admin', 'set', email, '--role', 'Help Desk', '--mfa', 'on')).toMatchObject({
      role: 'Help Desk',
      enableMultiFactor: true,
    });
    await json('admin', 'set', email, '--suspended', 'on', '--yes');
    expect(await statusOf('/api/systemusers', key.key)).toBe(401);
    expect((await server.cli('key', 'create', '--administrator', email)).stderr).toContain('--api-keys on');
    await json('admin', 'set', email, '--suspended', 'off');
    expect(await statusOf('/api/systemusers', key.key)).toBe(200);
    const { url } = await json('admin', 'reset-password', email);
    expect(url).toContain('/console/reset');
    expect(await json('admin', 'sign-out', email)).toEqual({ email, ended: 0 });
    expect(await json('admin', 'reset-totp', email)).toMatchObject({ email, removed: false });
    const list = (await (await fetch(`${server.url}/api/users`, { headers: { 'x-api-key': server.key } })).json()) as {
      results: { email: string; roleName: string }[];
    };
    const printed = (await json('admin', 'list')).map((one: { email: string; role: string }) => [one.email, one.role]);
    expect(list.results.map((one) => [one.email, one.roleName])).toEqual(printed);
    await json('admin', 'remove', email, '--yes');
    expect(await statusOf('/api/systemusers', key.key)).toBe(401);
    expect((await server.cli('admin', 'remove', 'admin@localhost', '--yes')).stderr).toContain(
      'last Administrator With Billing',
    );
    expect((await server.cli('admin', 'set', 'admin@localhost')).code).toBe(2);
    expect((await server.cli('admin', 'remove', 'nobody@contoso.example')).code).toBe(3);
  });

  test('can be linked to another organization with a different role, and unlinked again', async () => {
    const created = await json('organization', 'create', 'Fabrikam', '--administrator', 'boss@fabrikam.example');
    await json('admin', 'create', 'both@contoso.example', '--role', 'Administrator');
    const { key } = await json('key', 'create', '--administrator', 'both@contoso.example');
    await json('admin', 'link', 'both@contoso.example', '--organization', 'fabrikam', '--role', 'read only');
    expect(await statusOf('/api/systemusers', key)).toBe(401);
    expect(await statusOf('/api/users', key, { 'x-org-id': created.id })).toBe(200);
    expect(await statusOf('/api/mail/outbox', key, { 'x-org-id': created.id })).toBe(403);
    await json('admin', 'unlink', 'both@contoso.example', '--organization', 'Fabrikam');
    expect(await statusOf('/api/users', key, { 'x-org-id': created.id })).toBe(404);
    expect(await json('organization', 'rename', 'Contoso')).toMatchObject({ name: 'Contoso' });
    expect((await server.cli('organization', 'rename', 'FABRIKAM')).code).toBe(2);
    expect((await json('role', 'list')).map((role: { name: string }) => role.name)).toContain('Help Desk');
  });
});

describe('API keys and trusted proxies', () => {
  test('a rotated key stays valid until the overlap ends', async () => {
    const first = await json('key', 'create', '--name', 'Entra');
    const second = await json('key', 'rotate', first.id, '--overlap', '1', '--expires', '30');
    expect(second).toMatchObject({ name: 'Entra', kind: 'integration', owner: 'Entra ID' });
    for (const { key } of [first, second]) expect(await statusOf('/scim/v2/Users?count=0', key)).toBe(200);
    await json('key', 'rotate', second.id, '--overlap', '0');
    expect(await statusOf('/scim/v2/Users?count=0', second.key)).toBe(401);
    expect((await server.cli('key', 'rotate', first.id, '--overlap', '721')).code).toBe(2);
  });

  test('a key is accepted only from its allowed addresses, as reported by a trusted proxy and not by the client', async () => {
    const { key } = await json('key', 'create', '--allow', '192.0.2.0/24');
    const from = (forwarded: string) => statusOf('/scim/v2/Users?count=0', key, { 'x-forwarded-for': forwarded });
    expect(await from('192.0.2.7')).toBe(200);
    expect(await from('198.51.100.7')).toBe(403);
    // The first address was sent by the client; only the last one was added by the proxy.
    expect(await from('192.0.2.7, 198.51.100.7')).toBe(403);
    expect(await statusOf('/scim/v2/Users?count=0', key)).toBe(403);
    expect((await server.cli('key', 'create', '--allow', 'somewhere')).stderr).toContain(
      'neither an address nor a network',
    );
  });

  test('an invalid list in TANHUA_TRUSTED_PROXIES is a configuration error', async () => {
    for (const [proxies, code] of [
      ['10.0.0.1, loopback, 2001:db8::/32', 0],
      ['somewhere', 2],
      ['10.0.0.1/99', 2],
    ] as const) {
      expect((await runCli(['config'], { TANHUA_TRUSTED_PROXIES: proxies })).code, proxies).toBe(code);
    }
  });
});

test('event summary counts events in each interval, and by a property', async () => {
  const hours = await server.cli('event', 'summary');
  expect(hours.stdout).toMatch(/^Of the events from .*: \d+ accepted, \d+ refused\. .*\n\nFROM +ACCEPTED +REFUSED\n/);
  const types = await server.cli('event', 'summary', '--by', 'type', '--bucket', 'day');
  expect(types.stdout).toMatch(/\nTYPE +ACCEPTED +REFUSED\n/);
  const { totals, groups } = JSON.parse((await server.cli('event', 'summary', '--by', 'type', '--json')).stdout);
  expect(groups).toContainEqual({ value: 'organization_create', accepted: 1, refused: 0 });
  expect(totals.accepted).toBeGreaterThan(0);
});

test('event summary and event follow refuse a time, a type and an integration that do not exist', async () => {
  for (const [args, code] of [
    [['event', 'summary', '--from', 'yesterday'], 2],
    [['event', 'follow', '--type', 'user_created'], 2],
    [['event', 'follow', '--source', 'Okta'], 3],
  ] as const) {
    expect(await server.cli(...args), args.join(' ')).toMatchObject({ code });
  }
});

test('event export prints events as JSON lines or as CSV, and filters them by text', async () => {
  const lines = (await server.cli('event', 'export')).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ event_type: 'organization_create' });
  const csv = (await server.cli('event', 'export', '--format', 'csv', '--text', 'api_key_create')).stdout;
  expect(csv.split('\n')[0]).toMatch(/^"timestamp","event_type",/);
  expect(csv).not.toContain('organization_create');
  expect((await server.cli('event', 'export', '--from', 'yesterday')).code).toBe(2);
});

test('the rules of new integrations are shown and changed', async () => {
  const defaults = (...rules: readonly string[]) => json('integration', 'defaults', ...rules);
  expect(await defaults()).toMatchObject({ preset: 'strict', rules: { email: 'required' } });
  expect(await defaults('email=optional', 'manager=off')).toMatchObject({
    preset: 'own',
    rules: { email: 'optional', manager: 'off' },
    changes: [
      { field: 'email', from: 'required', to: 'optional' },
      { field: 'manager', from: true, to: false },
    ],
  });
  expect(await defaults('strict')).toMatchObject({ preset: 'strict' });
});
