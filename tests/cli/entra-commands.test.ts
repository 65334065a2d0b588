import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '#base/clock.ts';
import { entraCommand } from '#cli/commands/entra.ts';
import { openDatabase } from '#database/open-database.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'tanhua-entra-'));
  process.env['TANHUA_DATA_DIR'] = server.dataDir;
});
afterAll(async () => {
  delete process.env['TANHUA_DATA_DIR'];
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface CommandResult {
  readonly text: string;
  readonly code: number;
}

/** Runs a command in this process. Returns what it printed and the exit code of the process. */
async function run(...args: readonly string[]): Promise<CommandResult> {
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  try {
    await new Command()
      .addCommand(entraCommand())
      .exitOverride()
      .parseAsync(['entra', ...args], { from: 'user' });
    return { text: printed.join('\n'), code: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = 0;
    log.mockRestore();
    write.mockRestore();
  }
}

const entra = async (...args: readonly string[]) => (await run(...args)).text;
// oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
const json = async (...args: readonly string[]): Promise<any> => JSON.parse(await entra(...args, '--json'));

describe('without a tenant or an application', () => {
  test('a command that needs one names the command that creates it', async () => {
    for (const args of [
      ['cycle', 'run'],
      ['ondemand', 'ann@contoso.example'],
      ['log', 'list'],
    ]) {
      await expect(run(...args), args.join(' ')).rejects.toThrow('tanhua entra tenant create');
    }
    await entra('tenant', 'create', 'Contoso', '--domain', 'contoso.example');
    for (const args of [
      ['cycle', 'status'],
      ['ondemand', 'ann@contoso.example'],
      ['app', 'test'],
    ]) {
      await expect(run(...args), args.join(' ')).rejects.toThrow('tanhua entra app create');
    }
    expect(await entra('log', 'list')).toContain('tanhua entra cycle run');
    expect(await server.cli('entra', 'cycle', 'run')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('There is no application yet'),
    });
    expect(await server.cli('entra', 'cycle', 'restart', '--reset', 'Nothing')).toMatchObject({ code: 3 });
    expect(await server.cli('entra', 'cicle', 'run')).toMatchObject({ code: 2 });
  });
});

describe('with an application', () => {
  test('app test reports why the connection fails', async () => {
    await entra('app', 'create', 'Tanhua', '--url', `${server.scimUrl}/?aadOptscim062020`, '--scope', 'all');
    await entra('app', 'credentials', 'Tanhua', '--token', 'wrong');
    const refused = await run('app', 'test');
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('CredentialValidation') });
    await entra('app', 'credentials', 'Tanhua', '--token', server.key);
    expect(await run('app', 'test', 'tanhua')).toEqual({ code: 0, text: 'The authorization was successful.' });
    const shown = await json('app', 'test');
    expect(shown).toMatchObject({ ok: true, exchanges: [{ response: { status: 200 } }, {}] });
    expect(JSON.stringify(shown)).not.toContain(server.key);
    await expect(run('app', 'test', 'Other')).rejects.toMatchObject({ code: 'notFound' });
  });

  test('cycle run reports failures, and cycle compare finds equal directories once the failures are fixed', async () => {
    for (const [alias, nickname] of [
      ['ann', 'ann'],
      ['bob', 'bob@home'],
    ]) {
      const names = [`userPrincipalName=${alias}@contoso.example`, `displayName=${alias}`, `mailNickname=${nickname}`];
      await entra('user', 'create', ...names);
    }
    await entra('group', 'create', 'Staff');
    await entra('group', 'add-member', 'Staff', 'ann@contoso.example');
    const first = await run('cycle', 'run');
    expect(first).toMatchObject({ code: 1, text: expect.stringMatching(/^The initial cycle is complete/) });
    expect(first.text).toMatch(/created +2/);
    expect(await json('cycle', 'escrows')).toMatchObject([
      {
        errorCode: 'SystemForCrossDomainIdentityManagementBadRequest',
        stage: 'object',
        attempts: 1,
        reason: expect.stringContaining('mailNickname'),
      },
    ]);
    expect(await entra('cycle', 'escrows')).toMatch(/TYPE +SOURCEID +STAGE/);
    const different = await run('cycle', 'compare');
    expect(different).toMatchObject({ code: 1, text: expect.stringContaining('User bob@contoso.example is missing') });
    await entra('user', 'update', 'bob@contoso.example', 'mailNickname=bob');
    expect(await json('cycle', 'run')).toMatchObject({ kind: 'complete', cycle: { kind: 'incremental' } });
    const equal = await run('cycle', 'compare', 'Tanhua');
    expect(equal).toEqual({
      code: 0,
      text: '2 users and 1 groups compared; the target has 2 and 1.\nThe two directories are equal.',
    });
    expect(await entra('cycle', 'status')).toMatch(/schedule +Disabled, every 40 minutes/);
    expect(await json('cycle', 'status')).toMatchObject({ scheduleState: 'Disabled', status: { code: 'Active' } });
  });

  test('cycle start, pause, restart and allow-deletes change the job', async () => {
    await entra('app', 'set', 'Tanhua', 'interval=1h');
    expect(await entra('cycle', 'start')).toBe('Provisioning is on.');
    expect(await json('cycle', 'pause')).toMatchObject({ scheduleState: 'Paused', nextRunAt: null });
    await expect(run('cycle', 'restart', '--reset', 'Nothing')).rejects.toMatchObject({ code: 'usage' });
    expect(await json('cycle', 'restart', '--reset', 'watermark, Escrows')).toMatchObject({ watermark: null });
    expect(await json('cycle', 'allow-deletes')).toMatchObject({ settings: { AllowDeletesOnce: 'True' } });
    await entra('cycle', 'pause');
    // The server may have started a cycle before the pause. Waits for it, because the next tests change what that cycle would provision.
    expect(await json('cycle', 'run')).toMatchObject({ kind: 'complete' });
  });

  test('cycle run exits with code 1 on SIGTERM while it waits for another process', async () => {
    const { id } = await json('cycle', 'status');
    const database = openDatabase({ dataDir: server.dataDir, databaseUrl: undefined, databaseConnections: 1 });
    const name = `entra ${id}`;
    await acquireLease(database, { name, holder: 'another process', now: systemClock.now(), durationMs: 600_000 });
    const others = process.listeners('SIGTERM');
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      expect(text).toMatch(/^Waiting for another process, .* or crashed during one within the last 30 seconds\./);
      for (const stop of process.listeners('SIGTERM')) if (!others.includes(stop)) stop('SIGTERM');
      return true;
    });
    try {
      const text = 'The command was stopped before the next cycle began.';
      expect(await run('cycle', 'run')).toEqual({ code: 1, text });
      expect(write).toHaveBeenCalledTimes(1);
    } finally {
      write.mockRestore();
      await releaseLease(database, name, 'another process');
      await database.destroy();
    }
  });

  test('ondemand provisions a user or a member, and reports why an object was skipped or failed', async () => {
    await entra('user', 'create', 'userPrincipalName=cid@contoso.example', 'displayName=Cid', 'mailNickname=cid');
    const created = await run('ondemand', 'cid@contoso.example', '--wire');
    expect(created).toMatchObject({ code: 0, text: expect.stringContaining('Create: Success') });
    expect(created.text).toMatch(/✓ Import +Retrieved User/);
    expect(created.text).toContain('> POST /scim/v2/Users?aadOptscim062020');
    expect(created.text).not.toContain(server.key);
    expect(await json('ondemand', 'cid@contoso.example')).toMatchObject({
      key: { result: 'Skipped', details: { errorCode: 'RedundantExport' } },
    });
    await entra('user', 'update', 'cid@contoso.example', 'mailNickname=cid@home');
    const failed = await run('ondemand', 'cid@contoso.example');
    expect(failed).toMatchObject({ code: 1, text: expect.stringContaining('✗') });
    await entra('user', 'update', 'cid@contoso.example', 'mailNickname=cid');
    expect(await entra('ondemand', 'Staff', '--member', 'cid@contoso.example')).toMatch(/Skipped|Success/);
    await expect(run('ondemand', 'nobody')).rejects.toMatchObject({ code: 'notFound' });
    await expect(run('ondemand', 'Staff', '--member', 'Staff')).rejects.toMatchObject({ code: 'usage' });
    await entra('cycle', 'run');
  });

  test('log list, show and export print the entries of a user who could not be created', async () => {
    const failures = await json('log', 'list', '--status', 'failure', '--name', 'bob@contoso.example');
    expect(failures).toMatchObject([{ provisioningAction: 'create', provisioningStatusInfo: { status: 'failure' } }]);
    const table = await entra('log', 'list', '--action', 'create', '--app', 'Tanhua', '--limit', '5');
    expect(table).toMatch(/ID +TIME +TYPE +NAME +ACTION +STATUS +CODE/);
    const [{ id, changeId }] = failures;
    const shown = await entra('log', 'show', id);
    expect(shown).toMatch(/export: failure\. Failed to create User 'bob@contoso\.example'/);
    expect(shown).toContain('> Authorization: Bearer ********');
    expect(shown).toContain('mailNickname');
    expect(shown).not.toContain(server.key);
    expect(await json('log', 'show', changeId)).toMatchObject({ id, wire: { exchanges: [{}, {}] } });
    await expect(run('log', 'show', 'nothing')).rejects.toMatchObject({ code: 'notFound' });

    const { files } = await json('log', 'export', folder);
    const [logs, steps, changes] = await Promise.all(
      files.map(async (file: string) => parse(await readFile(file, 'utf8'), { columns: true })),
    );
    expect(files[0]).toBe(join(folder, 'ProvisioningLogs.csv'));
    const entry = logs.find((row: { readonly id: string }) => row.id === id);
    expect(entry).toMatchObject({ provisioningAction: 'create', 'sourceIdentity.displayName': 'bob@contoso.example' });
    const of = (rows: readonly { readonly changeId: string }[]) => rows.filter((row) => row.changeId === changeId);
    expect(of(steps).map((step) => ({ ...step }))).toContainEqual(
      expect.objectContaining({ provisioningStepType: 'export', status: 'failure' }),
    );
    expect(changes.length).toBeGreaterThan(5);
    const filter = "provisioningStatusInfo/status eq 'failure'";
    const exported = JSON.parse(await entra('log', 'export', '-', '--format', 'json', '--filter', filter));
    expect(exported).toHaveLength((await json('log', 'list', '--status', 'failure')).length);
    await entra('log', 'export', join(folder, 'logs.json'), '--format', 'json');
    expect(JSON.parse(await readFile(join(folder, 'logs.json'), 'utf8'))).toHaveLength(logs.length);
    await expect(run('log', 'export', folder, '--format', 'json')).rejects.toMatchObject({ code: 'usage' });
    await expect(run('log', 'export', '-', '--format', 'json', '--filter', 'x')).rejects.toMatchObject({
      code: 'invalidQuery',
    });
  });

  test('a target that rejects the token puts the job in quarantine', async () => {
    await entra('app', 'credentials', 'Tanhua', '--token', 'wrong');
    await expect(run('cycle', 'compare')).rejects.toMatchObject({ code: 'targetUnavailable' });
    const end = await run('cycle', 'run');
    expect(end).toMatchObject({ code: 1, text: expect.stringContaining('The job is in quarantine') });
    expect(await entra('cycle', 'status')).toMatch(/quarantine +EncounteredQuarantineException: /);
  });
});
