import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backportsText, findSource } from './debian-source.ts';
import { isSupported } from './engine-version.ts';
import { installEngine } from './install-engine.ts';
import type { RunProgram } from './run-program.ts';
import { checkInstallation, checkPorts } from './setup-checks.ts';

test.for([
  ['3.2.7', true],
  ['3.2.10+dfsg-2', true],
  ['3.3.0', true],
  ['3.2.7+dfsg-1~bpo12+1', true],
  ['3.2.6', false],
  ['3.2.1+dfsg-4+deb12u1', false],
  ['4.0.0', false],
  ['(none)', false],
  ['', false],
] as const)('isSupported(%j) is %s', ([version, supported]) => {
  expect(isSupported(version)).toBe(supported);
});

const deb822 = `# a comment
Types: deb
URIs: http://mirror.contoso.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.contoso.example/debian-security
Suites: bookworm-security
Components: main
`;

describe('findSource', () => {
  test('finds the source of a suite in both formats, but no other one', () => {
    expect(findSource([deb822], 'bookworm')).toEqual({
      uri: 'http://mirror.contoso.example/debian',
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    });
    expect(findSource([deb822], 'trixie')).toBeUndefined();
    expect(findSource([deb822.replace('Types', 'Enabled: no\nTypes')], 'bookworm')).toBeUndefined();
    const lines =
      '# deb http://off.example/debian bookworm main\ndeb-src http://src.example/debian bookworm main\ndeb [arch=amd64 signed-by=/k.gpg] http://one.example/debian bookworm main contrib\n';
    expect(findSource(['', lines], 'bookworm')).toEqual({ uri: 'http://one.example/debian', signedBy: '/k.gpg' });
    expect(findSource(['deb http://two.example/debian bookworm main'], 'bookworm')?.signedBy).toBeUndefined();
  });

  test('backportsText names the same server and key', () => {
    expect(backportsText({ uri: 'http://one.example/debian', signedBy: '/k.gpg' }, 'bookworm')).toBe(
      'Types: deb\nURIs: http://one.example/debian\nSuites: bookworm-backports\nComponents: main\nSigned-By: /k.gpg\n',
    );
  });
});

describe('installEngine', () => {
  let root: string;
  let calls: string[];
  let policyDuringInstall: string | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tanhua-debian-'));
    calls = [];
    policyDuringInstall = undefined;
    mkdirSync(join(root, 'etc/apt/sources.list.d'), { recursive: true });
    mkdirSync(join(root, 'usr/sbin'), { recursive: true });
    writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
    writeFileSync(join(root, 'etc/apt/sources.list.d/debian.sources'), deb822);
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const policy = () => join(root, 'usr/sbin/policy-rc.d');
  const backports = () => join(root, 'etc/apt/sources.list.d/tanhua-backports.sources');
  const install = (candidate: string, { uid = 0, fails = '' } = {}) => {
    const run: RunProgram = async (program, args) => {
      const call = [program, ...args].join(' ');
      calls.push(call);
      if (args[0] === 'install') policyDuringInstall = readFileSync(policy(), 'utf8');
      if (program === 'apt-cache') return { code: 0, output: `freeradius:\n  Candidate: ${candidate}\n` };
      return fails !== '' && call.includes(fails) ? { code: 100, output: 'E: no space left' } : { code: 0, output: '' };
    };
    return installEngine({ root, uid, run, report: () => undefined });
  };

  test('adds the backports only if the release has an older version', async () => {
    await install('3.2.7+dfsg-1+deb13u2');
    expect(existsSync(backports())).toBe(false);
    expect(calls.find((call) => call.includes(' install '))).toBe(
      'apt-get install -qq -y --no-install-recommends freeradius freeradius-rest freeradius-utils',
    );
    await install('3.2.1+dfsg-4+deb12u1');
    expect(readFileSync(backports(), 'utf8')).toContain('Suites: bookworm-backports');
    expect(calls.at(-2)).toContain('-t bookworm-backports freeradius');
    expect(calls.at(-1)).toBe('systemctl disable --now freeradius.service');
  });

  test('keeps services from starting, and restores the previous policy even after a failure', async () => {
    await install('3.2.7');
    expect(policyDuringInstall).toContain('exit 101');
    expect(existsSync(policy())).toBe(false);
    writeFileSync(policy(), '#!/bin/sh\nexit 0\n');
    await expect(install('3.2.7', { fails: 'install' })).rejects.toThrow(/apt-get install failed: E: no space left/);
    expect(readFileSync(policy(), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  test('refuses other systems, users without root, and a machine without a source of Debian', async () => {
    await expect(install('3.2.7', { uid: 1000 })).rejects.toThrow('sudo');
    writeFileSync(join(root, 'etc/apt/sources.list.d/debian.sources'), '');
    await expect(install('3.2.1')).rejects.toThrow('No file in');
    writeFileSync(join(root, 'etc/os-release'), 'ID=fedora\n');
    await expect(install('3.2.7')).rejects.toThrow('Debian 12');
  });
});

describe('setup checks', () => {
  test('report a missing program, an old version, a missing module and root', async () => {
    const check = async (output: string | undefined, uid: number) =>
      (
        await checkInstallation({
          run: async () => (output === undefined ? { code: null, output: '' } : { code: 0, output }),
          uid,
          libraries: '/nowhere',
        })
      ).map(({ status, detail }) => `${status} ${detail}`);
    expect((await check(undefined, 1000))[0]).toMatch(
      /^fault it is not installed: run "tanhua radius setup --install"/,
    );
    const [old, module, user] = await check('radiusd: FreeRADIUS Version 3.2.1, for host', 0);
    expect(old).toMatch(/^fault version 3\.2\.1 .*CVE-2024-3596/);
    expect(module).toMatch(/^fault \/nowhere\/rlm_rest\.so does not exist/);
    expect(user).toMatch(/^warning root/);
    const [current, , own] = await check('radiusd: FreeRADIUS Version 3.2.7, for host', 1000);
    expect([current, own?.slice(0, 2)]).toEqual(['ok version 3.2.7', 'ok']);
  });

  test('report a port that another program uses, and an address that the machine does not have', async () => {
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address();
    const environment = { TANHUA_RADIUS_PROBE_SECRET: 'x' };
    const findings = await checkPorts({ listen: [{ address: '192.0.2.1', port: 1812 }], probePort: port }, environment);
    other.close();
    expect(findings.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^192\.0\.2\.1:1812 cannot be used: this machine does not have the address/),
      expect.stringMatching(/^192\.0\.2\.1:1813 cannot be used/),
      expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:${port} cannot be used: another program uses it`)),
    ]);
  });
});
