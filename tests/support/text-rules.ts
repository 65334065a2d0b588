/** Patterns that may stand in some files only. */
const textRules: readonly { readonly name: string; readonly pattern: RegExp; readonly allowed: RegExp }[] = [
  {
    name: 'the environment is read in base/config.ts',
    pattern: /process\.env\b/,
    allowed: /^(src\/base\/config\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'the clock is read in base/clock.ts',
    pattern: /new Date\(\)|Date\.now\(/,
    allowed: /^(src\/base\/clock\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'SQL is in stores, in database/ and in the filter compiler',
    pattern: /\bsql(<[^`]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/,
    allowed:
      /^(src\/database\/|src\/.*-store\.ts|src\/directory\/(.*-sql|resource-filter)\.ts|src\/.*\.(test|fixture)\.ts|tests\/|bench\/)/,
  },
  {
    name: 'requests go out through src/outbound; the tester, the demo and the Graph client send to what their user types, and a page in a browser to its own server',
    pattern:
      /import (?!type)[^;]*\b(request|get|connect|createConnection|Agent|Socket|lookup|resolve\w*)\b[^;]*from 'node:(https?|http2|net|tls|dns(\/promises)?)'|import \{[^}]*\bhttps?\b[^}]*\} from '#base\/node-http\.ts'|(?<![.\w])fetch\(|from 'undici'/,
    allowed:
      /^(src\/outbound\/|src\/conformance\/|src\/cli\/demo\/run-demo\.ts|src\/entra\/graph-api\/client-transport\.ts|src\/user-portal\/page\.ts|src\/.*\.(test|fixture)\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'HTTP modules of Node are taken from base/node-http.ts: an import of them makes each start load undici',
    pattern: /import (?!type)[^;]*from 'node:https?'|getBuiltinModule\(/,
    allowed: /^(src\/base\/node-http\.ts|src\/.*\.(test|fixture)\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'a JSON column is read by storedJson, which checks its shape; the documents of the directory are checked when they are written',
    pattern: /JSON\.parse\(row\./,
    allowed: /^(src\/(audit|database|directory|schemas|shards|mail)\/|tests\/|bench\/)/,
  },
  { name: 'there are no default exports', pattern: /^export default /m, allowed: /^tools\/closing-line-reporter\.ts$/ },
  { name: 'there are no barrels', pattern: /^export \* from /m, allowed: /^$/ },
  { name: 'the process ends in the command line only', pattern: /process\.exit\(/, allowed: /^src\/cli\// },
];

/** The rules that a file breaks. */
export function brokenTextRules({ path, text }: { readonly path: string; readonly text: string }): readonly string[] {
  // These hold the patterns themselves.
  if (path === 'tests/support/text-rules.ts' || path === 'tests/tidy.test.ts') return [];
  return textRules
    .filter(({ pattern, allowed }) => pattern.test(text) && !allowed.test(path))
    .map(({ name }) => `${path}: ${name}`);
}
