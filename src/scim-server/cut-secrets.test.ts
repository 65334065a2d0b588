import { sql } from 'kysely';
import { afterAll, beforeAll, expect } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { newApiKey } from '#admins/api-key.ts';
import { EVENT_TEXT_LENGTH_MAX } from '#audit/event-body.ts';
import { EVENT_MESSAGE_LENGTH_MAX, PARAMETER_LENGTH_MAX } from '#audit/event-error.ts';
import { SENT_ID_LENGTH_MAX } from '#access/sent-ids.ts';
import { NAME_KEY_LENGTH_MAX } from '#audit/event-name-store.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { IGNORED_PATH_LENGTH_MAX } from '#scim/resource/ignored-attributes.ts';
import { IGNORED_HEADER_NAME_LENGTH_MAX } from './ignored-header.ts';
import { linesWith } from './log-lines.fixture.ts';
import { newLoggedOrganization, type LoggedOrganization } from './request-log.fixture.ts';
import { KEPT_HEADER_LENGTH_MAX } from './request-record.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

/** The lengths at which a text that a client sent is cut: a value in a message, and the named limits. */
const limits = [
  ...new Set([
    80,
    IGNORED_HEADER_NAME_LENGTH_MAX,
    SENT_ID_LENGTH_MAX,
    NAME_KEY_LENGTH_MAX,
    PARAMETER_LENGTH_MAX,
    IGNORED_PATH_LENGTH_MAX,
    EVENT_TEXT_LENGTH_MAX,
    KEPT_HEADER_LENGTH_MAX,
    2_048,
    EVENT_MESSAGE_LENGTH_MAX,
  ]),
];
/** The length of the beginning of a secret that may not be stored. */
const SHOWN = 8;
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

let server: TestScimServer;
const lines: string[] = [];
beforeAll(async () => {
  server = await openTestScimServer(undefined, undefined, undefined, lines);
});
afterAll(() => server[Symbol.asyncDispose]());

/**
 * Sends a text in each field whose value is quoted in a message, in an event or in the request log: in names of attributes that are ignored or
 * refused, in values, paths, filters and headers, of users and groups, accepted and refused.
 */
async function sendInFields({ send }: LoggedOrganization, text: string, id: string): Promise<void> {
  const unique = `a${id}`;
  const user = {
    schemas: [CORE],
    userName: unique,
    emails: [{ type: 'work', value: `${unique}@x.example`, primary: true }],
  };
  const created: { readonly body: { readonly id?: string } } = await send('POST', '/Users', {
    ...user,
    [text]: 1,
    [`${CORE}:${text}`]: 1,
    title: { [text]: 1 },
  });
  const path = `/Users/${created.body.id ?? 'missing'}`;
  await send('POST', '/Users', { ...user, [text]: 1, name: { [text]: 1 } });
  await send('PATCH', path, patchOf({ op: 'replace', path: text, value: 1 }, { op: 'replace', value: { [text]: 1 } }));
  await send('PATCH', path, patchOf({ op: 'remove', path: `emails[value eq "${text}"].x` }));
  await send('PATCH', path, patchOf({ op: 'remove', path: `emails[${text}` }));
  await send('POST', '/Users', { ...user, userName: text });
  await send('POST', '/Users', { ...user, userName: `${text}@x.example`, displayName: text, externalId: text });
  await send('POST', '/Users', { ...user, userName: `${unique}-`, emails: [{ value: text, primary: true }] });
  await send('POST', '/Users', {
    ...user,
    userName: `${unique}-`,
    active: text,
    photos: text,
    x509Certificates: [text],
  });
  await send('POST', '/Groups', { displayName: unique, members: [{ value: text }], [text]: 1 });
  await send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${text}`)}`);
  await send('GET', `/Users?sortBy=${encodeURIComponent(text)}&attributes=${encodeURIComponent(text)}`);
  await send('DELETE', `/Users/${encodeURIComponent(text)}`);
  await send('DELETE', path, undefined, {
    'if-match': text,
    'user-agent': text,
    'x-request-id': text,
    'client-request-id': text,
    adscimversion: `ActivityId:${text}`,
  });
}

/** Returns the values of the tables that contain a text in any form. */
async function leaksOf(text: string): Promise<readonly string[]> {
  const { database } = server.directory.deps;
  const found: string[] = [];
  for (const { name } of await database.introspection.getTables()) {
    const { rows } = await sql<Readonly<Record<string, unknown>>>`select * from ${sql.table(name)}`.execute(database);
    for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
      const stored = withoutEscapes(String(value)).toLowerCase();
      const at = stored.indexOf(withoutEscapes(text).toLowerCase());
      // The key itself is stored as a digest, with its first characters.
      if (at >= 0 && name !== 'api_keys')
        found.push(`${name}.${column}: ${stored.slice(Math.max(0, at - 200), at + 60)}`);
    }
  }
  return found;
}

/** Removes backslashes too, because JSON in a text has any number of them. */
function withoutEscapes(text: string): string {
  return text
    .replaceAll(/(?:%|\\+u00)([\da-f]{2})/gi, (_escape, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll('\\', '');
}

const keys: Readonly<Record<string, () => string>> = {
  'a key of the product': () => newApiKey(),
  'a credential that was set by hand': () => 'Zq7Hand-set.key+of=Contoso_2026',
  'a credential with characters that are escaped': () => String.raw`Zq7"Hand\set/key%20&2026`,
};

testOnSqlite.for(Object.entries(keys))(
  '%s is not stored in part, wherever it begins near a limit',
  async ([, newKey]) => {
    const key = newKey();
    const own = await newLoggedOrganization(server, { requestLog: 'all' }, key);
    const { database } = server.directory.deps;
    let number = 0;
    for (const unknownAttributes of ['ignore', 'reject'] as const) {
      await updateRules(database, own.integrationId, { ...presetRules('strict'), unknownAttributes });
      for (const limit of limits) {
        // The text before a value in the same message moves the place of the cut, so that some places are enough.
        for (let start = Math.max(0, limit - key.length); start <= limit - SHOWN; start += 17) {
          number += 1;
          // A separate word, and the end of a longer one.
          const before = start % 2 === 0 ? `${'x'.repeat(Math.max(0, start - 1))} ` : 'x'.repeat(start);
          await sendInFields(own, `${before}${key} y`, String(number));
        }
      }
    }
    expect(await leaksOf(key.slice(0, SHOWN))).toEqual([]);
    expect(linesWith(lines.map(withoutEscapes), [withoutEscapes(key.slice(0, SHOWN))])).toEqual([]);
    expect(lines.length).toBeGreaterThan(number);
  },
);
