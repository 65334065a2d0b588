import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** What a test imports, through its fixtures, when it opens a database. */
const OPENER = 'tests/support/test-database.ts';

/**
 * Tests that open a database, and prove nothing on PostgreSQL that they do not prove on SQLite, by the reason. What they store and
 * read is stored and read on PostgreSQL by other tests; no test of a race, a lock or a unique index is among them.
 */
const provenOnSqlite: Readonly<Record<string, readonly string[]>> = {
  'watches connections, addresses, and which requests leave the server': [
    'src/http/slow-clients.test.ts',
    'src/http/unknown-addresses.test.ts',
    'src/entra/graph-api/graph-outbound.test.ts',
  ],
  'compares texts, mails, pages and documents, which no database changes': [
    'src/rest-api/portal-words.test.ts',
    'src/rest-api/refusal-words.test.ts',
    'src/rest-api/mail-templates.test.ts',
    'src/rest-api/openapi.test.ts',
    'src/accounts/account-notices.test.ts',
    'src/user-portal/mail-links.test.ts',
    'src/cli/run-program.test.ts',
    'src/cli/unidentified-findings.test.ts',
    'tests/guide.test.ts',
  ],
  'tries the limits that a link has in this process, and compares its pages': ['src/user-portal/link-page.test.ts'],
  'asks every route as every role or credential, which is decided in this process': [
    'src/scim-server/authorization.test.ts',
    'src/entra/graph-api/graph-authorization.test.ts',
    'src/entra/graph-api/credential-states.test.ts',
    'src/rest-api/confirmation.test.ts',
    'src/rest-api/granting.test.ts',
    'src/rest-api/linked-rules.test.ts',
    'src/rest-api/portal.test.ts',
    'src/scim-server/me.test.ts',
  ],
  'counts attempts, whose race attempts.test.ts runs on both databases': ['src/accounts/shared-address.test.ts'],
  'tries every characteristic of attributes by every verb, which the SCIM core decides': [
    'src/scim-server/characteristics.test.ts',
  ],
  'looks at statuses and headers of answers, which are made in this process': [
    'src/scim-server/ignored-header.test.ts',
    'src/scim-server/requests.test.ts',
  ],
  'notes what a request was refused for; the notes themselves access/unidentified-requests.test.ts writes on both databases':
    ['src/scim-server/unidentified-requests.test.ts'],
  'looks for the mail of each change, whose texts and recipients are made in this process; sessions end on both databases in administrator-sign-in.test.ts':
    ['src/accounts/administrator-notices.test.ts'],
  'tries what the protocol accepts; conversations and filters run on both databases': ['src/scim-server/fuzz.test.ts'],
  'tries limits and ownership, which are checked before a statement': ['src/rest-api/system-user-limits.test.ts'],
  'computes in this process: hashes of passwords, and objects of a tenant': [
    'src/directory/user-password.test.ts',
    'src/entra/source/generator/generate-tenant.test.ts',
  ],
};

const onSqliteAlone: ReadonlySet<string> = new Set(Object.values(provenOnSqlite).flat());

/** Tests of src, and `others`, by what they need, found by their imports: a test that opens a database tomorrow runs on both engines. */
export function selectTests(others: readonly string[]): {
  /** Open no database, and share their modules with the next file. */
  readonly pure: readonly string[];
  /** Run on SQLite. */
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
} {
  const all = [...globSync('src/**/*.test.ts').map((path) => path.replaceAll('\\', '/')), ...others];
  const opening = importersOf(OPENER, all);
  const open = all.filter((path) => opening.has(path));
  return {
    pure: all.filter((path) => !open.includes(path) && !path.endsWith('.postgres.test.ts')),
    sqlite: open.filter((path) => !path.endsWith('.postgres.test.ts')),
    postgres: all.filter(
      (path) =>
        path.endsWith('.postgres.test.ts') ||
        (open.includes(path) && !path.endsWith('.sqlite.test.ts') && !onSqliteAlone.has(path)),
    ),
  };
}

/** Every file among `roots` and what they import, by any way, that imports `target` in the end. */
function importersOf(target: string, roots: readonly string[]): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  const known = new Set(roots);
  for (const path of known) {
    for (const imported of importsOf(path)) {
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
      known.add(imported);
    }
  }
  if (!known.has(target)) throw new Error(`No test imports ${target}: where do tests open a database now?`);
  const found = new Set([target]);
  for (const path of found) for (const importer of importers.get(path) ?? []) found.add(importer);
  return found;
}

/** What of ours a file imports: by `import`, `export … from` or `import(…)`. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*(?<quote>['"`])(?<target>[.#][^'"`]+\.ts)\k<quote>/g)]
    .map(({ groups }) => groups?.['target'] ?? '')
    .map((target) =>
      target.startsWith('#') ? `src/${target.slice(1)}` : posix.normalize(posix.join(posix.dirname(path), target)),
    )
    .filter((target) => existsSync(target));
}
