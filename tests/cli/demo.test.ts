import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../support/http-client.ts';
import { spawnCli, startCli } from '../support/start-server.ts';

test('the demo shows the same people in both directories after every change, and leaves no files or processes behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tanhua-demo-test-'));
  try {
    // At its end, the demo stops everything that it started.
    const { code, stdout, stderr } = await startCli(['demo', '--exit'], { TMPDIR: folder }, 'bundle');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Test Connection: the authorization was successful.');
    expect(stdout).toMatch(
      /The initial cycle took [\d.]+ s: \d+ created, \d+ managers and groups with members, \d+ skipped, 0 failed\./,
    );
    expect(stdout).toMatch(/Compared \d\d users and 5 groups, attribute by attribute: the two directories are equal\./);
    const moments = stdout.split('\n').filter((line) => /^ {2}\S.*\(\d+\.\d s\)$/.test(line));
    expect(moments).toHaveLength(7);
    const sides = stdout.split('\n').filter((line) => /^ {4}(name|title|department|active) /.test(line));
    expect(sides).toHaveLength(4 * moments.length);
    for (const line of sides) expect(line).toMatch(/ = \S/);
    expect(stdout).not.toContain('≠');
    // The output shows the name of the hired person in both directories.
    expect(sides.some((line) => /name +Mira Okonkwo-Lind += Mira Okonkwo-Lind/.test(line))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
    const port = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0] ?? '';
    await expect(fetch(`${port}/health`)).rejects.toThrow('fetch failed');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the demo ends with a link that signs in once, prints another one for each line, and runs until it is interrupted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tanhua-demo-test-'));
  const demo = spawnCli(['demo'], { TMPDIR: folder }, '\n', 'bundle');
  const links = () => [...demo.output().matchAll(/http:\/\/localhost:\d+\/console#code=[\w-]+/g)].map(String);
  await expect.poll(() => links().length).toBe(2);
  const statuses: number[] = [];
  for (const link of [...links(), links()[0] ?? '']) {
    const { origin, hash } = new URL(link);
    const answer = await call(`${origin}/api/auth/sign-in/code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: { code: hash.replace('#code=', '') },
    });
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([200, 200, 401]);
  // The pages that ask for a password can be used, too.
  const [, email, password] = /password of (\S+): (\S+)/.exec(demo.output()) ?? [];
  const signedIn = await call(`${new URL(links()[0] ?? '').origin}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: { email, password },
  });
  expect(signedIn.status).toBe(200);
  demo.kill('SIGTERM');
  expect(await demo.result).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
