import { beforeAll, afterAll, describe, expect, test, vi } from 'vitest';
import { createGroup } from '#directory/groups.ts';
import { presetRules } from '#integrations/rules.ts';
import { openSession } from './session.ts';
import { runCommand, startedFolder } from './run-command.fixture.ts';

// The first call of each command loads its modules. The long timeout allows for a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let directory: AsyncDisposable;
beforeAll(async () => {
  directory = await startedFolder();
});
afterAll(() => directory[Symbol.asyncDispose]());

const radius = async (...args: readonly string[]) => await runCommand('radius', ...args);
const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await radius(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

async function addGroup(displayName: string): Promise<void> {
  await using session = await openSession();
  const caller = { origin: session.origin, rules: presetRules('standard') };
  await createGroup(session.deps, caller, { document: { displayName }, ignored: [] });
}

describe('tanhua radius', () => {
  test('creates, lists, shows, changes and deletes a server', async () => {
    expect((await radius('server', 'list')).stdout).toContain('tanhua radius server create NAME');
    const created = await json(
      'server',
      'create',
      'Office Wi-Fi',
      '--methods',
      'EAPTTLSPAP',
      '--locked-accounts',
      'allow',
    );
    expect(created).toMatchObject({ name: 'Office Wi-Fi', methods: 'eapTtlsPap', lockedAccounts: 'allow' });
    const entra = [
      '--identity-provider',
      'entra',
      '--tenant',
      'contoso.example',
      '--client-id',
      'app',
      '--public-client',
    ];
    const more = ['--name', 'Office', '--object-id-attribute', 'externalId', '--cache-seconds', '60'];
    expect(await json('server', 'set', 'office wi-fi', ...entra, ...more)).toMatchObject({
      id: created.id,
      name: 'Office',
      identityProvider: 'entra',
      tenant: 'contoso.example',
      clientSecret: null,
      objectIdAttribute: 'externalId',
      cacheSeconds: 60,
    });
    expect(await json('server', 'set', 'Office', '--object-id-attribute', 'none')).toMatchObject({
      objectIdAttribute: null,
    });
    expect((await radius('server', 'list')).stdout).toMatch(/Office +entra +eapTtlsPap +0/);
    expect((await radius('server', 'show', 'OFFICE')).stdout).toContain('no clients and no groups');
    expect((await radius('server', 'delete', created.id)).stdout).toContain('"Office" was deleted');
    const unknown = await radius('server', 'show', 'Office');
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('There is no RADIUS server "Office"')]);
  });

  test('adds, changes, rotates and removes a client, and prints its secret once', async () => {
    await json('server', 'create', 'Wi-Fi');
    const { stdout } = await radius('client', 'add', 'Wi-Fi', 'Access points', '192.0.2.9/24');
    expect(stdout).toMatch(/\(192\.0\.2\.0\/24\):\n\n {2}[0-9a-zA-Z]{30}\n\nIt is not shown again/);
    const [secret = ''] = /[0-9a-zA-Z]{30}/.exec(stdout) ?? [];
    const changed = await json('client', 'set', 'Wi-Fi', '192.0.2.0/24', '--name', 'APs', '--insecure', 'on');
    expect(changed).toMatchObject({ name: 'APs', network: '192.0.2.0/24', insecure: true });
    const now = await json('client', 'rotate', 'Wi-Fi', 'aps');
    expect(now.nextSecretFrom).toBeNull();
    const at = new Date(Date.parse(now.changeAt) + 3_600_000).toISOString();
    const rotated = await json('client', 'rotate', 'Wi-Fi', 'aps', '--at', at);
    expect(rotated).toMatchObject({ nextSecretFrom: at, changeAt: at });
    expect(new Date(rotated.certainFrom).getTime()).toBe(new Date(at).getTime() + 60_000);
    const listed = await radius('client', 'list', 'Wi-Fi', '--json');
    for (const hidden of [secret, now.sharedSecret, rotated.sharedSecret]) expect(listed.stdout).not.toContain(hidden);
    expect((await radius('client', 'rotate', 'Wi-Fi', 'aps', '--at', '2020-01-01')).stderr).toContain('in the past');
    expect(await json('client', 'remove', 'Wi-Fi', 'APs')).toMatchObject({ name: 'APs', removed: true });
    expect((await radius('client', 'list', 'Wi-Fi')).stdout).toContain('has no clients');
  });

  test('allows groups, and sets their VLAN and reply attributes', async () => {
    await json('server', 'create', 'VPN');
    const missing = await radius('group', 'allow', 'VPN', 'Sales');
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining('There is no group "Sales"')]);
    await addGroup('Sales');
    expect((await radius('group', 'allow', 'vpn', 'Sales')).stdout).toContain(
      'may connect through the RADIUS server "VPN"',
    );
    expect((await radius('server', 'show', 'VPN')).stdout).toMatch(/group +[0-9a-f]{24} +Sales/);
    expect((await radius('group', 'reply', 'Sales')).stdout).toContain('The group has no reply attributes.');
    const set = await radius(
      'group',
      'reply',
      'Sales',
      'filter-id=a=b',
      'Cisco-AVPair=x',
      '--vlan',
      '42',
      '--tag',
      '3',
    );
    expect(set.stdout.trim().split('\n')).toEqual([
      'Tunnel-Type:3 = VLAN',
      'Tunnel-Medium-Type:3 = IEEE-802',
      'Tunnel-Private-Group-Id:3 = 42',
      'Filter-Id = a=b',
      'Cisco-AVPair = x',
    ]);
    expect((await radius('group', 'reply', 'Sales')).stdout).toBe(set.stdout);
    expect((await json('group', 'reply', 'Sales', '--remove-vlan')).replies).toHaveLength(2);
    expect((await radius('group', 'reply', 'Sales', 'Filter-Idd=x')).stderr).toContain('Did you mean Filter-Id?');
    expect((await json('group', 'reply', 'Sales', '--clear')).replies).toEqual([]);
    expect(await json('group', 'deny', 'VPN', 'Sales')).toMatchObject({ allowed: false });
  });

  test.for([
    ['server create X --client-secret secret', 'which other users of the machine could see'],
    ['server create X --client-secret - --public-client', 'either --client-secret or --public-client'],
    ['server create X --methods mschapv2', 'the methods are pap and eapTtlsPap'],
    ['server create X --cache-seconds 901', 'from 0 to 900'],
    ['group reply Sales --tag 1', '--tag needs --vlan'],
    ['group reply Sales --clear --vlan 1', 'Give either --clear'],
    ['group reply Sales --remove-vlan --vlan 1', 'either --vlan or --remove-vlan'],
    ['group reply Sales Filter-Id', 'is not NAME=VALUE'],
  ] as const)('refuses "%s"', async ([line, message]) => {
    const { code, stderr } = await radius(...line.split(' '));
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
