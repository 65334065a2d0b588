import { randomBytes } from 'node:crypto';
import pg from 'pg';

export const TEMPLATE_DATABASE = 'tanhua_template';
/** The maximum number of connections of a test to its database. */
export const CONNECTIONS_MAX = 10;

/** Creates a database on the server of the tests: a copy of the migrated template, or an empty database if `template` is false. */
export async function copyOfTemplate(
  template = true,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `tanhua_${randomBytes(8).toString('hex')}`;
  const source = template ? `template ${TEMPLATE_DATABASE}` : 'template template0';
  await administer(`create database ${name} owner tanhua ${source} strategy file_copy`);
  return {
    url: urlOnServer(name),
    drop: () => administer(`drop database ${name} with (force)`),
  };
}

/** Returns the URL of a database on the server that postgres-setup.ts has started. */
export function urlOnServer(name: string): string {
  return `postgres://tanhua@127.0.0.1:${portOfServer()}/${name}`;
}

export function portOfServer(): number {
  return Number(settingOf('TEST_POSTGRES_PORT'));
}

/** Returns the URL with which a program on this machine connects over the Unix-domain socket of the server instead of TCP. */
export function overSocket(url: string): string {
  return `${url}?host=${encodeURIComponent(settingOf('TEST_POSTGRES_SOCKETS'))}`;
}

/** Returns an environment variable that the global setup of the project has set. Throws an error if it is missing. */
export function settingOf(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is missing. Only the projects of vitest.config.ts for tests that open a database set it, and the project "unit" does not. tests/support/select-tests.ts assigns tests to projects by their imports.`,
    );
  }
  return value;
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port: portOfServer(), user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
