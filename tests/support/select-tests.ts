import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** The module that every test that opens a database imports, directly or through its fixtures. */
const OPENER = 'tests/support/test-database.ts';

/**
 * Tests that open a database but run only on SQLite, grouped by the reason why a run on PostgreSQL would prove nothing more. Other tests
 * store and read the same data on PostgreSQL. Tests of a race, a lock or a unique index do not belong here.
 */
const provenOnSqlite: Readonly<Record<string, readonly string[]>> = {
  'tests connections, addresses, and which requests the server sends': [
    'src/http/slow-clients.test.ts',
    'src/http/unknown-addresses.test.ts',
    'src/entra/graph-api/graph-outbound.test.ts',
  ],
  'compares texts, emails, pages and documents, which do not depend on the database': [
    'src/rest-api/portal-words.test.ts',
    'src/rest-api/refusal-words.test.ts',
    'src/rest-api/mail-templates.test.ts',
    'src/rest-api/openapi.test.ts',
    'src/accounts/account-notices.test.ts',
    'src/user-portal/mail-links.test.ts',
    'src/cli/run-program.test.ts',
    'src/cli/request-command.test.ts',
    'src/cli/unidentified-findings.test.ts',
    'tests/guide.test.ts',
  ],
  'tests the limits of a link, which are counted in this process, and compares its pages': [
    'src/user-portal/link-page.test.ts',
  ],
  'calls every route with every role or credential, which are checked in this process': [
    'src/scim-server/authorization.test.ts',
    'src/entra/graph-api/graph-authorization.test.ts',
    'src/entra/graph-api/credential-states.test.ts',
    'src/rest-api/confirmation.test.ts',
    'src/rest-api/granting.test.ts',
    'src/rest-api/linked-rules.test.ts',
    'src/rest-api/portal.test.ts',
    'src/scim-server/me.test.ts',
  ],
  'counts attempts; attempts.test.ts tests concurrent attempts on both databases': [
    'src/accounts/shared-address.test.ts',
  ],
  'tests every characteristic of attributes with every method, which the SCIM core decides': [
    'src/scim-server/characteristics.test.ts',
  ],
  'compares the documented examples with responses, whose fields are computed in this process': [
    'src/rest-api/examples.test.ts',
  ],
  'compares statuses and headers of responses, which are computed in this process': [
    'src/scim-server/ignored-header.test.ts',
    'src/scim-server/requests.test.ts',
  ],
  'compares which beginnings of secrets remain, which are replaced in this process': [
    'src/scim-server/cut-secrets.test.ts',
  ],
  'compares the reasons of refused requests; access/unidentified-requests.test.ts stores them on both databases': [
    'src/scim-server/unidentified-requests.test.ts',
  ],
  'compares the email about each change, which is written in this process; administrator-sign-in.test.ts ends sessions on both databases':
    ['src/accounts/administrator-notices.test.ts'],
  'tests what the protocol accepts; conversations and filters run on both databases': ['src/scim-server/fuzz.test.ts'],
  'compares which rule of this process decided; timeline.test.ts and request-log/ store it on both databases': [
    'src/rest-api/deciding-rules.test.ts',
  ],
  'tests which names and objects the engine takes, which it decides; provisioning-postgres.test.ts runs it on PostgreSQL':
    ['src/entra/engine/names-and-scope.test.ts'],
  'tests limits and ownership, which are checked before any statement runs': [
    'src/rest-api/system-user-limits.test.ts',
  ],
  'tests computations of this process: password hashes and the objects of a generated tenant': [
    'src/directory/user-password.test.ts',
    'src/entra/source/generator/generate-tenant.test.ts',
  ],
};

const onSqliteOnly: ReadonlySet<string> = new Set(Object.values(provenOnSqlite).flat());

/**
 * Groups the tests of src and `others` by the databases that they need, according to their imports. A new test that opens a database
 * therefore runs on both engines.
 */
export function selectTests(others: readonly string[]): {
  /** Tests that open no database. They share their modules with the next test file. */
  readonly pure: readonly string[];
  /** Tests that run on SQLite. */
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
} {
  const all = [...globSync('{src,web}/**/*.test.ts').map((path) => path.replaceAll('\\', '/')), ...others];
  const opening = importersOf(OPENER, all);
  const withDatabase = all.filter((path) => opening.has(path));
  return {
    pure: all.filter((path) => !withDatabase.includes(path) && !path.endsWith('.postgres.test.ts')),
    sqlite: withDatabase.filter((path) => !path.endsWith('.postgres.test.ts')),
    postgres: all.filter(
      (path) =>
        path.endsWith('.postgres.test.ts') ||
        (withDatabase.includes(path) && !path.endsWith('.sqlite.test.ts') && !onSqliteOnly.has(path)),
    ),
  };
}

/** Returns `target` and every file among `roots` and their transitive imports that imports `target` directly or indirectly. */
function importersOf(target: string, roots: readonly string[]): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  const known = new Set(roots);
  for (const path of known) {
    for (const imported of importsOf(path)) {
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
      known.add(imported);
    }
  }
  if (!known.has(target))
    throw new Error(`No test imports ${target}: OPENER in select-tests.ts has to be the module that opens databases.`);
  const found = new Set([target]);
  for (const path of found) for (const importer of importers.get(path) ?? []) found.add(importer);
  return found;
}

/** Returns the files of this repository that a file imports, with `import`, `export … from` or `import(…)`. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*(?<quote>['"`])(?<target>[.#][^'"`]+\.ts)\k<quote>/g)]
    .map(({ groups }) => groups?.['target'] ?? '')
    .map((target) =>
      target.startsWith('#') ? `src/${target.slice(1)}` : posix.normalize(posix.join(posix.dirname(path), target)),
    )
    .filter((target) => existsSync(target));
}
