import { randomBytes } from 'node:crypto';
import pg from 'pg';

export const TEMPLATE_DATABASE = 'tanhua_template';
/** Connections of a test to its database. */
export const CONNECTIONS_MAX = 10;

/** A new database on the server of the tests; `template` false makes an empty one. */
export async function copyOfTemplate(
  template = true,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `tanhua_${randomBytes(8).toString('hex')}`;
  const source = template ? `template ${TEMPLATE_DATABASE}` : 'template template0';
  await administer(`create database ${name} owner tanhua ${source} strategy file_copy`);
  return {
    url: `postgres://tanhua@127.0.0.1:${portOfServer()}/${name}`,
    drop: () => administer(`drop database ${name} with (force)`),
  };
}

export function portOfServer(): number {
  return Number(settingOf('TEST_POSTGRES_PORT'));
}

/** What the global set-up of the project left for its tests. */
export function settingOf(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is missing: vitest.config.ts sets it up for tests that open a database. The project "unit" is for the others; select-tests.ts finds them by their imports.`,
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
