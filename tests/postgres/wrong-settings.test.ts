import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { sql } from 'kysely';
import {
  postgresUnavailableReason,
  freePort,
  startPostgres,
  TEST_ROLE,
  unprivilegedUser,
  type PostgresCluster,
} from '../support/postgres-cluster.ts';
import { skipWithout } from '../support/skip-without.ts';
import { runCli } from '../support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhua-settings-'));
const certificate = join(folder, 'server.crt');
let cluster: PostgresCluster;
/** A server that refuses TLS in the same way as a PostgreSQL server without TLS. */
let withoutTls: Server;

/** Starts a server that requires a password for the role and has a self-signed certificate. */
async function startStrictPostgres(): Promise<PostgresCluster> {
  const key = join(folder, 'server.key');
  const hba = join(folder, 'pg_hba.conf');
  execFileSync(
    'openssl',
    [
      'req',
      '-new',
      '-x509',
      '-days',
      '2',
      '-nodes',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  writeFileSync(
    hba,
    `host all postgres 127.0.0.1/32 trust\nhost all ${TEST_ROLE},rotated 127.0.0.1/32 scram-sha-256\n`,
  );
  const owner = unprivilegedUser();
  if (owner !== undefined) for (const path of [folder, key, certificate, hba]) chownSync(path, owner.uid, owner.gid);
  return await startPostgres({ ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key, hba_file: hba, fsync: 'off' });
}

describe.skipIf(skipWithout(postgresUnavailableReason()))('TANHUA_DATABASE_URL', () => {
  beforeAll(async () => {
    cluster = await startStrictPostgres();
    await cluster.administer(`alter role ${TEST_ROLE} password 'right'`);
    await cluster.administer(`create database good owner ${TEST_ROLE}`);
    await cluster.administer('create database foreigner');
    await cluster.administer(
      `create database latin owner ${TEST_ROLE} encoding 'LATIN1' locale 'C' template template0`,
    );
    withoutTls = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('N'));
    });
    await new Promise<void>((resolve) => withoutTls.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    withoutTls.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const urlOf = (database: string, password = 'right', port = cluster.port) =>
    `postgres://${TEST_ROLE}:${password}@127.0.0.1:${port}/${database}`;
  const portWithoutTls = () => (withoutTls.address() as AddressInfo).port;

  test.for<[string, () => string | Promise<string>, RegExp]>([
    [
      'a wrong password',
      () => urlOf('good', 'wrong'),
      /:\d+\/good, which refuses .*password authentication failed.*: correct the password in the URL\.$/,
    ],
    [
      'a database that does not exist',
      () => urlOf('nowhere'),
      /database "nowhere" does not exist\): .*create database NAME owner ROLE/,
    ],
    [
      'a port where nothing listens',
      async () => urlOf('good', 'right', await freePort()),
      /accepted no connection within 5 seconds \(connect ECONNREFUSED 127\.0\.0\.1:\d+\): start PostgreSQL there/,
    ],
    [
      'a database with an encoding other than UTF-8',
      () => urlOf('latin'),
      /encoding LATIN1: create one with "create database NAME owner ROLE encoding 'UTF8'/,
    ],
    [
      'a database that belongs to another role',
      () => urlOf('foreigner'),
      /permission denied for schema public; make the role of TANHUA_DATABASE_URL .*alter database NAME owner to ROLE/,
    ],
    [
      'a certificate of an unknown authority',
      () => `${urlOf('good')}?sslmode=verify-full`,
      /not secure \(self-signed certificate.*\): .*sslrootcert=\/path\/ca\.pem/,
    ],
    [
      'a missing certificate file of the authority',
      () => `${urlOf('good')}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`,
      /cannot be read \(ENOENT.*\/nowhere\/ca\.pem'\): correct sslrootcert/,
    ],
    [
      'a server without TLS',
      () => `${urlOf('good', 'right', portWithoutTls())}?sslmode=verify-full`,
      /does not support SSL connections\): turn on TLS at the server \(ssl = on\)/,
    ],
    [
      'a mistyped sslmode',
      () => `${urlOf('good')}?sslmode=verify_full`,
      /sslmode=verify_full, which is not one of disable, prefer, require, verify-ca, verify-full/,
    ],
  ])(
    'with %s makes commands fail with one sentence that names the variable, the cause and the remedy',
    async ([, url, sentence]) => {
      const environment = { TANHUA_DATABASE_URL: await url(), TANHUA_DATA_DIR: join(folder, 'data'), TANHUA_PORT: '0' };
      for (const command of ['start', 'migrate']) {
        const { code, stderr } = await runCli([command], environment);
        expect(stderr.trimEnd(), command).toMatch(sentence);
        expect(stderr.trimEnd().split('\n'), command).toHaveLength(1);
        expect(stderr).toContain('TANHUA_DATABASE_URL');
        expect(stderr).not.toMatch(/right|wrong@/);
        expect(code).toBeGreaterThan(0);
      }
    },
  );

  test('with the certificate of the authority in sslrootcert allows a connection over verified TLS', async () => {
    const url = `${urlOf('good')}?sslmode=verify-full&sslrootcert=${certificate}`;
    expect(await runCli(['migrate'], { TANHUA_DATABASE_URL: url })).toMatchObject({ code: 0, stderr: '' });
  });

  test('with a password that is changed while the server runs causes an outage, and only the operator sees the role', async () => {
    await cluster.administer(`create role rotated login password 'first'`);
    await cluster.administer('create database rotation owner rotated');
    const url = `postgres://rotated:first@127.0.0.1:${cluster.port}/rotation`;
    await using database = openPostgres({ url, connectionsMax: 2 });
    await sql`select 1`.execute(database);
    await cluster.administer(`alter role rotated password 'second'`);
    await cluster.administer(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rotated'`);
    const refusal = async () => {
      const error = await sql`insert into nothing values (1)`.execute(database).catch((thrown: unknown) => thrown);
      if (!(error instanceof AppError)) throw error;
      expect(error).toMatchObject({ code: 'unavailable', isOutage: true });
      expect(error.message).not.toMatch(/rotated|TANHUA/);
      return error.operatorText;
    };
    // The first statements can still be sent on the connection that the server is ending.
    await expect.poll(refusal).toContain('password authentication failed for user "rotated"');
  });
});
