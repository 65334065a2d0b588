import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyDatabase, uncopiedTables } from '#database/copy-database.ts';
import { openSqlite } from '#database/sqlite/open-sqlite.ts';
import { skipWithout } from '../support/skip-without.ts';
import { runCli, startServer } from '../support/start-server.ts';
import {
  type PostgresCluster,
  startPostgres,
  TEST_ROLE,
  postgresUnavailableReason,
} from '../support/postgres-cluster.ts';

const USERS = 450;

describe.skipIf(skipWithout(postgresUnavailableReason()))('tanhua migrate copy', () => {
  let cluster: PostgresCluster;
  let folder: string;

  beforeAll(async () => {
    cluster = await startPostgres({ fsync: 'off' });
    folder = mkdtempSync(join(tmpdir(), 'tanhua-copy-'));
    for (const name of ['copied', 'occupied']) await cluster.administer(`create database ${name} owner ${TEST_ROLE}`);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('copies a directory to PostgreSQL and back without changing it, and refuses a target that is not empty', async () => {
    const url = cluster.urlOf('copied');
    const back = join(folder, 'back');
    const environment = { TANHUA_BOOTSTRAP_RULES: 'standard' };
    await using embedded = await startServer(environment);
    const headers = { authorization: `Bearer ${embedded.key}`, 'content-type': 'application/scim+json' };
    const send = async (base: string, method: string, path: string, body?: object) => {
      const answer = await fetch(`${base}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await answer.text();
      return text === '' ? undefined : JSON.parse(text);
    };
    const ids: string[] = [];
    for (let number = 0; number < USERS; number += 1) {
      const user = await send(embedded.scimUrl, 'POST', '/Users', {
        userName: `Åsa${number}@x.example`,
        displayName: '<b>"Å\u{1F600}"</b>',
        emails: [{ value: `mail${number}@x.example`, primary: true }],
      });
      ids.push(user.id);
    }
    const group = await send(embedded.scimUrl, 'POST', '/Groups', {
      displayName: 'Everybody',
      members: ids.map((value) => ({ value })),
    });
    await send(embedded.scimUrl, 'DELETE', `/Users/${ids[3]}`);
    await send(embedded.scimUrl, 'PATCH', `/Users/${ids[5]}`, {
      Operations: [{ op: 'replace', path: 'active', value: false }],
    });
    const pathsOf = [
      `/Users/${ids[5]}`,
      `/Groups/${group.id}`,
      '/Users?count=200&startIndex=200',
      '/Users?filter=active eq false',
    ];
    const before = await Promise.all(pathsOf.map((path) => send(embedded.scimUrl, 'GET', path)));
    // An entity tag depends on the URLs in the representation of the resource, so only the version number in the tag is compared.
    const normal = (value: unknown, base: string) =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(base, 'URL')
          .replaceAll(/W\/\\"(\d+)\.[\w-]+/g, 'W/\\"$1'),
      );

    const there = await embedded.cli('migrate', 'copy', '--to', url, '--json');
    expect(there.stderr).toContain(`comparing users: ${USERS} of ${USERS}`);
    expect(JSON.parse(there.stdout)).toMatchObject({ verified: true, rows: { users: USERS, memberships: USERS } });

    await using served = await startServer({ ...environment, TANHUA_DATABASE_URL: url });
    // The key, the users and the groups were copied, and the start created no new organization.
    expect(served.started).not.toHaveProperty('secretToken');
    for (const [index, path] of pathsOf.entries()) {
      expect(normal(await send(served.scimUrl, 'GET', path), served.url), path).toEqual(
        normal(before[index], embedded.url),
      );
    }
    // A new user is listed after the copied users.
    const next = await send(served.scimUrl, 'POST', '/Users', { userName: 'next@x.example' });
    const last = await send(served.scimUrl, 'GET', `/Users?startIndex=${USERS}&count=5`);
    expect(last.Resources.map((user: { id: string }) => user.id)).toEqual([next.id]);

    expect((await served.cli('migrate', 'copy', '--to', `sqlite:${back}`)).stdout).toContain('Every row was copied');
    await using returned = await startServer({ ...environment, TANHUA_DATA_DIR: back });
    expect(await send(returned.scimUrl, 'GET', `/Users/${next.id}?attributes=userName`)).toMatchObject({
      userName: 'next@x.example',
    });
    expect((await returned.cli('doctor')).code).toBe(0);

    const again = await embedded.cli('migrate', 'copy', '--to', url);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/The target is not empty: it has the organization "My organization"/);
  });

  test('rejects a source without a directory and a source that is not a supported URL', async () => {
    const nowhere = await runCli(['migrate', 'copy', '--from', `sqlite:${join(folder, 'none')}`, '--to', 'sqlite:x']);
    expect(nowhere).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no directory in') });
    const notUrl = await runCli(['migrate', 'copy', '--from', 'mysql://x', '--to', 'sqlite:x']);
    expect(notUrl).toMatchObject({ code: 2, stderr: expect.stringContaining('--from must be a URL') });
  });

  test('copies every table that is not listed in uncopiedTables', async () => {
    const database = openSqlite(join(folder, 'tables'), 'process');
    const target = openSqlite(join(folder, 'others'), 'process');
    const { migrate } = await import('#database/migrate.ts');
    await migrate(database);
    await migrate(target);
    const tables = (await database.introspection.getTables()).map((one) => one.name);
    const copied = Object.keys(await copyDatabase(database, target, () => undefined));
    expect([...copied, ...uncopiedTables].toSorted()).toEqual(tables.toSorted());
    await database.destroy();
    await target.destroy();
  });
});
