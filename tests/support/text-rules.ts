/** Rules about the text of files. Only files with a path that matches `allowed` may contain a text that matches `pattern`. */
const textRules: readonly { readonly name: string; readonly pattern: RegExp; readonly allowed: RegExp }[] = [
  {
    name: 'only base/config.ts reads the environment',
    pattern: /process\.env\b/,
    allowed: /^(src\/base\/config\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'only base/clock.ts reads the clock',
    pattern: /new Date\(\)|Date\.now\(/,
    allowed: /^(src\/base\/clock\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'only stores, database/ and the filter compiler contain SQL',
    pattern: /\bsql(<[^`]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/,
    allowed:
      /^(src\/database\/|src\/.*-store\.ts|src\/directory\/(.*-sql|resource-filter)\.ts|src\/.*\.(test|fixture)\.ts|tests\/|bench\/)/,
  },
  {
    name: 'only src/outbound sends requests; exceptions are the tester, the demo and the Graph client, which send to a URL that their user enters, and a page in a browser, which sends to its own server',
    pattern:
      /import (?!type)[^;]*\b(request|get|connect|createConnection|Agent|Socket|lookup|resolve\w*)\b[^;]*from 'node:(https?|http2|net|tls|dns(\/promises)?)'|import \{[^}]*\bhttps?\b[^}]*\} from '#base\/node-http\.ts'|(?<![.\w])fetch\(|from 'undici'/,
    allowed:
      /^(src\/outbound\/|src\/conformance\/|src\/cli\/demo\/run-demo\.ts|src\/entra\/graph-api\/client-transport\.ts|src\/user-portal\/page\.ts|src\/.*\.(test|fixture)\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'only base/node-http.ts loads the HTTP modules of Node, because an import of them makes each start load undici',
    pattern: /import (?!type)[^;]*from 'node:https?'|getBuiltinModule\(/,
    allowed: /^(src\/base\/node-http\.ts|src\/.*\.(test|fixture)\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'storedJson reads JSON columns, because it checks their shape; documents of the directory are checked when they are written',
    pattern: /JSON\.parse\(row\./,
    allowed: /^(src\/(audit|database|directory|schemas|shards|mail)\/|tests\/|bench\/)/,
  },
  {
    name: 'only base/normal-form.ts normalizes text, because the built-in function takes long for a long row of marks',
    pattern: /\.normalize\((?:\)|'NF)/,
    allowed:
      /^(src\/base\/normal-form\.ts|src\/entra\/source\/generator\/|src\/.*\.(test|fixture)\.ts|tests\/|tools\/|bench\/)/,
  },
  {
    name: 'no module has a default export',
    pattern: /^export default /m,
    allowed: /^tools\/closing-line-reporter\.ts$/,
  },
  { name: 'no module re-exports everything of another one', pattern: /^export \* from /m, allowed: /^$/ },
  { name: 'only the command line ends the process', pattern: /process\.exit\(/, allowed: /^src\/cli\// },
];

/** Returns the rules that a file breaks, each with the path. */
export function brokenTextRules({ path, text }: { readonly path: string; readonly text: string }): readonly string[] {
  // These two files match the patterns because they define or test them.
  if (path === 'tests/support/text-rules.ts' || path === 'tests/tidy.test.ts') return [];
  return textRules
    .filter(({ pattern, allowed }) => pattern.test(text) && !allowed.test(path))
    .map(({ name }) => `${path}: ${name}`);
}
