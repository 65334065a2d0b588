import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../support/http-client.ts';
import { freePort } from '../support/postgres-cluster.ts';
import { runCli, startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';

const OFF = 'The stand-in for Entra ID is off on this server';
const paths = ['/entra', '/entra/', '/entra/v1.0', '/entra/v1.0/tenants', '/entra/beta/users', '/entra/v1.0/a/b'];

const ask = async (port: number, path: string, headers: Readonly<Record<string, string>> = {}, body?: unknown) =>
  await call(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': TEST_KEY, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body }),
  });

describe('a server with a public URL', () => {
  const environment = { TANHUA_PUBLIC_URL: 'https://directory.example' };
  let port: number;
  let server: RunningServer;
  beforeAll(async () => {
    port = await freePort();
    server = await startServer({ ...environment, TANHUA_PORT: String(port) });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('refuses every request to the stand-in, says how to switch it on, and records the refusal', async () => {
    for (const path of paths) {
      const { status, body } = await ask(port, path);
      expect([status, body.error?.code], path).toEqual([403, 'Authorization_RequestDenied']);
      expect(body.error.message).toMatch(new RegExp(`^${OFF}: TANHUA_PUBLIC_URL is set.*set TANHUA_ENTRA=on`));
      expect((await ask(port, path, { 'x-api-key': 'wrong' })).status, path).toBe(403);
    }
    expect((await server.cli('event', 'list', '--json')).stdout).toContain('entraOff');
    // SCIM still works.
    expect((await ask(port, '/scim/v2/Users')).status).toBe(200);
  });

  test('refuses the commands of tanhua entra, except expression', async () => {
    const own = { TANHUA_DATA_DIR: server.dataDir, ...environment };
    for (const command of ['app test', 'cycle run', 'mapping scope list']) {
      const { code, stdout, stderr } = await runCli(['entra', ...command.split(' ')], own);
      expect([code === 0, stdout], command).toEqual([false, '']);
      expect(stderr, command).toContain(OFF);
    }
    const evaluated = await runCli(['entra', 'expression', 'ToLower("A", )'], own);
    expect(evaluated).toMatchObject({ code: 0, stdout: expect.stringContaining('a') });
  });

  test('runs no cycles, and logs that jobs are due', async () => {
    // These commands run without TANHUA_PUBLIC_URL in their environment, so that they are not refused.
    const commands = [
      ['tenant', 'create', 'Contoso', '--domain', 'contoso.example', '--users', '1'],
      ['app', 'create', 'A', '--url', `http://127.0.0.1:${port}/scim/v2`, '--token', TEST_KEY, '--interval', '1s'],
      ['cycle', 'start'],
    ];
    for (const command of commands) expect(await server.cli('entra', ...command)).toMatchObject({ code: 0 });
    server = await server.restart('SIGTERM');
    await expect.poll(() => server.log()).toContain(`provisioning jobs are due but do not run. ${OFF}`);
    const status = await server.cli('entra', 'cycle', 'status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ status: { lastExecution: null }, cycle: null });
    expect(server.log()).not.toContain('/scim/v2/Users');
  });
});

describe('a server without a public URL', () => {
  test('accepts requests to the stand-in, unless they arrive through a proxy or name another host', async () => {
    await using server = await startServer();
    const port = Number(new URL(server.url).port);
    expect((await ask(port, '/entra/v1.0/tenants')).status).toBe(200);
    expect((await ask(port, '/entra/v1.0/tenants', { host: `localhost:${port}` })).status).toBe(200);
    for (const headers of [
      { forwarded: 'for=192.0.2.1' },
      { 'x-forwarded-for': '192.0.2.1' },
      { 'X-Forwarded-Proto': 'https' },
      { host: 'directory.example' },
    ]) {
      for (const path of ['/entra/v1.0/tenants', '/entra/v1.0/nothing']) {
        const { status, body } = await ask(port, path, headers);
        expect(status, JSON.stringify(headers)).toBe(403);
        expect(body.error.message).toContain('on for this machine only (TANHUA_ENTRA=auto)');
      }
    }
  });
});

describe('a server with TANHUA_ENTRA=on', () => {
  /** Starts a server and runs Test Connection from the server to itself. */
  async function testConnection(environment: Readonly<Record<string, string>>) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const given = { TANHUA_PORT: String(port), TANHUA_PUBLIC_URL: url, TANHUA_ENTRA: 'on', ...environment };
    await using server = await startServer(given);
    const graph = '/entra/v1.0';
    await ask(port, `${graph}/tenants`, {}, { displayName: 'Contoso', domain: 'contoso.example' });
    const template = `${graph}/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate`;
    const { body } = await ask(port, template, { 'x-forwarded-for': '192.0.2.1' }, { displayName: 'Tanhua' });
    const jobs = `${graph}/servicePrincipals/${body.servicePrincipal.id}/synchronization/jobs`;
    const [job] = (await ask(port, jobs)).body.value;
    const credentials = [
      { key: 'BaseAddress', value: server.scimUrl },
      { key: 'SecretToken', value: server.key },
    ];
    return await ask(port, `${jobs}/${job.id}/validateCredentials`, {}, { credentials });
  }

  test('does not connect to an internal address', async () => {
    const { status, body } = await testConnection({});
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/127\.0\.0\.1 is internal \(loopback\).*TANHUA_TARGETS_ALLOWED=127\.0\.0\.1/);
  });

  test('connects to an internal address that TANHUA_TARGETS_ALLOWED lists', async () => {
    expect((await testConnection({ TANHUA_TARGETS_ALLOWED: '127.0.0.0/8' })).status).toBe(204);
  });
});
