import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '#base/clock.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { prepareEngine, type PreparedEngine } from '#radius/engine/prepare-engine.ts';
import { EngineSupervisor, supervisorTimes } from '#radius/engine/supervisor.ts';
import { servePolicyApi, type PolicyApi } from '#radius/policy-api/policy-api.ts';
import { loadApiToken } from '#radius/policy-api/api-token.ts';
import type {
  AttemptDecision,
  EngineClient,
  PasswordAttempt,
  RadiusPolicy,
  ReplyAttribute,
} from '#radius/radius-types.ts';
import { endWithFile } from '../support/child-process.ts';

export const SERVER_NAME = 'radius.contoso.example';
/** Passwords that an encoding could change on their way. */
export const unusualPasswords = [
  'correct horse',
  'pä55wörd-🐎-密码',
  ' spaces at the ends  ',
  `"quotes" and 'more'`,
  '\\back\\slashes\\n',
  '$(id) `id` ${confdir} %{User-Name} %{expr: 6*7}',
  '{"User-Password":{"value":["x"]}}',
  'tab\tline\r\nbell\u0007delete\u007f',
  'nul\0inside',
  'x'.repeat(128),
];

/** Names the packages that this machine lacks; undefined if it lacks none. */
export function radiusUnavailableReason(): string | undefined {
  const programs = [
    '/usr/sbin/freeradius',
    '/usr/lib/freeradius/rlm_rest.so',
    '/usr/bin/radclient',
    '/usr/bin/eapol_test',
  ];
  const missing = programs.filter((path) => !existsSync(path));
  return missing.length === 0 ? undefined : `FreeRADIUS with its tools is not installed (${missing.join(', ')})`;
}

/** Each address of 127.0.0.0/8 is a client; the last number selects it. */
export const clients: Readonly<Record<string, EngineClient>> = {
  '127.0.0.1': { id: 'c1', name: 'AP 1', secret: 'first-secret-of-the-tests', requiresMessageAuthenticator: true },
  '127.0.0.2': {
    id: 'c2',
    name: 'AP 2',
    secret: 'zweites-Geheimnis-密 %{x} "q" \\n\\',
    requiresMessageAuthenticator: true,
  },
  '127.0.0.3': { id: 'c3', name: 'Old AP', secret: 'third-secret-of-the-tests', requiresMessageAuthenticator: false },
};

export const hostileReplies: readonly ReplyAttribute[] = [
  { name: 'Tunnel-Type', tag: 1, value: 'VLAN' },
  { name: 'Tunnel-Medium-Type', tag: 1, value: 'IEEE-802' },
  { name: 'Tunnel-Private-Group-Id', tag: 1, value: '42' },
  { name: 'Cisco-AVPair', tag: null, value: 'shell:priv-lvl=15' },
  { name: 'Cisco-AVPair', tag: null, value: '%{expr: 6*7} %{control:Auth-Type} ${confdir} $(id) `id`' },
  { name: 'Filter-Id', tag: null, value: '"quotes" \\n 密码' },
];

const reject = (message: string | null = null, isLocked = false): AttemptDecision => ({
  kind: 'reject',
  isLocked,
  message,
});

/** Decides by the name. The names are those that the tests use. */
async function decideByName({ userName, password, method }: PasswordAttempt): Promise<AttemptDecision> {
  const accept: AttemptDecision = { kind: 'accept', userName: 'ann@contoso.example', replies: hostileReplies };
  if (method === 'unsupported') return reject('This method needs an NT hash.');
  switch (userName) {
    case 'locked':
      return reject(null, true);
    case 'broken':
      throw new Error('the database is away');
    case 'hanging':
      return await new Promise(() => undefined);
    case 'silent':
      return { kind: 'silence' };
    default:
      return unusualPasswords.includes(password ?? '') ? accept : reject('wrong %{expr: 6*7} password');
  }
}

export interface EngineUnderTest extends AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly supervisor: EngineSupervisor;
  readonly engine: PreparedEngine;
  readonly attempts: PasswordAttempt[];
  /** The addresses that the engine asked about. */
  readonly asked: string[];
  readonly log: () => string;
  readonly stopApi: () => Promise<void>;
  readonly startApi: () => Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Returns a UDP port that is free together with the next one. */
export async function freePair(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const sockets = [createSocket('udp4'), createSocket('udp4')];
    try {
      await Promise.all(
        sockets.map(
          async (socket, index) =>
            await new Promise<void>((resolve, rejectBind) => {
              socket.once('error', rejectBind);
              socket.bind(port + index, '127.0.0.1', resolve);
            }),
        ),
      );
      return port;
    } catch {
      // Another program uses one of them.
    } finally {
      for (const socket of sockets) socket.close();
    }
  }
}

/** Starts the policy API and the real engine under its supervisor, with short times. */
export async function startEngineUnderTest(): Promise<EngineUnderTest> {
  // The engine reads absolute paths with quotes and spaces from its configuration.
  const folder = await mkdtemp(join(tmpdir(), `tanhua radius "q' %{x} \\b 密 `));
  const [port, apiPort, probePort] = await Promise.all([freePair(), freePort(), freePort()]);
  const attempts: PasswordAttempt[] = [];
  const asked: string[] = [];
  const policy: RadiusPolicy = {
    clientAt: async (address) => {
      asked.push(address);
      return clients[address];
    },
    decide: async (attempt) => {
      attempts.push(attempt);
      return await decideByName(attempt);
    },
  };
  let lines = '';
  const write = (fields: unknown, line?: string) => void (lines += `${JSON.stringify(fields)} ${line ?? ''}\n`);
  const log = { debug: write, info: write, warn: write, error: write };
  const token = loadApiToken(folder);
  let api: PolicyApi | undefined;
  const startApi = async () => {
    api = await servePolicyApi(policy, { port: apiPort, token, log });
  };
  await startApi();
  const config = {
    dataDir: folder,
    radiusListen: [{ address: '127.0.0.1', port }],
    radiusApiPort: apiPort,
    radiusProbePort: probePort,
    radiusServerName: SERVER_NAME,
    radiusCertificatePath: undefined,
    radiusKeyPath: undefined,
  };
  const prepared = await prepareEngine(config, { clock: systemClock, secrets: createSecretBox(Buffer.alloc(32, 7)) });
  const engine = { ...prepared, settings: { ...prepared.settings, rejectDelaySeconds: 0 } };
  const times = { ...supervisorTimes, probeEveryMs: 200, probeTimeoutMs: 1_000, missesMax: 2 };
  const supervisor = new EngineSupervisor(engine.settings, { environment: engine.environment, log, times });
  await supervisor.start();
  const stopApi = async () => await api?.stop();
  return {
    port,
    folder,
    supervisor,
    engine,
    attempts,
    asked,
    log: () => lines,
    stopApi,
    startApi,
    [Symbol.asyncDispose]: async () => {
      await supervisor.stop();
      await stopApi();
      await rm(folder, { recursive: true });
      await rm(authorityCopy(engine), { force: true });
    },
  };
}

/** Runs a program with a text as its standard input, and returns its output. */
export async function runTool(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = endWithFile(spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] }));
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return output + errors;
}

/** Sends a request with radclient, which waits up to `waitSeconds` for a reply. */
export async function radclient(
  { port }: Pick<EngineUnderTest, 'port'>,
  secret: string,
  attributes: string,
  waitSeconds = 2,
): Promise<string> {
  return await runTool(
    'radclient',
    ['-x', '-t', String(waitSeconds), '-r', '1', `127.0.0.1:${port}`, 'auth', secret],
    `${attributes}\n`,
  );
}

/** Runs a device that connects to Wi-Fi (eapol_test), and returns its output, whose last line is SUCCESS or FAILURE. */
export async function connectDevice(
  engine: EngineUnderTest,
  { eap = 'TTLS', phase2 = 'auth=PAP', password = 'correct horse', serverName = SERVER_NAME, phase1 = '' },
): Promise<string> {
  const path = join(engine.folder, 'device.conf');
  const network = [
    'ssid="corp"',
    'key_mgmt=WPA-EAP',
    `eap=${eap}`,
    'anonymous_identity="anonymous@contoso.example"',
    'identity="ann@contoso.example"',
    // In hexadecimal, a password needs no quotes.
    `password=${Buffer.from(password, 'utf8').toString('hex')}`,
    `ca_cert="${await copiedAuthority(engine)}"`,
    `domain_match="${serverName}"`,
    `phase2="${phase2}"`,
    ...(phase1 === '' ? [] : [`phase1="${phase1}"`]),
  ];
  await writeFile(path, `network={\n${network.join('\n')}\n}\n`);
  const args = ['-c', path, '-a', '127.0.0.1', '-p', String(engine.port), '-s', clients['127.0.0.1']?.secret ?? ''];
  return await runTool('eapol_test', [...args, '-t', '8', '-M', '02:00:5e:10:00:01']);
}

/** The configuration of eapol_test cannot contain the path with quotes. */
async function copiedAuthority({ engine }: EngineUnderTest): Promise<string> {
  const { authorityFile } = engine.prepared;
  if (authorityFile === null) throw new Error('The directory issues the certificate.');
  const pem = await readFile(authorityFile);
  const path = authorityCopy(engine);
  await writeFile(path, pem);
  return path;
}

function authorityCopy({ settings }: PreparedEngine): string {
  return join(tmpdir(), `tanhua-radius-ca-${settings.probePort}.pem`);
}
