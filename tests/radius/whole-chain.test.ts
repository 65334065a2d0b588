import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endWithFile, stopChild } from '../support/child-process.ts';
import { call } from '../support/http-client.ts';
import { cleanEnvironment } from '../support/in-process.ts';
import { programArguments, programEnvironment } from '../support/program.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { freePair, freePort, radclient, radiusUnavailableReason, runTool } from './engine.fixture.ts';

const PASSWORD = 'pä55wörd-🐎-密码';
const SERVER_NAME = 'radius.contoso.example';

/** The started program, FreeRADIUS under `tanhua radius run`, and real clients. */
describe.skipIf(skipWithout(radiusUnavailableReason()))('a person who connects through RADIUS', () => {
  const opened = new AsyncDisposableStack();
  let server: RunningServer;
  let port: number;
  let secret: string;
  let userId: string;

  const api = async (method: string, path: string, body?: object) => {
    const headers = { 'x-api-key': TEST_KEY, 'content-type': 'application/json' };
    const { status, body: answer } = await call(`${server.url}${path}`, { method, headers, ...(body && { body }) });
    expect(status, `${method} ${path}: ${JSON.stringify(answer)}`).toBeLessThan(300);
    return answer;
  };

  beforeAll(async () => {
    const [pair, apiPort, probePort] = await Promise.all([freePair(), freePort(), freePort()]);
    port = pair;
    const settings = {
      TANHUA_RADIUS: 'on',
      TANHUA_RADIUS_LISTEN: `127.0.0.1:${port}`,
      TANHUA_RADIUS_API_PORT: String(apiPort),
      TANHUA_RADIUS_PROBE_PORT: String(probePort),
      TANHUA_RADIUS_SERVER_NAME: SERVER_NAME,
    };
    server = opened.use(await startServer(settings));
    const user = { username: 'ann', email: 'ann@contoso.example', password: PASSWORD, state: 'ACTIVATED' };
    userId = (await api('POST', '/api/systemusers', user)).id;
    const group = await api('POST', '/api/v2/usergroups', { name: 'Sales' });
    await api('POST', `/api/v2/usergroups/${group.id}/members`, { op: 'add', type: 'user', id: userId });
    await server.cli('radius', 'server', 'create', 'Office Wi-Fi');
    const added = await server.cli('radius', 'client', 'add', 'Office Wi-Fi', 'Test', '127.0.0.1', '--json');
    secret = JSON.parse(added.stdout).sharedSecret;
    const env = { ...cleanEnvironment(), ...programEnvironment(), ...settings, TANHUA_DATA_DIR: server.dataDir };
    const engine = endWithFile(
      spawn(process.execPath, [...programArguments(), 'radius', 'run'], { env, stdio: 'pipe' }),
    );
    opened.defer(() => stopChild(engine, 'SIGTERM'));
    let output = '';
    for (const stream of [engine.stdout, engine.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    await waitUntil(() => output.includes('the RADIUS engine is ready'), { failure: () => output });
  });
  afterAll(() => opened.disposeAsync());

  const connect = (password = PASSWORD) =>
    radclient({ port }, secret, `User-Name="ann",User-Password="${password}",Message-Authenticator=0x00`, 5);

  test('is refused until a group may connect, then gets its VLAN by PAP and by EAP-TTLS, and is refused once suspended', async () => {
    expect(await connect()).toContain('Access-Reject');
    await server.cli('radius', 'group', 'allow', 'Office Wi-Fi', 'Sales');
    await server.cli('radius', 'group', 'reply', 'Sales', '--vlan', '42');
    expect(await connect()).toMatch(/Access-Accept[^]*Tunnel-Private-Group-Id:0 = "42"/);
    expect(await connect('wrong')).toContain('Access-Reject');

    const device = join(server.dataDir, 'device.conf');
    const network = [
      'key_mgmt=WPA-EAP',
      'eap=TTLS',
      'anonymous_identity="anonymous@contoso.example"',
      'identity="ann@contoso.example"',
      `password=${Buffer.from(PASSWORD).toString('hex')}`,
      `ca_cert="${join(server.dataDir, 'radius/certificates/ca.pem')}"`,
      `domain_match="${SERVER_NAME}"`,
      'phase2="auth=PAP"',
    ];
    await writeFile(device, `network={\n${network.join('\n')}\n}\n`);
    const eapol = ['-c', device, '-a', '127.0.0.1', '-p', String(port), '-s', secret, '-t', '8'];
    expect(await runTool('eapol_test', eapol)).toMatch(/\nSUCCESS\n$/);

    await api('PUT', `/api/systemusers/${userId}`, { state: 'SUSPENDED' });
    expect(await connect()).toContain('Access-Reject');
    const { stdout } = await server.cli('event', 'list', '--type', 'radius_auth_attempt', '--json');
    const attempts = JSON.parse(stdout) as readonly { readonly success: boolean }[];
    expect(attempts.map(({ success }) => success)).toEqual([false, true, false, true, false]);
    expect(stdout).not.toContain(PASSWORD);
    expect(server.log()).not.toContain(PASSWORD);
  });
});
