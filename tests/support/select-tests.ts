import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** What a test imports, through its fixtures, when it opens a database. */
const OPENER = 'tests/support/test-database.ts';

/**
 * Tests that open a database, and prove nothing on PostgreSQL that they do not prove on SQLite: each with its reason. Every
 * statement that they run is run on PostgreSQL by other tests.
 */
const provenOnSqlite: Readonly<Record<string, string>> = {
  'src/http/slow-clients.test.ts': 'is about connections; storage does not matter',
  'src/http/unknown-addresses.test.ts': 'is about addresses and pages',
  'src/scim-server/characteristics.test.ts':
    'validates before anything is stored; members and own schemas run on both engines',
  'src/rest-api/portal-words.test.ts': 'reads the words of answers',
  'src/rest-api/mail-templates.test.ts': 'renders texts; the outbox runs on both engines',
  'src/directory/user-password.test.ts': 'hashes, and compares them in this process',
  'src/entra/source/generator/generate-tenant.test.ts': 'makes objects in memory, and stores them as other tests do',
  'tests/guide.test.ts': 'compares the texts of a guide; conversations run on both engines',
  'src/scim-server/fuzz.test.ts': 'tries what the protocol accepts; conversations and filters run on both engines',
  'src/scim-server/authorization.test.ts': 'asks every route as every role, as the tests of REST do on both engines',
  'src/entra/graph-api/graph-authorization.test.ts':
    'asks every route as every role, as the tests of REST do on both engines',
  'src/entra/graph-api/graph-outbound.test.ts': 'watches which requests leave the server',
  'src/rest-api/openapi.test.ts': 'compares a document with the routes',
  'src/rest-api/system-user-limits.test.ts': 'tries the limits of the contract, before anything is stored',
  'src/cli/run-program.test.ts': 'compares what commands print',
  'src/scim-server/shared-values.test.ts':
    'compares every attribute with what /Schemas says; uniqueness runs on both engines',
  'src/rest-api/confirmation.test.ts': 'asks every route that confirms',
  'src/entra/graph-api/credential-states.test.ts': 'asks every interface with every kind of credential',
  'src/user-portal/link-page.test.ts': 'compares pages',
  'src/user-portal/mail-links.test.ts': 'compares the links of mails with pages',
  'src/rest-api/key-reach.test.ts': 'compares what keys may do; keys are stored by other tests',
};

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
        (open.includes(path) && !path.endsWith('.sqlite.test.ts') && !Object.hasOwn(provenOnSqlite, path)),
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
