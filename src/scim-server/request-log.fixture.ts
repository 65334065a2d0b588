import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { engineOf } from '#database/engine.ts';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { readDetail } from '#request-log/shown-request.ts';
import type { TestScimServer } from './scim-server.fixture.ts';

/** An organization with an integration on the server of a test, and the credential of the integration. */
export interface LoggedOrganization {
  readonly organizationId: string;
  readonly integrationId: string;
  readonly key: string;
  readonly send: TestScimServer['send'];
}

/** Creates an organization with settings of the request log, and a key, which can be one that an administrator chose. */
export async function newLoggedOrganization(
  { directory, send }: TestScimServer,
  settings: Partial<Settings>,
  key: string = newApiKey(),
): Promise<LoggedOrganization> {
  const { deps, newCaller } = directory;
  const { origin } = await newCaller('Contoso');
  const { organizationId } = origin;
  const integrationId = origin.integration?.id ?? '';
  await updateSettings(deps.database, organizationId, {
    ...(await findSettings(deps.database, organizationId)),
    ...settings,
  });
  await insertApiKey(deps.database, deps.clock, {
    organizationId,
    owner: { kind: 'integration', integrationId },
    name: 'test',
    key,
    expiresAt: null,
  });
  const ownSend: TestScimServer['send'] = async (method, path, body, headers) =>
    await send(method, path, body, { authorization: `Bearer ${key}`, ...headers });
  return { organizationId, integrationId, key, send: ownSend };
}

/** Returns the requests of an organization that are in the database, oldest first. Counted ones are there once the server is closed. */
export async function loggedRequests({ directory }: TestScimServer, organizationId: string) {
  const rows = await directory.deps.database
    .selectFrom('requests')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => ({
    ...row,
    count: Number(row.count),
    detail: row.detail === null ? null : readDetail(row.detail),
  }));
}

/** Sends the request of a curl command of the request log, with the key of an organization. */
export async function sendCurl({ app }: TestScimServer, { key }: LoggedOrganization, curl: string) {
  const [first = '', ...options] = curl.split(' \\\n  ');
  const [, method = '', address = ''] = /^curl -X (\w+) (.*)$/.exec(first) ?? [];
  const valuesOf = (option: string) =>
    options.filter((one) => one.startsWith(`${option} '`)).map((one) => unquoted(one.slice(option.length + 1)));
  const headers = Object.fromEntries(valuesOf('-H').map((header) => header.split(': ', 2)));
  const [payload] = valuesOf('--data-raw');
  const answer = await app.inject({
    method: method as 'POST',
    url: new URL(unquoted(address)).href,
    headers: { ...headers, authorization: `Bearer ${key}` },
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
}

function unquoted(word: string): string {
  return word.slice(1, -1).replaceAll(String.raw`'\''`, "'");
}

/**
 * Returns `table.column: text` for every value of the database that contains one of the texts, in any letter case, or in percent escapes or
 * escapes of JSON; on SQLite also the files of the database that contain one, with their free pages and the write-ahead log.
 */
export async function placesOf({ directory }: TestScimServer, texts: readonly string[]): Promise<readonly string[]> {
  const { database } = directory.deps;
  const places: string[] = [];
  const wanted = texts.map((text) => text.toLowerCase());
  const note = (place: string, stored: string) => {
    const forms = [stored, withoutEscapes(stored)].map((form) => form.toLowerCase());
    for (const text of wanted) if (forms.some((form) => form.includes(text))) places.push(`${place}: ${text}`);
  };
  for (const { name } of await database.introspection.getTables()) {
    const { rows } = await sql<Readonly<Record<string, unknown>>>`select * from ${sql.table(name)}`.execute(database);
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        note(`${name}.${column}`, Buffer.isBuffer(value) ? value.toString('latin1') : String(JSON.stringify(value)));
      }
    }
  }
  if (engineOf(database).name === 'sqlite') {
    const { rows } = await sql<{ file: string }>`pragma database_list`.execute(database);
    const [{ file } = { file: '' }] = rows;
    for (const name of readdirSync(dirname(file))) note(name, readFileSync(join(dirname(file), name), 'latin1'));
  }
  return places;
}

/** Returns a text without percent escapes and escapes of JSON. */
export function withoutEscapes(text: string): string {
  return text.replaceAll(/(?:%|\\+u00)([\da-f]{2})/gi, (_escape, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
}
