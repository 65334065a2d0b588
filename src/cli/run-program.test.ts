import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand, startedFolder } from './run-command.fixture.ts';

// The first call of each command loads its modules. The long timeouts allow for a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let directory: Awaited<ReturnType<typeof startedFolder>>;
beforeAll(async () => {
  directory = await startedFolder();
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

const json = async (...args: readonly string[]) => JSON.parse((await runCommand(...args, '--json')).stdout);

test('user timeline says what to do about a name that is not in the directory', async () => {
  const { stdout } = await runCommand('user', 'timeline', 'bob');
  expect(stdout).toMatch(
    /^bob is not known\.\nNo source has sent the name "bob" [^]*Nothing was recorded about this name\.\n$/,
  );
  const timeline = await json('user', 'timeline', 'bob');
  expect(timeline).toMatchObject({ person: { state: 'unknown', id: null }, entries: [], advice: expect.any(Array) });
});

describe('the exit code', () => {
  test.for<[readonly string[], number, RegExp]>([
    [['key', 'list'], 0, /^$/],
    [['--help'], 0, /^$/],
    [['key', 'create', '--help'], 0, /^$/],
    [['--version'], 0, /^$/],
    [[], 2, /^Usage: tanhua/],
    [['key'], 2, /^Usage: tanhua key/],
    [['nonsense'], 2, /unknown command 'nonsense'/],
    [['kye', 'list'], 2, /Did you mean key/],
    [['key', 'lst'], 2, /Did you mean list/],
    [['key', 'list', '--nonsense'], 2, /unknown option '--nonsense'/],
    [['key', 'list', 'more'], 2, /too many arguments/],
    [['user', 'show'], 2, /missing required argument 'user'/],
    [['admin', 'create', 'x@localhost'], 2, /required option '--role/],
    [['event', 'list', '--type', 'nothing'], 2, /Allowed choices are organization_create/],
    [['user', 'list', '--limit', '1001'], 2, /from 1 to 1000/],
    [['user', 'list', '--limit', '1.5'], 2, /from 1 to 1000/],
    [['user', 'list', '--filter', 'userName like "x"'], 2, /^tanhua: .*like/],
    [['user', 'show', 'unknown'], 3, /no user "unknown"[^]*Provision on demand/],
    [['key', 'create', '--expires', 'soon'], 2, /"soon": it must be "never" or a whole number of days/],
    [['organization', 'set', 'passwordMinLength=7'], 2, /8 to 64/],
    [['admin', 'create', 'ADMIN@localhost', '--role', 'Manager'], 2, /another administrator/],
    [['organization', 'create', 'MY organization'], 2, /"My organization"/i],
    [['schema', 'add', 'missing.json'], 2, /"missing.json" cannot be read/],
    [['entra', 'expression', 'Append('], 1, /Append\(/],
  ])('of the arguments %j is %i', async ([args, code, message]) => {
    const outcome = await runCommand(...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).not.toMatch(/^ {4}at /m);
    if (code > 0) expect(outcome.stdout).toBe('');
  });

  test('is 2 for an invalid configuration, and the error lists every invalid setting', async () => {
    vi.stubEnv('TANHUA_PROT', '1');
    vi.stubEnv('TANHUA_PORT', '70000');
    try {
      const { code, stderr } = await runCommand('key', 'list');
      expect(code).toBe(2);
      expect(stderr).toContain('TANHUA_PROT is not a setting');
      expect(stderr).toContain('TANHUA_PORT is "70000"');
    } finally {
      vi.stubEnv('TANHUA_PROT', undefined);
      vi.stubEnv('TANHUA_PORT', undefined);
    }
  });

  test('is 3 if no directory was ever started, and the command creates no folder', async () => {
    const folder = join(directory.folder, 'none');
    vi.stubEnv('TANHUA_DATA_DIR', folder);
    try {
      const { code, stderr } = await runCommand('user', 'list');
      expect(code).toBe(3);
      expect(stderr).toBe(
        `tanhua: There is no directory in ${folder}. Start one with "npm start", or set TANHUA_DATA_DIR.\n`,
      );
      expect(() => mkdirSync(folder)).not.toThrow();
    } finally {
      vi.stubEnv('TANHUA_DATA_DIR', directory.folder);
    }
  });
});

describe('the output', () => {
  test('of a list is a table with one column per property, or an array with --json', async () => {
    await runCommand('key', 'create', '--name', 'Second', '--expires', '30');
    const lines = (await runCommand('key', 'list')).stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ID +PREFIX +KIND +OWNER +ROLE +NAME +STATUS +EXPIRESAT +LASTUSEDAT$/);
    expect(lines).toHaveLength(3);
    const begin = lines[0]?.indexOf('OWNER') ?? 0;
    for (const line of lines.slice(1)) expect(line.slice(begin)).toMatch(/^Entra ID /);
    const keys = await json('key', 'list');
    expect(keys.map((key: { name: string }) => key.name).toSorted()).toEqual(['Entra ID', 'Second']);
  });

  test('of an empty list is a sentence, or an empty array with --json', async () => {
    expect((await runCommand('mail', 'list')).stdout).toBe('There are no such mails.\n');
    expect(await json('mail', 'list')).toEqual([]);
  });

  test('of a change is a sentence with both values, or a list of changes with --json', async () => {
    const set = await runCommand('organization', 'set', 'contactName=IT');
    expect(set.stdout).toMatch(/^contactName +IT$/m);
    expect(set.stdout).toMatch(/^Changed contactName from .* to IT\.$/m);
    const { settings, changes } = await json('organization', 'set', 'contactName=Help Desk');
    expect(settings.contactName).toBe('Help Desk');
    expect(changes).toEqual([{ field: 'contactName', from: 'IT', to: 'Help Desk' }]);
    expect((await runCommand('organization', 'set', 'contactName=Help Desk')).stdout).toMatch(/^Nothing changed\.$/m);
    const rules = await runCommand('integration', 'set', 'Entra ID', 'userName=any');
    expect(rules.stdout).toMatch(/^Changed userName from username to any\.$/m);
    await runCommand('integration', 'set', 'Entra ID', 'strict');
  });

  test('contains no control characters that are interpreted by the terminal', async () => {
    const { stderr } = await runCommand('user', 'show', 'a\u001b[2Jb');
    expect(stderr).toContain('no user');
    expect(stderr).not.toContain('\u001b');
    await runCommand('organization', 'rename', 'Con\u001b[2Jtoso');
    expect((await runCommand('organization', 'show')).stdout).not.toContain('\u001b');
  });

  test('contains the secret of a key only when the key is created, and not in the list', async () => {
    const { key } = await json('key', 'create', '--name', 'Once');
    expect(key).toMatch(/^tnh_/);
    const list = await runCommand('key', 'list');
    expect(list.stdout).toContain('Once');
    expect(list.stdout).not.toContain(key);
  });
});

test('mail template changes and restores the text for the readers of one language', async () => {
  const shown = await json('mail', 'template', 'show', 'welcome', '--readers', 'zh');
  expect(shown).toMatchObject({ kind: 'welcome', readers: 'zh', custom: false, button: '登录' });
  const set = ['mail', 'template', 'set', 'welcome', '--readers', 'zh'];
  expect(await json(...set, 'subject=欢迎')).toMatchObject({ subject: '欢迎', language: 'zh-CN', custom: true });
  expect(await json('mail', 'template', 'show', 'welcome')).toMatchObject({ readers: 'en', custom: false });
  const list: readonly { readonly kind: string; readonly custom: boolean }[] = await json(
    'mail',
    'template',
    'list',
    '--readers',
    'zh',
  );
  expect(list.filter(({ custom }) => custom).map(({ kind }) => kind)).toEqual(['welcome']);
  for (const [part, message] of [
    ['subject=#{bogus}', '"#{bogus}" is not a token of the email "Welcome".'],
    ['footer=x', '"footer=x" is not a part as PART=TEXT.'],
    ['subject=', 'The part subject'],
  ] as const) {
    const refused = await runCommand(...set, part);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
  }
  expect(await json('mail', 'template', 'reset', 'welcome', '--readers', 'zh')).toEqual(shown);
});

describe('without a terminal', () => {
  test('a command that would stop keys changes nothing and lists the keys, unless --yes is given', async () => {
    await runCommand('admin', 'create', 'ann@contoso.example', '--role', 'Administrator');
    await runCommand('key', 'create', '--administrator', 'ann@contoso.example', '--name', 'Script');
    const refused = await runCommand('admin', 'remove', 'ann@contoso.example');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/stops this key:\nPREFIX [^]*Script[^]*--yes/);
    expect((await json('admin', 'list')).map((one: { email: string }) => one.email)).toContain('ann@contoso.example');
    const done = await runCommand('admin', 'remove', 'ann@contoso.example', '--yes');
    expect(done.code).toBe(0);
    expect(done.stderr).toContain('Script');
    expect((await json('admin', 'list')).map((one: { email: string }) => one.email)).not.toContain(
      'ann@contoso.example',
    );
  });
});

test('doctor exits with 1 while the organization has no valid key', async () => {
  const faults = async () => {
    const { code, stdout } = await runCommand('doctor', '--json');
    const found = JSON.parse(stdout).filter(({ status }: { status: string }) => status === 'fault');
    return { code, checks: found.map(({ check }: { check: string }) => check) };
  };
  expect(await faults()).toEqual({ code: 0, checks: [] });
  for (const { id } of await json('key', 'list')) await runCommand('key', 'revoke', id);
  expect(await faults()).toEqual({ code: 1, checks: ['keys'] });
});

describe('an administrator who receives no email', () => {
  test('is reported by doctor until admin set changes the address, and a further change is announced to that address', async () => {
    const findings = async (): Promise<{ check: string; detail: string }[]> => json('doctor');
    const unreachable = async () => (await findings()).filter(({ check }) => check === 'administrators');
    expect(await unreachable()).toMatchObject([
      { detail: expect.stringContaining('tanhua admin set EMAIL --email NEW') },
    ]);
    expect((await findings()).map(({ check }) => check)).toEqual(expect.arrayContaining(['mail server', 'mails']));
    const refused = await runCommand('admin', 'set', 'admin@localhost', '--email', 'nonsense');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('"nonsense" is not an email address')]);
    const changed = await json('admin', 'set', 'admin@localhost', '--email', 'it@contoso.example');
    expect(changed).toMatchObject({ email: 'it@contoso.example' });
    expect(await unreachable()).toEqual([]);
    expect(await json('admin', 'set', 'it@contoso.example', '--email', 'new@contoso.example')).toBeTruthy();
    const mails: { kind: string }[] = await json('mail', 'list');
    expect(mails.filter(({ kind }) => kind === 'address_change_notice')).toMatchObject([
      { recipient: 'it@contoso.example', state: 'waiting' },
    ]);
    const types = (await json('event', 'list')).map((event: { event_type: string }) => event.event_type);
    expect(types.slice(0, 3)).toEqual(['admin_update', 'mail_skipped', 'admin_update']);
    await json('admin', 'set', 'new@contoso.example', '--email', 'admin@localhost.example');
  });
});
