import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exchange } from '#radius/client/radius-exchange.ts';
import {
  attributeTypes,
  encodePacket,
  encodeRequest,
  passwordAttribute,
  radiusCodes,
  textAttribute,
  type Attribute,
} from '#radius/client/radius-packet.ts';
import { trySignIn } from '#radius/client/try-sign-in.ts';
import { engineEnvironment } from '#radius/engine/engine-settings.ts';
import { isAnswering } from '#radius/engine/supervisor.ts';
import { skipWithout } from '../support/skip-without.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  clients,
  connectDevice,
  radclient,
  radiusUnavailableReason,
  startEngineUnderTest,
  unusualPasswords,
  type EngineUnderTest,
} from './engine.fixture.ts';

const SECRET = clients['127.0.0.1']?.secret ?? '';
const PROXY_STATE = 33;
let engine: EngineUnderTest;

/** Sends a password with our own client, and returns the verified reply; null for silence. */
async function signIn(userName: string, password: string, timeoutMs = 3_000) {
  const target = { address: '127.0.0.1', port: engine.port, secret: SECRET };
  const result = await exchange(
    target,
    radiusCodes.accessRequest,
    (authenticator) => [
      textAttribute(attributeTypes.userName, userName),
      passwordAttribute(Buffer.from(password, 'utf8'), authenticator, SECRET),
    ],
    { timeoutMs },
  );
  return result.kind === 'reply' ? result.reply : null;
}

/** Sends bytes from an address, and returns the bytes of the reply; null for silence. */
async function sendRaw(bytes: Buffer, from = '127.0.0.1', waitMs = 400): Promise<Buffer | null> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  const reply = once(socket, 'message').then(([message]) => message as Buffer);
  socket.send(bytes, engine.port, '127.0.0.1');
  const received = await Promise.race([reply, sleep(waitMs).then(() => null)]);
  socket.close();
  return received;
}

function requestOf(secret: string, password: string, more: readonly Attribute[] = []) {
  const authenticator = randomBytes(16);
  return {
    code: radiusCodes.accessRequest,
    identifier: 5,
    authenticator,
    attributes: [
      textAttribute(attributeTypes.userName, 'ann'),
      passwordAttribute(Buffer.from(password), authenticator, secret),
      ...more,
    ],
  };
}

describe.skipIf(skipWithout(radiusUnavailableReason()))('FreeRADIUS with our configuration', () => {
  beforeAll(async () => {
    engine = await startEngineUnderTest();
  });
  afterAll(async () => await engine[Symbol.asyncDispose]());
  beforeEach(() => void engine.attempts.splice(0));

  test('accepts the right password, and returns VLAN and other attributes literally (radclient)', async () => {
    const output = await radclient(
      engine,
      SECRET,
      'User-Name="ann",User-Password="correct horse",Calling-Station-Id="02-00-5E-10-00-01",Called-Station-Id="02-00-5E-10-00-02:corp"',
    );
    expect(output).toContain('Received Access-Accept');
    for (const line of [
      'User-Name = "ann@contoso.example"',
      'Tunnel-Type:1 = VLAN',
      'Tunnel-Medium-Type:1 = IEEE-802',
      'Tunnel-Private-Group-Id:1 = "42"',
      'Cisco-AVPair = "shell:priv-lvl=15"',
      'Cisco-AVPair = "%{expr: 6*7} %{control:Auth-Type} ${confdir} $(id) `id`"',
      String.raw`Filter-Id = "\"quotes\" \\n 密码"`,
    ]) {
      expect(output).toContain(line);
    }
    expect(engine.attempts).toEqual([
      {
        clientId: 'c1',
        address: '127.0.0.1',
        userName: 'ann',
        password: 'correct horse',
        method: 'pap',
        outerName: null,
        callingStation: '02-00-5E-10-00-01',
        calledStation: '02-00-5E-10-00-02:corp',
      },
    ]);
  });

  test('refuses a wrong password and a locked user, and sends Message-Authenticator first', async () => {
    const wrong = await signIn('ann', 'no');
    expect(wrong).toMatchObject({ code: radiusCodes.accessReject, startsWithMessageAuthenticator: true });
    const message = wrong?.attributes.find(({ type }) => type === attributeTypes.replyMessage);
    expect(message?.value.toString()).toBe('wrong %{expr: 6*7} password');
    expect(await signIn('locked', 'correct horse')).toMatchObject({ code: radiusCodes.accessReject });
    const raw = await sendRaw(encodeRequest(requestOf(SECRET, 'correct horse'), SECRET));
    expect(raw?.[0]).toBe(radiusCodes.accessAccept);
    expect(raw?.subarray(20, 22), 'type and length of the first attribute').toEqual(Buffer.from([80, 18]));
  });

  test('passes unusual passwords on byte for byte', async () => {
    for (const password of unusualPasswords) {
      expect(await signIn('ann', password), JSON.stringify(password)).toMatchObject({ code: radiusCodes.accessAccept });
    }
    expect(engine.attempts.map(({ password }) => password)).toEqual(unusualPasswords);
    // "ä" in Latin-1 is not UTF-8.
    const latin = await sendRaw(
      encodeRequest(
        { ...requestOf(SECRET, 'x'), attributes: [textAttribute(attributeTypes.userName, '安娜')] },
        SECRET,
      ),
    );
    expect(latin?.[0], 'a request without a password').toBe(radiusCodes.accessReject);
    expect(engine.attempts.at(-1)).toMatchObject({ userName: '安娜', password: null, method: 'unsupported' });
  });

  test('stays silent if the policy fails, decides so, or hangs', async () => {
    const hanging = signIn('hanging', 'x', 6_500);
    const replies = await Promise.all(['broken', 'silent'].map((name) => signIn(name, 'x', 600)));
    expect(replies).toEqual([null, null]);
    // Others are answered while one decision hangs.
    expect(await signIn('ann', 'correct horse')).toMatchObject({ code: radiusCodes.accessAccept });
    expect(await hanging).toBeNull();
    expect(engine.log()).toContain('longer than 5.5 seconds');
  });

  test('refuses CHAP and reports it as a method that is not supported (radclient)', async () => {
    const output = await radclient(engine, SECRET, 'User-Name="ann",CHAP-Password="correct horse"');
    expect(output).toContain('Received Access-Reject');
    expect(engine.attempts).toMatchObject([
      { userName: 'ann', password: null, method: 'unsupported', outerName: null },
    ]);
  });

  test('knows each client by its own secret, and ignores wrong secrets and unknown clients', async () => {
    const second = clients['127.0.0.2']?.secret ?? '';
    const from = async (address: string, secret: string) =>
      (await sendRaw(encodeRequest(requestOf(secret, 'correct horse'), secret), address))?.[0] ?? null;
    expect(await from('127.0.0.2', second)).toBe(radiusCodes.accessAccept);
    expect(engine.attempts).toMatchObject([{ clientId: 'c2', address: '127.0.0.2' }]);
    expect(await Promise.all([from('127.0.0.2', SECRET), from('127.0.0.9', SECRET)])).toEqual([null, null]);
    expect(engine.attempts).toHaveLength(1);
    expect(engine.asked).toContain('127.0.0.9');
  });

  test('drops packets without Message-Authenticator, with and without Proxy-State, except from a client with an exception', async () => {
    const proxyState = { type: PROXY_STATE, value: Buffer.from('state') };
    const third = clients['127.0.0.3']?.secret ?? '';
    const replies = await Promise.all([
      sendRaw(encodePacket(requestOf(SECRET, 'correct horse'))),
      sendRaw(encodePacket(requestOf(SECRET, 'correct horse', [proxyState]))),
      sendRaw(encodePacket(requestOf(third, 'correct horse', [proxyState])), '127.0.0.3'),
    ]);
    expect(replies).toEqual([null, null, null]);
    expect(engine.attempts).toEqual([]);
    const insecure = await sendRaw(encodePacket(requestOf(third, 'correct horse')), '127.0.0.3');
    expect(insecure?.[0]).toBe(radiusCodes.accessAccept);
    expect(engine.log()).toContain('Message-Authenticator');
  });

  test.for([
    ['TLS 1.2', 'tls_disable_tlsv1_3=1', 'TLSv1.2'],
    ['TLS 1.3', 'tls_disable_tlsv1_3=0', 'TLSv1.3'],
  ] as const)('connects a device with EAP-TTLS/PAP and %s', async ([, phase1, version]) => {
    const output = await connectDevice(engine, { phase1, password: 'pä55wörd-🐎-密码' });
    expect(output.trimEnd().endsWith('SUCCESS'), output.slice(-2_000)).toBe(true);
    expect(output).toContain(`Using TLS version ${version}`);
    expect(output).toContain('MPPE keys OK: 1  mismatch: 0');
    // Tag 1 and "42", and the real name instead of the one outside of the tunnel.
    expect(output).toContain('Attribute 81 (Tunnel-Private-Group-Id) length=5\n      Value: 013432');
    expect(output).toContain("Attribute 1 (User-Name) length=21\n      Value: 'ann@contoso.example'");
    expect(engine.attempts).toEqual([
      {
        clientId: 'c1',
        address: '127.0.0.1',
        userName: 'ann@contoso.example',
        password: 'pä55wörd-🐎-密码',
        method: 'eapTtlsPap',
        outerName: 'anonymous@contoso.example',
        callingStation: '02-00-5E-10-00-01',
        calledStation: null,
      },
    ]);
  });

  test('refuses a device with a wrong password', async () => {
    const output = await connectDevice(engine, { password: 'no' });
    expect(output.trimEnd().endsWith('FAILURE')).toBe(true);
    expect(engine.attempts).toMatchObject([{ method: 'eapTtlsPap', password: 'no' }]);
  });

  test('never receives the password of a device that checks another server name', async () => {
    const output = await connectDevice(engine, { serverName: 'other.contoso.example' });
    expect(output.trimEnd().endsWith('FAILURE')).toBe(true);
    expect(engine.attempts).toEqual([]);
  });

  test.for([
    ['TTLS/MSCHAPv2', { phase2: 'auth=MSCHAPV2' }, 'ann@contoso.example', 'anonymous@contoso.example'],
    ['TTLS/EAP-GTC', { phase2: 'autheap=GTC' }, 'ann@contoso.example', 'anonymous@contoso.example'],
    ['PEAP/MSCHAPv2', { eap: 'PEAP', phase2: 'auth=MSCHAPV2' }, 'anonymous@contoso.example', null],
  ] as const)(
    'refuses %s and reports it as a method that is not supported',
    async ([, device, userName, outerName]) => {
      const output = await connectDevice(engine, device);
      expect(output.trimEnd().endsWith('FAILURE')).toBe(true);
      expect(engine.attempts).toMatchObject([{ method: 'unsupported', password: null, userName, outerName }]);
    },
  );

  test('is tried by "tanhua radius test", which explains each step', async () => {
    const { settings, environment } = engine.engine;
    const place = {
      apiPort: settings.apiPort,
      probePort: settings.probePort,
      token: environment[engineEnvironment.token] ?? '',
      probeSecret: environment[engineEnvironment.probeSecret] ?? '',
    };
    const wanted = { userName: 'ann', password: 'correct horse', client: '127.0.0.2', callingStation: undefined };
    const steps = await trySignIn(wanted, place);
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'server ok',
      'engine ok',
      'reply ok',
      'sign-in ok',
    ]);
    expect(steps.at(-1)?.detail).toContain('accepted as ann@contoso.example, in VLAN 42');
    expect(engine.attempts).toMatchObject([{ clientId: 'c2', address: '127.0.0.2' }]);
    const refused = await trySignIn({ ...wanted, password: 'no' }, place);
    expect(refused.at(-1)?.detail).toContain('refused with the message "wrong %{expr: 6*7} password"');
    const unknown = await trySignIn({ ...wanted, client: '2001:db8::1' }, place);
    expect(unknown).toMatchObject([{ step: 'server', outcome: 'failed' }]);
    const otherSecret = await trySignIn(wanted, { ...place, probeSecret: 'another' });
    expect(otherSecret.at(-1)).toMatchObject({ step: 'engine', outcome: 'failed' });
    const otherToken = await trySignIn(wanted, { ...place, token: 'another' });
    expect(otherToken.at(-1)?.detail).toContain('TANHUA_DATA_DIR');
    await expect(trySignIn({ ...wanted, password: 'x'.repeat(129) }, place)).rejects.toThrow('129 bytes');
  });

  test('stays silent while the server is away, and answers again when it is back', async () => {
    await engine.stopApi();
    expect(await signIn('ann', 'correct horse', 600)).toBeNull();
    expect(await isAnswering(engine.engine.settings.probePort, engine.engine.environment)).toBe(true);
    await engine.startApi();
    await waitUntil(async () => (await signIn('ann', 'correct horse', 1_000)) !== null, {
      failure: () => `the engine does not answer:\n${engine.log()}`,
    });
  });

  test.for(['SIGKILL', 'SIGSTOP'] as const)('is replaced after %s', async (signal) => {
    const { supervisor } = engine;
    const before = supervisor.pid ?? 0;
    process.kill(before, signal);
    await waitUntil(() => supervisor.pid !== undefined && supervisor.pid !== before, { failure: engine.log });
    await waitUntil(async () => (await signIn('ann', 'correct horse', 1_000)) !== null, { failure: engine.log });
    expect(engine.log()).toContain(`"engine":${before}`);
  });

  test('keeps running if FreeRADIUS rejects a new configuration, and is replaced by one with an accepted one', async () => {
    const { supervisor } = engine;
    const { settings } = engine.engine;
    const before = supervisor.pid;
    const broken = { ...settings, certificate: { ...settings.certificate, certificateFile: '/nowhere/server.pem' } };
    await expect(supervisor.apply(broken)).rejects.toThrow(/FreeRADIUS rejects the configuration .*server\.pem/);
    expect(supervisor.pid).toBe(before);
    expect(await signIn('ann', 'correct horse')).toMatchObject({ code: radiusCodes.accessAccept });
    await supervisor.apply({ ...settings, clientLifetimeSeconds: 30 });
    expect(supervisor.pid).not.toBe(before);
    expect(await signIn('ann', 'correct horse')).toMatchObject({ code: radiusCodes.accessAccept });
  });

  test('has neither a password nor a secret in the log', () => {
    const log = engine.log();
    expect(log).toContain('Ready to process requests');
    const secrets = [...unusualPasswords.slice(1), ...Object.values(clients).map(({ secret }) => secret)];
    for (const secret of [...secrets, ...Object.values(engine.engine.environment).slice(1)]) {
      expect(log.includes(secret), secret).toBe(false);
    }
  });
});
