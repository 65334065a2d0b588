import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadApiToken } from '#radius/policy-api/api-token.ts';
import { servePolicyApi, type PolicyApi } from '#radius/policy-api/policy-api.ts';
import { endWithFile, isRunning } from '../support/child-process.ts';
import { cleanEnvironment } from '../support/in-process.ts';
import { programArguments, programEnvironment } from '../support/program.ts';
import { skipWithout } from '../support/skip-without.ts';
import { waitUntil } from '../support/wait-until.ts';
import { clients, freePair, freePort, radiusUnavailableReason } from './engine.fixture.ts';

let dataDir: string;
let settings: Readonly<Record<string, string>>;
let api: PolicyApi;

/** Starts a command as a process, with a text as its standard input. */
function start(args: readonly string[], input = '') {
  const env = { ...cleanEnvironment(), ...programEnvironment(), ...settings };
  const child = endWithFile(
    spawn(process.execPath, [...programArguments(), 'radius', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(input);
  return { child, output: () => output };
}

async function run(args: readonly string[], input = '') {
  const { child, output } = start(args, input);
  const [code] = await once(child, 'close');
  return { code, output: output() };
}

/** Starts `tanhua radius run`, and returns the process id of the engine. */
async function runEngine() {
  const supervisor = start(['run']);
  const pid = () => /"pid":(?<pid>\d+).*the RADIUS engine is ready/.exec(supervisor.output())?.groups?.['pid'];
  await waitUntil(() => pid() !== undefined, { failure: supervisor.output });
  return { ...supervisor, enginePid: Number(pid()) };
}

describe.skipIf(skipWithout(radiusUnavailableReason()))('tanhua radius', () => {
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tanhua-radius-'));
    const [port, apiPort, probePort] = await Promise.all([freePair(), freePort(), freePort()]);
    settings = {
      TANHUA_DATA_DIR: dataDir,
      TANHUA_RADIUS_LISTEN: `127.0.0.1:${port}`,
      TANHUA_RADIUS_API_PORT: String(apiPort),
      TANHUA_RADIUS_PROBE_PORT: String(probePort),
      TANHUA_RADIUS_SERVER_NAME: 'radius.contoso.example',
      TANHUA_LOG_LEVEL: 'info',
    };
    const log = { error: () => undefined, warn: () => undefined };
    api = await servePolicyApi(
      {
        clientAt: async (address) => clients[address],
        decide: async ({ password }) =>
          password === 'pä55'
            ? { kind: 'accept', userName: 'ann', replies: [] }
            : { kind: 'reject', isLocked: false, message: null },
      },
      { port: apiPort, token: loadApiToken(dataDir), log },
    );
  });
  afterAll(async () => {
    await api.stop();
    rmSync(dataDir, { recursive: true });
  });

  test('setup creates the certificate, checks the ports, and has FreeRADIUS check the configuration', async () => {
    const { code, output } = await run(['setup', '--json']);
    expect(code, output).toBe(0);
    const findings = JSON.parse(output.slice(0, output.lastIndexOf(']') + 1));
    expect(findings).toContainEqual({ check: 'FreeRADIUS', status: 'ok', detail: expect.stringContaining('3.2.') });
    expect(findings).toContainEqual({
      check: 'certificate',
      status: 'ok',
      detail: expect.stringContaining('DNS:radius.contoso.example'),
    });
    expect(findings.map(({ check }: { check: string }) => check)).toContain('configuration');
    expect(existsSync(join(dataDir, 'radius/certificates/ca.pem'))).toBe(true);
  });

  test('run starts the engine, test explains a sign-in, and SIGTERM ends both cleanly', async () => {
    const { child, output, enginePid } = await runEngine();
    const accepted = await run(['test', 'ann', '--client', '127.0.0.1'], 'pä55\n');
    expect(accepted, accepted.output).toMatchObject({ code: 0, output: expect.stringContaining('accepted as ann') });
    const refused = await run(['test', 'ann', '--client', '127.0.0.1'], 'no');
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('refused') });
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(isRunning(enginePid)).toBe(false);
    expect(output()).not.toContain('"level":50');
    const away = await run(['test', 'ann', '--client', '127.0.0.1'], 'pä55');
    expect(away).toMatchObject({ code: 1, output: expect.stringContaining('start it with "tanhua radius run"') });
  });

  test('the engine does not outlive a killed supervisor, and names a port that another engine uses', async () => {
    const { child, enginePid } = await runEngine();
    const second = await run(['run']);
    expect(second.code).not.toBe(0);
    expect(second.output).toMatch(/FreeRADIUS ended before it was ready: .*TANHUA_RADIUS_LISTEN/);
    child.kill('SIGKILL');
    await waitUntil(() => !isAlive(enginePid), { failure: () => `the engine ${enginePid} still runs` });
  });
});

/** A process that ended, but that no process has waited for, has the state Z. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
