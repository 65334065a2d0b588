import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '#conformance/report.ts';
import { scimClient } from '../support/http-client.ts';
import type { CommandResult } from '../support/in-process.ts';
import { runCli, startServer } from '../support/start-server.ts';
import { startBrokenServer } from './broken-server.ts';
import { readJunit } from './read-junit.ts';

/** The minimum number of checks, so that this test fails if a section of checks is lost. */
const CHECKS_MIN = 440;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tanhua-junit-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function failedLines({ stdout }: CommandResult): readonly string[] {
  return stdout.split('\n').filter((line) => /^ {2}(FAIL|warn|skip|left) /.test(line));
}

describe.each(['standard', 'strict'] as const)('this server with the %s rules', (rules) => {
  test('passes every check, skips none, and keeps its existing resources unchanged', async () => {
    await using server = await startServer({ TANHUA_BOOTSTRAP_RULES: rules });
    const client = scimClient(server.scimUrl, server.key);
    const body = { userName: 'resident', emails: [{ type: 'work', value: 'resident@contoso.example' }] };
    const before = (await client.post('/Users', body)).body;
    const file = join(folder, `${rules}.xml`);

    const result = await runCli(['conformance', '--url', server.scimUrl, '--token', server.key, '--junit', file]);

    expect(failedLines(result), result.stdout).toEqual([]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const passed = Number(/^Total +(\d+) passed$/m.exec(result.stdout)?.[1]);
    expect(passed).toBeGreaterThanOrEqual(CHECKS_MIN);
    expect(readJunit(await readFile(file, 'utf8'))).toMatchObject({
      tests: passed,
      failures: 0,
      skipped: 0,
      cases: passed,
    });

    expect((await client.get('/Users')).body).toMatchObject({ totalResults: 1, Resources: [before] });
    expect((await client.get('/Groups')).body.totalResults).toBe(0);
  });
});

test('tanhua conformance --users-only creates no groups and reports the checks that it leaves out', async () => {
  await using server = await startServer();
  const requested = new Set<string>();
  await using watched = await startBrokenServer(server.scimUrl, async (request, forward) => {
    requested.add(`${request.method} ${request.path.split('/', 2).join('/')}`);
    return await forward(request);
  });
  const args = ['--url', watched.scimUrl, '--token', server.key, '--users-only', '--json'];
  const result = await runCli(['conformance', ...args]);
  expect(result.code, result.stdout).toBe(0);
  const report: Report = JSON.parse(result.stdout);
  const leftOut = report.results.filter(({ verdict }) => verdict === 'leftOut');
  expect(leftOut.length).toBeGreaterThan(40);
  expect(leftOut.every(({ reason }) => reason === 'excluded by --users-only')).toBe(true);
  expect(requested).toContain('POST /Users');
  // Only the cleanup sends a request about groups: it searches for groups that the run may have left.
  expect([...requested].filter((one) => one.includes('Groups'))).toEqual(['GET /Groups']);
});
