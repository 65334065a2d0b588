import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSecretBox, loadSecretKey } from '#base/secret-box.ts';
import { readConfig } from '#base/config.ts';
import { entraAppCommand } from '#cli/commands/entra-app.ts';
import { entraGroupCommand } from '#cli/commands/entra-group.ts';
import { entraMappingCommand } from '#cli/commands/entra-mapping.ts';
import { entraOndemandCommand } from '#cli/commands/entra-ondemand.ts';
import { openSession } from '#cli/session.ts';
import { findApplication } from '#entra/application/application-store.ts';
import { openSecrets } from '#entra/application/applications.ts';
import { findJobOfApplication, updateJob } from '#entra/application/job-store.ts';
import { createSourceGroup } from '#entra/source/source-groups.ts';
import { createSourceUser } from '#entra/source/source-users.ts';
import { createTenant } from '#entra/source/tenants.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const URL = 'https://directory.example/scim/v2/?aadOptscim062020';
let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
  process.env['TANHUA_DATA_DIR'] = server.dataDir;
  await using session = await openSession();
  const tenant = await createTenant(session.deps, session.organization.id, { name: 'Contoso' });
  await createSourceUser(session.deps, tenant, { userPrincipalName: 'ada@contoso.example', displayName: 'Ada' });
  for (const displayName of ['Team', 'Twins', 'Twins']) await createSourceGroup(session.deps, tenant, { displayName });
});
afterAll(async () => {
  delete process.env['TANHUA_DATA_DIR'];
  await server[Symbol.asyncDispose]();
});

const commands = [entraAppCommand, entraMappingCommand, entraGroupCommand, entraOndemandCommand];

/** Runs a command in this process and returns what it printed. */
async function entra(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  const command = new Command('entra');
  for (const create of commands) command.addCommand(create());
  try {
    await command.exitOverride().parseAsync([...args], { from: 'user' });
  } finally {
    log.mockRestore();
    write.mockRestore();
  }
  return printed.join('\n');
}

const json = async (...args: readonly string[]): Promise<unknown> => JSON.parse(await entra(...args, '--json'));

/** Returns the stored application "Directory" and its job. */
async function storedApplication() {
  await using session = await openSession();
  const tenant = await session.deps.database.selectFrom('entra_tenants').select('id').executeTakeFirstOrThrow();
  const application = await findApplication(session.deps.database, tenant.id, 'Directory');
  const job = application && (await findJobOfApplication(session.deps.database, application.id));
  if (application === undefined || job === undefined) throw new Error('there is no application');
  return { application, job };
}

async function setWatermark(watermark: number): Promise<void> {
  const { job } = await storedApplication();
  await using session = await openSession();
  await updateJob(session.deps.database, job.id, { watermark });
}

describe('tanhua entra app', () => {
  test('create saves the token, and create, list and show never print it', async () => {
    await expect(entra('app', 'show')).rejects.toThrow('Create one: tanhua entra app create');
    await expect(entra('app', 'create', 'Directory', '--url', URL, '--token', 'with\nbreak')).rejects.toMatchObject({
      code: 'invalidValue',
    });
    expect(await entra('app', 'list')).toContain('There are no applications');
    const created = await entra(
      'app',
      'create',
      'Directory',
      '--url',
      URL,
      '--token',
      'tnh_secret',
      '--interval',
      '30s',
    );
    expect(created).toContain('tanhua entra app assign');
    const shown = [
      created,
      await entra('app', 'list'),
      await entra('app', 'show'),
      await entra('app', 'show', '--json'),
    ];
    for (const text of shown) {
      expect(text).toContain('Directory');
      expect(text).not.toMatch(/tnh_secret|sealed|v1\./i);
    }
    expect(await json('app', 'show')).toMatchObject({
      displayName: 'Directory',
      hasCredentials: true,
      job: { interval: 'PT30S', scheduleState: 'Disabled', status: 'NotRun' },
      assignments: [],
    });
    const { application } = await storedApplication();
    const box = createSecretBox(loadSecretKey(readConfig()));
    expect(openSecrets(box, application)).toEqual({ secretToken: 'tnh_secret' });
    await expect(entra('app', 'create', 'directory', '--url', URL)).rejects.toMatchObject({ code: 'conflict' });
    await expect(entra('app', 'create', 'Other', '--url', URL, '--preset', 'okta')).rejects.toThrow(
      /must be "entra" or "guide"/,
    );
  });

  test('set deletes the token if the URL changes to another host, and reports and records the deletion', async () => {
    const moved = 'tenantUrl=https://elsewhere.example/scim';
    const same = await entra('app', 'set', 'Directory', 'tenantUrl=https://directory.example/other');
    expect(same).not.toContain('deleted');
    expect(await entra('app', 'set', 'Directory', moved)).toMatch(
      /SecretToken was deleted because .* changed: enter it again\.\n {2}tanhua entra app credentials "Directory" --token -/,
    );
    const { application } = await storedApplication();
    expect(application).toMatchObject({ sealedSecrets: null, secretsNeeded: ['secretToken'] });
    const { stdout } = await server.cli('event', 'list', '--json');
    expect(stdout).toContain('application_update');
    expect(stdout.replaceAll(/\s/g, '')).toContain('{"field":"SecretToken","from":"*****","to":null}');
    await entra('app', 'set', 'Directory', `tenantUrl=${URL}`);
    await entra('app', 'credentials', 'Directory', '--token', 'tnh_secret');
    expect((await storedApplication()).application.secretsNeeded).toEqual([]);
    expect(await json('app', 'set', 'Directory', moved)).toMatchObject({ deletedSecrets: ['SecretToken'] });
    await entra('app', 'set', 'Directory', `tenantUrl=${URL}`);
    await entra('app', 'credentials', 'Directory', '--token', 'tnh_secret');
  });

  test('set, credentials and faults change settings, print the consequences, and reject invalid values', async () => {
    const changed = await json('app', 'set', 'Directory', 'concurrency=4', 'notificationEmail=ops@contoso.example');
    expect(changed).toMatchObject({
      settings: { concurrency: 4, notificationEmail: 'ops@contoso.example' },
      consequence: 'none',
    });
    expect(await entra('app', 'set', 'Directory', 'notificationEmail=none', 'interval=1h')).toContain(
      'No user or group has to',
    );
    const all = await entra('app', 'set', 'Directory', 'scope=all');
    expect(all).toContain('The next cycle evaluates every user');
    expect(all).toMatch(/^Changed scope from assigned to all\.$/m);
    expect(await entra('app', 'set', 'Directory', 'scope=assigned')).toContain('after a restart of the job');
    await expect(entra('app', 'set', 'Directory', 'concurency=4')).rejects.toThrow('"concurrency" was probably meant');
    await expect(entra('app', 'set', 'Directory', 'concurrency=many')).rejects.toThrow(/whole number from 1 to 64/);
    await expect(entra('app', 'set', 'Directory', 'interval=soon')).rejects.toThrow(/PT40M, 40m, 30s or 1h/);
    await expect(entra('app', 'set', 'Directory', 'scope')).rejects.toThrow(/not NAME=VALUE/);

    const id = ['--oauth-client-id', 'client'];
    await expect(entra('app', 'credentials', 'Directory', ...id)).rejects.toMatchObject({ code: 'usage' });
    await expect(entra('app', 'credentials', 'Directory')).rejects.toMatchObject({ code: 'usage' });
    const oauth = [...id, '--oauth-client-secret', 's3cret', '--oauth-token-url', 'https://x.example/token'];
    expect(await entra('app', 'credentials', 'Directory', ...oauth)).not.toContain('s3cret');
    expect((await storedApplication()).application.settings.authentication).toBe('OAuth2ClientCredentialsGrant');

    expect(await json('app', 'faults', 'Directory', 'dropEvery=3', 'throttle=16/50', 'switchIsNull=on')).toMatchObject({
      dropEvery: 3,
      throttle: { bytes: 16, pauseMs: 50 },
      switchIsNull: true,
    });
    await expect(entra('app', 'faults', 'Directory', 'throttle=fast')).rejects.toMatchObject({ code: 'invalidValue' });
    expect(await json('app', 'faults', 'Directory', 'off')).toMatchObject({ dropEvery: 0, throttle: null });
  });

  test('assign and unassign change assignments, and reject unknown and ambiguous names', async () => {
    expect(await entra('app', 'assign', 'Directory', 'user', 'ADA@contoso.example')).toMatch(/^Assigned ADA/);
    expect(await entra('app', 'assign', 'Directory', 'user', 'ada@contoso.example')).toMatch(/^Already assigned/);
    expect(await json('app', 'assign', 'Directory', 'group', 'team', '--role', 'Admin')).toMatchObject({
      principalType: 'Group',
      roleValue: 'Admin',
      isNew: true,
    });
    await expect(entra('app', 'assign', 'Directory', 'group', 'Twins')).rejects.toThrow(/Several groups are called/);
    for (const args of [
      ['ondemand', 'twins'],
      ['ondemand', 'Team', '--member', 'Twins'],
      ['group', 'show', 'Twins'],
      ['group', 'rule', 'Twins'],
      ['group', 'delete', 'Twins'],
      ['group', 'add-member', 'Twins', 'ada@contoso.example'],
      ['group', 'remove-member', 'Team', 'Twins'],
      ['app', 'unassign', 'Directory', 'group', 'Twins'],
    ]) {
      // The error lists the ids of the groups with this name.
      await expect(entra(...args), args.join(' ')).rejects.toThrow(/Several groups[^]*one of them: [^,]{36}, .{36}\./);
    }
    await expect(entra('app', 'assign', 'Directory', 'user', 'bob')).rejects.toMatchObject({ code: 'notFound' });
    await expect(entra('app', 'assign', 'Directory', 'device', 'x')).rejects.toThrow(/neither "user" nor "group"/);
    expect(await entra('app', 'show')).toMatch(/Group +\S+ +Admin/);
    expect(await entra('app', 'unassign', 'Directory', 'group', 'Team')).toContain('no longer assigned');
    await expect(entra('app', 'unassign', 'Directory', 'group', 'Team')).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('tanhua entra mapping', () => {
  test('set and remove change the table that show prints, and reset the watermark', async () => {
    await setWatermark(7);
    expect(await entra('mapping', 'show')).toMatch(/userName +Direct +mailNickname +1 +- +always/);
    expect(await entra('mapping', 'show', '--groups')).toMatch(/members +Direct +members/);
    expect((await storedApplication()).job.watermark).toBe(7);

    const nickname = ['mapping', 'set', 'nickName', '--expression', 'ToLower([givenName])', '--default', 'x'];
    expect(await entra(...nickname, '--apply', 'create')).toContain('links are kept');
    expect((await storedApplication()).job.watermark).toBeNull();
    expect(await entra('mapping', 'show')).toMatch(/nickName +Expression +ToLower\(\[givenName\]\) +- +x +create/);
    expect(await entra(...nickname, '--apply', 'create')).toContain('Nothing changed');
    await expect(entra('mapping', 'set', 'title', '--source', 'jobTitel')).rejects.toThrow(
      /"jobTitle" was probably meant/,
    );
    await expect(entra('mapping', 'set', 'title', '--source', 'city', '--none')).rejects.toThrow(/one source/);
    await expect(entra('mapping', 'set', 'title', '--match', 'first')).rejects.toMatchObject({ code: 'usage' });
    await expect(entra('mapping', 'set', 'title', '--apply', 'never')).rejects.toMatchObject({ code: 'usage' });
    expect(await entra('mapping', 'set', 'externalId', '--match', '2')).toContain('externalId is mapped');
    expect(await entra('mapping', 'remove', 'nickName')).toContain('no longer mapped');
    await expect(entra('mapping', 'remove', 'nickName')).rejects.toMatchObject({ code: 'notFound' });
  });

  test('actions, scope and attribute change the mapping, and reject invalid values', async () => {
    expect(await entra('mapping', 'actions', 'create,update')).toContain('Actions of User: create, update');
    expect(await entra('mapping', 'show')).toContain('Add, Update\n');
    expect(await entra('mapping', 'actions', 'off', '--groups')).toContain('disabled');
    await expect(entra('mapping', 'actions', 'upsert')).rejects.toMatchObject({ code: 'usage' });
    await expect(entra('mapping', 'actions', 'off')).rejects.toThrow(/cannot be disabled/);

    const clauses = ['department EQUALS Sales and more', 'accountEnabled is true', 'employeeId Greater_Than 10'];
    expect(await entra('mapping', 'scope', 'add', 'Sales', ...clauses)).toContain('Added the filter');
    await expect(entra('mapping', 'scope', 'add', 'Sales', 'city IS NULL')).rejects.toMatchObject({ code: 'conflict' });
    await expect(entra('mapping', 'scope', 'add', 'x', 'city LIKE x')).rejects.toThrow(/The operators are EQUALS/);
    await expect(entra('mapping', 'scope', 'add', 'x', 'cty EQUALS x')).rejects.toThrow(/"city" was probably meant/);
    expect(await json('mapping', 'scope', 'list')).toEqual([
      {
        title: 'Sales',
        clauses: 'department EQUALS Sales and more and accountEnabled IS TRUE and employeeId GREATER_THAN 10',
      },
    ]);
    expect(await entra('mapping', 'scope', 'remove', 'Sales')).toContain('Removed');
    await expect(entra('mapping', 'scope', 'remove', 'Sales')).rejects.toMatchObject({ code: 'notFound' });

    const own = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:badge';
    expect(await entra('mapping', 'attribute', 'add', own, '--type', 'integer', '--required')).toContain(own);
    expect(await json('mapping', 'attribute', 'list', '--own')).toEqual([
      { name: own, type: 'Integer', multivalued: false, required: true, caseExact: false },
    ]);
    await entra('mapping', 'set', own, '--source', 'employeeId');
    await expect(entra('mapping', 'attribute', 'remove', own)).rejects.toThrow(/which the target does not have/);
    await entra('mapping', 'remove', own);
    await entra('mapping', 'attribute', 'remove', own);
    await expect(entra('mapping', 'attribute', 'add', 'badge')).rejects.toThrow(/is not a SCIM attribute/);
  });

  test('import restores an exported mapping after a preset replaced it', async () => {
    const file = join(server.dataDir, 'schema.json');
    await entra('mapping', 'export', file);
    const exported: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(JSON.parse(await entra('mapping', 'export', '-'))).toEqual(exported);
    expect(await entra('mapping', 'import', file)).toContain('Nothing changed');
    await entra('mapping', 'preset', 'entra');
    expect(await entra('mapping', 'show')).toMatch(/userName +Direct +userPrincipalName +1/);
    expect(await entra('mapping', 'import', file)).toContain('was replaced');
    expect(JSON.parse(await entra('mapping', 'export', '-'))).toEqual(exported);
    await writeFile(file, '{');
    await expect(entra('mapping', 'import', file)).rejects.toThrow(/is not JSON/);
    await expect(entra('mapping', 'import', join(server.dataDir, 'none'))).rejects.toMatchObject({ code: 'usage' });
  });

  test('requires the name or id of an application if there are several', async () => {
    await entra('app', 'create', 'Second', '--url', URL);
    await expect(entra('mapping', 'show')).rejects.toThrow(/Several|several applications: choose one with --app/);
    expect(await entra('mapping', 'show', '--app', 'second')).toContain('(Second)');
    const { id } = (await json('app', 'show', 'Second')) as { readonly id: string };
    for (const name of ['SECOND', id]) expect(await entra('mapping', 'show', name)).toContain('(Second)');
    await expect(entra('mapping', 'show', 'Third')).rejects.toThrow(/The applications are: "Directory", "Second"/);
    expect(await entra('app', 'delete', 'Second')).toContain('Deleted Second');
    expect(await json('app', 'list')).toHaveLength(1);
  });
});
