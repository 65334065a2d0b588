import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Command lines that pass a secret as an argument. Other users of the machine can read the arguments while the command runs. */
const exposed = [
  /--(?:token|password|secret|key|oauth-client-secret)[= ]"?\$\w+/,
  /curl [^\n]*-H "[^"]*\$(?:KEY|TOKEN|SECRET\w*|PASSWORD)/,
  /graph\(\) \{[^\n]*-H "[^"]*\$KEY/,
  /curl [^\n]*-u "?\$/,
  /curl [^\n]*-d "[^"]*\$(?:KEY|TOKEN|SECRET\w*|PASSWORD|PAIRS)/,
  /graph [^\n]*-d "[^"]*(?:"[^"]*)*\$PAIRS/,
];

function exposingLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => exposed.some((pattern) => pattern.test(line)));
}

const guides = readdirSync('docs/guide').map((name) => join('docs/guide', name));

test.each(['README.md', ...guides])('%s passes no secret as a command-line argument', (path) => {
  expect(exposingLines(readFileSync(path, 'utf8'))).toEqual([]);
});

test.each([
  'npx tanhua conformance --url URL --token "$TOKEN"',
  'npx tanhua entra app create A --oauth-client-secret $SECRET',
  'curl -s https://HOST/api/systemusers -H "x-api-key: $KEY"',
  'curl -s https://HOST/api/auth/session -H "Authorization: Bearer $TOKEN"',
  'curl -s https://HOST/oauth2/token -u "$ID:$TOKEN" -d grant_type=client_credentials',
  'graph() { curl -sS -H "x-api-key: $KEY" "$@"; }',
  String.raw`graph -X PUT "$S/secrets" -d "{\"value\": $PAIRS}"`,
])('the rule reports the secret in the command %s', (line) => {
  expect(exposingLines(line)).toEqual([line]);
});
