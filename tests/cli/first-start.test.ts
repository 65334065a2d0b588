import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, scimClient } from '../support/http-client.ts';
import { runCli, startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = server.started['secretToken'] ?? '';
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });

describe('the Secret Token of the first start', () => {
  test('is an integration token that no route of the REST API or the Graph API accepts', async () => {
    const { body } = await call(`${server.url}/api/openapi.json`);
    const open =
      /^\/(api\/(auth|portal)\/(activate|forgot|link|reset|sign-)|api\/portal\/organization$|api\/(docs|openapi)|oauth2|\.well-known)/;
    const routes = Object.entries(body.paths as Record<string, object>)
      .filter(([path]) => !open.test(path))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), path] as const));
    routes.push(['GET', '/entra/v1.0/tenants'], ['POST', '/entra/v1.0/tenants'], ['GET', '/entra/v1.0/users']);
    expect(routes.length).toBeGreaterThan(90);
    for (const [method, path] of routes) {
      const url = `${server.url}${path.replaceAll(/\{\w+\}/g, '0'.repeat(24))}`;
      const answer = await call(url, {
        method,
        headers: bearer(token),
        ...(method !== 'GET' && method !== 'DELETE' && { body: {} }),
      });
      expect([401, 403], `${method} ${path}: ${answer.text}`).toContain(answer.status);
    }
  });

  test('can provision users, and the events name the integration', async () => {
    const user = { userName: 'ann.meier', active: true, emails: [{ type: 'work', value: 'ann@contoso.example' }] };
    expect((await scimClient(server.scimUrl, token).post('/Users', user)).status).toBe(201);
    const { stdout } = await server.cli('event', 'list', '--type', 'user_create');
    expect(stdout).toContain('ann.meier  by Entra ID');
  });

  test('belongs to the integration, while the administrator has only the configured key', async () => {
    const { stdout } = await server.cli('key', 'list', '--json');
    const keys = JSON.parse(stdout) as { kind: string; owner: string; name: string }[];
    expect(
      keys.map(({ kind, owner, name }) => `${kind} ${owner} ${name}`).toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(['administrator admin@localhost Bootstrap', 'integration Entra ID Entra ID']);
  });

  test('must differ from the API key of the administrator', async () => {
    const same = 'the-same-value-in-both-settings-of-the-start';
    const started = await runCli(['start'], {
      TANHUA_PORT: '0',
      TANHUA_DATA_DIR: `${server.dataDir}/same`,
      TANHUA_BOOTSTRAP_API_KEY: same,
      TANHUA_BOOTSTRAP_SECRET_TOKEN: same,
    });
    expect([started.code, started.stderr]).toEqual([2, expect.stringContaining('have the same value')]);
  });
});

describe('an administrator whose key Entra ID uses', () => {
  test('is suspended or removed only with --yes, and SCIM, key list and doctor then say why the key is refused', async () => {
    const { cli, scimUrl, key } = server;
    await cli('admin', 'create', 'boss@contoso.example', '--role', 'Administrator With Billing');
    expect((await scimClient(scimUrl, key).get('/Users')).status).toBe(200);
    const doctor = await cli('doctor');
    expect([doctor.code, doctor.stdout]).toEqual([0, expect.stringMatching(/key role .*admin@localhost/)]);

    for (const args of [
      ['admin', 'set', 'admin@localhost', '--suspended', 'on'],
      ['admin', 'set', 'admin@localhost', '--api-keys', 'off'],
      ['admin', 'remove', 'admin@localhost'],
    ]) {
      const refused = await cli(...args);
      expect(refused.code, args.join(' ')).toBe(2);
      expect(refused.stderr).toMatch(/stops this key:[^]*Bootstrap[^]*Nothing was changed[^]*--yes/);
    }
    expect((await scimClient(scimUrl, key).get('/Users')).status).toBe(200);

    expect((await cli('admin', 'set', 'admin@localhost', '--suspended', 'on', '--yes')).code).toBe(0);
    const suspended = await scimClient(scimUrl, key).get('/Users');
    expect([suspended.status, suspended.body.detail]).toEqual([
      401,
      expect.stringMatching(/administrator admin@localhost, who is suspended/),
    ]);
    expect((await cli('key', 'list')).stdout).toMatch(/Bootstrap +ownerSuspended/);
    expect((await cli('doctor')).stdout).toMatch(/warning +key owner +.*admin@localhost is suspended/);

    const removed = await cli('admin', 'remove', 'admin@localhost', '--yes', '--json');
    expect([removed.code, removed.stderr]).toEqual([0, '']);
    const afterRemoval = await scimClient(scimUrl, key).get('/Users');
    expect([afterRemoval.status, afterRemoval.body.detail]).toEqual([
      401,
      expect.stringMatching(/administrator admin@localhost, who was removed on/),
    ]);
    expect((await cli('key', 'list')).stdout).toMatch(/Bootstrap +ownerRemoved/);
    expect((await cli('doctor')).stdout).toMatch(/warning +key owner +.*admin@localhost was removed/);
    expect((await scimClient(scimUrl, token).get('/Users')).status).toBe(200);
  });
});
