import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { errorTable } from '#base/error-table.ts';
import { repositoryFiles } from './support/repository-files.ts';
import { brokenTextRules } from './support/text-rules.ts';

/** The rules of this repository. Each rule is a function of a file, so that a test can prove that the rule can fail. */

const LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;

/**
 * The rank of each folder of src. A file may import from its own folder and from folders with a lower rank. The rank of mail is higher
 * than that of audit, because mail records events.
 */
const ranks: Readonly<Record<string, number>> = {
  base: 0,
  scim: 1,
  expressions: 1,
  outbound: 1,
  database: 1,
  totals: 1.5,
  audit: 2,
  'request-log': 2.5,
  shards: 2,
  mail: 2.5,
  jobs: 3,
  organizations: 3,
  directory: 3,
  schemas: 3,
  admins: 3,
  integrations: 3,
  'people-search': 3.5,
  accounts: 4,
  attention: 4,
  live: 4,
  access: 4,
  health: 4.5,
  radius: 4.5,
  'scim-server': 5,
  'rest-api': 5,
  'user-portal': 5,
  console: 5,
  entra: 5,
  conformance: 5,
  http: 6,
  cli: 6,
};

/** Allowed imports between folders of equal rank, each with its reason. */
const allowedImports: ReadonlySet<string> = new Set([
  // `access` identifies the callers of all interfaces, and checks that a session has the second factor that its account needs.
  'access → accounts',
  // The rules of an integration determine what the directory accepts.
  'directory → integrations',
  // Suspending a user or changing a password ends their sessions, and users share sessions and links with administrators.
  'directory → admins',
  // The settings of an organization determine which passwords are accepted.
  'directory → organizations',
  // `doctor` reports when the certificate of the RADIUS engine expires.
  'health → radius',
  // The REST API evaluates SCIM requests without changing anything.
  'rest-api → scim-server',
  // The Graph API of the stand-in identifies callers and mounts its contracts in the same way as the REST API.
  'entra → rest-api',
]);

/** Files directly in src. They assemble the parts of the program. */
const composition: ReadonlySet<string> = new Set([
  'app.ts',
  'bootstrap.ts',
  'people-services.ts',
  'prepare-shards.ts',
  'radius-service.ts',
]);

interface File {
  readonly path: string;
  readonly text: string;
}

const tracked = repositoryFiles();
const read = (path: string): File => ({ path, text: readFileSync(path, 'utf8') });
const sources = tracked.filter((path) => /^(src|tests|tools|bench)\/.*\.ts$/.test(path)).map(read);
const product = sources.filter(({ path }) => path.startsWith('src/') && !/\.(test|fixture)\.ts$/.test(path));

function importsOf({ path, text }: File): readonly string[] {
  const { module } = parseSync(path, text);
  // The argument of import() is source text. computedImports reports arguments that are not literals.
  const names = [
    ...module.dynamicImports.flatMap(
      (one) => literal(text.slice(one.moduleRequest.start, one.moduleRequest.end)) ?? [],
    ),
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
  ];
  return names.map((name) => resolve(path, name));
}

/** Returns the text of a string literal; undefined for any other expression. */
function literal(source: string): string | undefined {
  return /^(['"`])(?<name>[^'"`$]*)\1$/.exec(source)?.groups?.['name'];
}

/** Returns dynamic imports with a computed name. They would bypass the rules about imports, which have to know the imported module. */
function computedImports({ path, text }: File): readonly string[] {
  return parseSync(path, text)
    .module.dynamicImports.map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end))
    .filter((source) => literal(source) === undefined)
    .map((source) => `${path} imports ${source}`);
}

/** Returns the path of the imported file in the repository, or the name of the imported package. */
function resolve(from: string, name: string): string {
  if (name.startsWith('#')) return `src/${name.slice(1)}`;
  return name.startsWith('.') ? normalize(join(dirname(from), name)) : name;
}

function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function forbiddenImports(file: File): readonly string[] {
  const from = folderOf(file.path);
  if (from === undefined) return [];
  return importsOf(file)
    .filter((target) => target.startsWith('src/'))
    .filter((target) => !mayImport(from, target))
    .map((target) => `${file.path} imports ${target}`);
}

function mayImport(from: string, target: string): boolean {
  const to = folderOf(target);
  // Only the command line may import the files directly in src, because only the command line starts the program.
  if (to === undefined) return from === 'cli';
  const [fromRank, toRank] = [ranks[from], ranks[to]];
  if (fromRank === undefined || toRank === undefined) return false;
  return from === to || toRank < fromRank || allowedImports.has(`${from} → ${to}`);
}

function impureImports(file: File): readonly string[] {
  if (!file.path.startsWith('src/scim/') && !file.path.startsWith('src/expressions/')) return [];
  return importsOf(file)
    .filter((target) => !target.startsWith('src/'))
    .map((target) => `${file.path} imports ${target}`);
}

function longFiles({ path, text }: File): readonly string[] {
  const length = text.trimEnd().split('\n').length;
  return length > LINES_MAX ? [`${path} has ${length} lines`] : [];
}

function longFunctions({ path, text }: File): readonly string[] {
  const { program } = parseSync(path, text);
  const found: string[] = [];
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const inner of node) visit(inner);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    if (
      'type' in node &&
      typeof node.type === 'string' &&
      /Function/.test(node.type) &&
      'start' in node &&
      'end' in node
    ) {
      const begin = lineOf(Number(node.start));
      const length = lineOf(Number(node.end)) - begin + 1;
      if (length > FUNCTION_LINES_MAX) found.push(`${path}:${begin} has a function of ${length} lines`);
    }
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(program.body);
  return found;
}

const vagueName = /(^|[/-])(utils?|helpers?|misc|common|managers?)([./-]|$)/;

function badNames(path: string): readonly string[] {
  // In the name of this file, "managers" refers to the attribute of RFC 7643 §4.3.
  if (!path.endsWith('.ts') || path === 'src/directory/managers.ts') return [];
  // A barrel file (index.ts) hides which file really imports which other file.
  if (/(^|\/)index\.ts$/.test(path)) return [path];
  return vagueName.test(path) || !/^[a-z0-9./-]+$/.test(path) ? [path] : [];
}

const leak =
  /(?<!places)\/(?:home|root|work)\/[a-z]|\/Users\/[a-z]+\/|https?:\/\/[^\s"/]*(?:npm|registry)[^\s"/]*|\.pythonhosted|"resolved":/;

/** Finds texts that no file may contain, such as a path on a developer's machine or the host name of a package registry. */
function leaks({ path, text }: File): readonly string[] {
  if (path === 'tests/tidy.test.ts') return [];
  const found = leak.exec(text);
  return found === null ? [] : [`${path} contains ${found[0]}`];
}

/** Returns the top-level folders, and the folders of src, that ARCHITECTURE.md does not list. */
function unnamedFolders(paths: readonly string[], architecture: string): readonly string[] {
  const top = paths.flatMap((path) => (path.includes('/') ? [path.split('/', 1)[0]] : []));
  const features = paths.flatMap((path) => folderOf(path) ?? []);
  return [...new Set([...top, ...features])].flatMap((name) =>
    name === undefined || new RegExp(`^ *${RegExp.escape(name)}/`, 'm').test(architecture) ? [] : [name],
  );
}

/** Returns the error codes that the reference page does not list. */
function unlistedErrors(codes: readonly string[], reference: string): readonly string[] {
  return codes.filter((code) => !reference.includes(`| \`${code}\` |`));
}

/** Returns the dependencies that no decision record mentions. Packages of types (`@types/…`) need no record. */
function packagesWithoutReason(manifest: string, decisions: string): readonly string[] {
  const { dependencies, devDependencies }: Readonly<Record<string, object>> = JSON.parse(manifest);
  return Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !name.startsWith('@types/') && !decisions.toLowerCase().includes(name),
  );
}

function findCycle(files: readonly File[]): readonly string[] | undefined {
  const graph = new Map(
    files.map((file) => [file.path, importsOf(file).filter((target) => target.startsWith('src/'))]),
  );
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const target of graph.get(path) ?? []) {
      const cycle = walk(target, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const cycle = walk(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe('the repository', () => {
  test('imports only from lower ranks, except for the listed exceptions', () => {
    const rules = [forbiddenImports, impureImports, computedImports];
    expect(rules.flatMap((rule) => product.flatMap(rule))).toEqual([]);
    const directlyInSrc = product
      .filter(({ path }) => folderOf(path) === undefined)
      .map(({ path }) => path.replace('src/', ''));
    expect(new Set(directlyInSrc)).toEqual(composition);
  });

  test('has no import cycle', () => {
    expect(findCycle(product)).toBeUndefined();
  });

  test('has no file or function that is too long', () => {
    expect(sources.flatMap(longFiles)).toEqual([]);
    expect(product.flatMap(longFunctions)).toEqual([]);
  });

  test('has no file with a vague or badly spelled name', () => {
    expect(tracked.flatMap(badNames)).toEqual([]);
  });

  test('uses clocks, SQL, the network and the environment only in the files that may', () => {
    expect(sources.flatMap(brokenTextRules)).toEqual([]);
  });

  test("has no file that contains a path on a developer's machine or the host name of a package registry", () => {
    expect(
      tracked
        .filter((path) => !/\.(png|svg|ico)$/.test(path))
        .map(read)
        .flatMap(leaks),
    ).toEqual([]);
  });

  test('describes every top-level folder and every folder in src/ in ARCHITECTURE.md', () => {
    expect(unnamedFolders(tracked, read('ARCHITECTURE.md').text)).toEqual([]);
    expect(new Set(Object.keys(ranks))).toEqual(new Set(product.flatMap(({ path }) => folderOf(path) ?? [])));
  });

  test('lists every error in the reference', () => {
    expect(unlistedErrors(Object.keys(errorTable), read('docs/reference/errors.md').text)).toEqual([]);
  });

  test('gives a reason for every dependency in a decision record', () => {
    const decisions = tracked.filter((path) => path.startsWith('docs/decisions/')).map((path) => read(path).text);
    expect(packagesWithoutReason(read('package.json').text, decisions.join('\n'))).toEqual([]);
  });

  test('gives every error a status of at least 400, a title and a remedy that is a sentence', () => {
    for (const [code, { status, title, remedy }] of Object.entries(errorTable)) {
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(title.length, code).toBeGreaterThan(10);
      expect(remedy, code).toMatch(/\.$/);
    }
  });
});

describe('the rules report', () => {
  const file = (path: string, text: string): File => ({ path, text });

  test('forbidden and computed imports', () => {
    expect(forbiddenImports(file('src/base/x.ts', "import { a } from '#scim/a.ts';"))).toHaveLength(1);
    expect(forbiddenImports(file('src/integrations/x.ts', "import type { a } from '../directory/a.ts';"))).toHaveLength(
      1,
    );
    expect(forbiddenImports(file('src/directory/x.ts', "export { a } from '../app.ts';"))).toHaveLength(1);
    expect(forbiddenImports(file('src/nowhere/x.ts', "import '#base/a.ts';"))).toHaveLength(1);
    expect(forbiddenImports(file('src/directory/x.ts', "import { a } from '#integrations/a.ts';"))).toEqual([]);
    expect(impureImports(file('src/scim/x.ts', "import { a } from 'node:fs';"))).toHaveLength(1);
    expect(impureImports(file('src/scim/x.ts', "import { z } from 'zod';"))).toHaveLength(1);
    expect(forbiddenImports(file('src/base/x.ts', "await import('#scim/a.ts');"))).toHaveLength(1);
    expect(computedImports(file('src/base/x.ts', 'await import(name);'))).toHaveLength(1);
  });

  test('import cycles', () => {
    const cycle = [file('src/a/x.ts', "import '#a/y.ts';"), file('src/a/y.ts', "import './x.ts';")];
    expect(findCycle(cycle)).toEqual(['src/a/x.ts', 'src/a/y.ts', 'src/a/x.ts']);
  });

  test('files and functions that are too long', () => {
    expect(longFiles(file('src/x.ts', 'f();\n'.repeat(LINES_MAX + 1)))).toHaveLength(1);
    expect(longFiles(file('src/x.ts', 'f();\n'.repeat(LINES_MAX)))).toEqual([]);
    const long = `export function f() {\n${'  g();\n'.repeat(FUNCTION_LINES_MAX)}}`;
    expect(longFunctions(file('src/x.ts', long))).toHaveLength(1);
    expect(longFunctions(file('src/x.ts', long.replace('  g();\n'.repeat(3), '')))).toEqual([]);
  });

  test("forbidden calls and imports, bad file names, and paths on a developer's machine", () => {
    for (const text of [
      'process.env',
      'new Date()',
      'Date.now()',
      "export * from './x.ts';",
      'sql`select 1`',
      'sql<{ a: string }>`x`',
      'db.selectFrom(',
      'process.exit(1)',
      "import { request } from 'node:http2';",
      "import { http } from '#base/node-http.ts';",
      "import { STATUS_CODES } from 'node:http';",
      "import { lookup } from 'node:dns/promises';",
      'await fetch(url)',
      "name.normalize('NFC')",
    ]) {
      expect(brokenTextRules(file('src/directory/x.ts', text)), text).toHaveLength(1);
    }
    expect(
      brokenTextRules(
        file('src/x.ts', "import type { Agent } from 'node:http'; import { STATUS_CODES } from '#base/node-http.ts';"),
      ),
    ).toEqual([]);
    expect(brokenTextRules(file('src/directory/x-store.ts', 'db.selectFrom('))).toEqual([]);
    expect(brokenTextRules(file('src/jobs/job-store.ts', 'JSON.parse(row.actor)'))).toHaveLength(1);
    expect(brokenTextRules(file('src/directory/x.ts', 'export default 1;'))).toHaveLength(1);
    expect(badNames('src/base/string-utils.ts')).toHaveLength(1);
    expect(badNames('src/helpers/x.ts')).toHaveLength(1);
    expect(badNames('src/base/camelCase.ts')).toHaveLength(1);
    expect(badNames('src/base/index.ts')).toHaveLength(1);
    expect(badNames('src/base/errors.ts')).toEqual([]);
    expect(leaks(file('x.md', ['', 'home', 'somebody', 'x'].join('/')))).toHaveLength(1);
    expect(leaks(file('x.json', ['https:', '', 'registry.example.org', 'x'].join('/')))).toHaveLength(1);
  });

  test('folders, packages and errors that the documents do not mention', () => {
    const map = 'src/\n  base/          rank 0\n';
    expect(unnamedFolders(['src/base/x.ts', 'README.md'], map)).toEqual([]);
    expect(unnamedFolders(['src/jobs/x.ts', 'bench/x.ts'], map)).toEqual(['bench', 'jobs']);
    expect(packagesWithoutReason('{"dependencies":{"zod":"1","left-pad":"1"}}', 'Zod')).toEqual(['left-pad']);
    expect(unlistedErrors(['keyMissing', 'other'], '| `keyMissing` | 401 |')).toEqual(['other']);
  });
});
