import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scimClient } from '../support/http-client.ts';
import { programArguments } from '../support/program.ts';
import { endWithFile } from '../support/child-process.ts';
import { runCli, startServer, type RunningServer } from '../support/start-server.ts';
import { alterAnswer, startBrokenServer } from './broken-server.ts';
import { readJunit } from './read-junit.ts';

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'tanhua-conformance-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const conformance = (url: string, token: string, ...args: readonly string[]) =>
  runCli(['conformance', '--url', url, '--token', token, ...args]);

async function listen(page: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((_request, response) => response.end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('tanhua conformance exits with code 1 if the server violates the standard, and reports each failure', async () => {
  const fault = alterAnswer(({ status }) => (status === 201 ? { status: 200 } : {}));
  await using broken = await startBrokenServer(server.scimUrl, fault);
  const file = join(folder, 'broken.xml');
  const result = await conformance(broken.scimUrl, server.key, '--junit', file);
  expect(result.code).toBe(1);
  expect(result.stdout).toContain('RFC 7644 §3.3: Creating a user returns 201. (MUST)');
  expect(result.stdout).toMatch(/expected +HTTP status: 201/);
  expect(result.stdout).toContain(`POST ${broken.scimUrl}/Users`);
  expect(result.stdout).not.toContain(server.key);
  expect(result.stdout).not.toContain('\u001b[');
  const figures = readJunit(await readFile(file, 'utf8'));
  const [, failed] = /^Total .* (\d+) failed/m.exec(result.stdout) ?? [];
  expect(figures).toMatchObject({ failures: Number(failed), cases: figures.tests });
  expect(figures.failureTexts).toHaveLength(Number(failed));
});

describe('tanhua conformance exits with code 2 and a message that names the problem', () => {
  test('if the server cannot be reached', async () => {
    const { server: closed, url } = await listen('');
    await new Promise((resolve) => closed.close(resolve));
    const result = await conformance(url, server.key);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('ECONNREFUSED');
    expect(result.stderr).toContain('base URL');
  });

  test('if the server does not accept the token', async () => {
    const result = await conformance(server.scimUrl, 'not-a-token');
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('401, so the server does not accept the token');
  });

  test('if the URL is not the base URL of a SCIM server', async () => {
    const { server: pages, url } = await listen('<h1>Hello</h1>');
    const result = await conformance(url, server.key);
    pages.close();
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('not the base URL of a SCIM server');
    expect((await conformance(`${server.url}/elsewhere`, server.key)).stderr).toContain('404');
  });

  test.for([
    [['--url', 'ftp://server.example']],
    [['--url', 'server']],
    [['--timeout', '0']],
    [['--timeout', '601']],
    [['--junit', '/no/such/folder/report.xml']],
  ] as const)('if an option has an invalid value: %j', async ([args]) => {
    const result = await conformance(server.scimUrl, server.key, ...args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(args[0]);
  });
});

test('tanhua conformance reads the token from standard input and accepts a Tenant URL with the aadOptscim062020 flag', async () => {
  const url = `${server.scimUrl}/?aadOptscim062020`;
  const child = endWithFile(
    spawn(
      process.execPath,
      [...programArguments(), 'conformance', '--url', url, '--token', '-', '--json', '--timeout', '600'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    ),
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stdin.end(`${server.key}\n`);
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ url: server.scimUrl, ended: 'complete', leftBehind: [] });
});

test('Ctrl-C ends a conformance run, which deletes the resources that it created', async () => {
  const child = endWithFile(
    spawn(process.execPath, [...programArguments(), 'conformance', '--url', server.scimUrl, '--token', server.key], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let stdout = '';
  let interrupted = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (interrupted || !stdout.includes('filter.eq ')) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  await once(child, 'close');
  expect(child.exitCode).toBe(2);
  expect(stdout).toContain('The run was stopped before it finished.');
  expect(stdout).toContain('Everything that the run created has been deleted.');
  const client = scimClient(server.scimUrl, server.key);
  expect((await client.get('/Users')).body.totalResults).toBe(0);
  expect((await client.get('/Groups')).body.totalResults).toBe(0);
});
