import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../support/start-server.ts';

const guide = readFileSync('docs/guide/entra-stand-in.md', 'utf8');
/** Commands of the guide, in order, and what it says that they print. */
const examples = [...guide.matchAll(/```console\n(?<block>[^]*?)```/g)].flatMap(({ groups }) =>
  [
    ...(groups?.['block'] ?? '').matchAll(
      /^\$ npx tanhua (?<command>.*)\n(?<answer>(?:(?!\$ )[^]*?\n)?)(?=\$ |(?![^]))/gm,
    ),
  ].map((example): [string, string] => [example.groups?.['command'] ?? '', example.groups?.['answer'] ?? '']),
);

/** The words of a command line, of which some are in quotes, with the variables that the guide has. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  return [...line.matchAll(/"(?<quoted>[^"]*)"|(?<plain>\S+)/g)].map(({ groups }) =>
    (groups?.['quoted'] ?? groups?.['plain'] ?? '').replace(/^\$(\w+)$/, (_, name: string) => variables[name] ?? ''),
  );
}

/** What is printed is what stands there, where … is anything; blanks in a row are one, since columns are as wide as their cells. */
function patternOf(answer: string): RegExp {
  const parts = blanks(answer)
    .split('…')
    .map((part) => RegExp.escape(part.trim()));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}

function blanks(text: string): string {
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
    // What fails prints nothing, which fits an answer that is not shown.
    expect(stderr, command).not.toMatch(/^tanhua: /m);
    expect(blanks(stdout), `${command}\n${stderr}`).toMatch(patternOf(answer));
    // The first column of a list.
    variables['ENTRY'] = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(?= )/m.exec(stdout)?.[0] ?? variables['ENTRY'] ?? '';
  }
});
