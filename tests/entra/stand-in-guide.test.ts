import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../support/start-server.ts';

const guide = readFileSync('docs/guide/entra-stand-in.md', 'utf8');
/** The commands of the guide in order, each with the output that the guide shows. */
const examples = [...guide.matchAll(/```console\n(?<block>[^]*?)```/g)].flatMap(({ groups }) =>
  [
    ...(groups?.['block'] ?? '').matchAll(
      /^\$ npx tanhua (?<command>.*)\n(?<answer>(?:(?!\$ )[^]*?\n)?)(?=\$ |(?![^]))/gm,
    ),
  ].map((example): [string, string] => [example.groups?.['command'] ?? '', example.groups?.['answer'] ?? '']),
);

/** Splits a command line into words, which may be in quotes, and replaces the variables that the guide uses. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  return [...line.matchAll(/"(?<quoted>[^"]*)"|(?<plain>\S+)/g)].map(({ groups }) =>
    (groups?.['quoted'] ?? groups?.['plain'] ?? '').replace(/^\$(\w+)$/, (_, name: string) => variables[name] ?? ''),
  );
}

/**
 * Returns a pattern for the output that the guide shows. "…" matches any text. Consecutive spaces count as one, because the width of
 * a column depends on its cells.
 */
function patternOf(answer: string): RegExp {
  const parts = collapseSpaces(answer)
    .split('…')
    .map((part) => RegExp.escape(part.trim()));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}

function collapseSpaces(text: string): string {
  return text
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ *\n */g, '\n')
    .trim();
}

test('every command of docs/guide/entra-stand-in.md prints what the guide shows', async () => {
  expect(examples.length).toBeGreaterThan(20);
  await using server = await startServer();
  const variables: Record<string, string> = {
    TENANT_URL: `${server.scimUrl}/?aadOptscim062020`,
    SECRET_TOKEN: server.key,
  };
  for (const [command, answer] of examples) {
    const [line = '', input = ''] = command.split(' <<< ');
    const text = wordsOf(input, variables).join('');
    const words = wordsOf(line, variables);
    const { stdout, stderr } = await (text === '' ? server.cli(...words) : server.cliWithInput(text, ...words));
    // A failed command prints nothing on the standard output, which would match an example without output.
    expect(stderr, command).not.toMatch(/^tanhua: /m);
    expect(collapseSpaces(stdout), `${command}\n${stderr}`).toMatch(patternOf(answer));
    // If the output is a list, $ENTRY is the id in its first column.
    variables['ENTRY'] = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(?= )/m.exec(stdout)?.[0] ?? variables['ENTRY'] ?? '';
  }
});
