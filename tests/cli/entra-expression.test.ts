import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/start-server.ts';

const run = (...args: readonly string[]) => runCli(['entra', 'expression', ...args]);
const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect(stderr).toBe('');
  return { code, answer: JSON.parse(stdout) as unknown };
};

describe('tanhua entra expression', () => {
  test.for<[args: readonly string[], answer: unknown]>([
    [['Append([a], "b")', '--input', '{"a":"x"}'], { value: 'xb' }],
    [['CBool([a] = [b])', '--input', '{"a":1,"b":"1"}'], { value: 'True' }],
    [['Count([a])', '--input', '{"a":["x","y"]}'], { value: '2' }],
    [['Split([a], ",")', '--input', '{"a":"x, y"}'], { value: ['x', 'y'] }],
    [['Left([a], 3)'], { value: '' }],
    [['ToLower([a])'], { value: null }],
    [['CDate("2020-03-16-07:00")'], { value: '3/16/2020 7:00:00 AM' }],
    [['IgnoreFlowIfNullOrEmpty([a])', '--input', '{"a":null}'], { dropped: true }],
    [['[a]', '--any', '--input', '{"a":true}'], { value: 'True' }],
    [['SelectUniqueValue("a", "b", "c")', '--taken', 'a', '--taken', 'b'], { value: 'c' }],
    [['Append("@", DefaultDomain())', '--default-domain', 'contoso.com'], { value: '@contoso.com' }],
  ])('evaluates %j', async ([args, answer]) => {
    expect(await json(...args)).toEqual({ code: 0, answer });
  });

  test('with --json prints an error as JSON on the standard output and exits with code 1', async () => {
    expect(await json('Append([a],\n  lft("x"))')).toEqual({
      code: 1,
      answer: {
        error: {
          code: 'expressionSyntax',
          message:
            'The expression cannot be read at line 2, column 3: there is no function lft; Left was probably meant.',
          position: { offset: 14, line: 2, column: 3 },
          suggestion: 'Left',
          suggestionAt: { offset: 14, length: 3 },
        },
      },
    });
    expect(await json('Left("x", [n])', '--input', '{"n":"z"}')).toMatchObject({
      code: 1,
      answer: { error: { code: 'expressionValue', position: { offset: 10 } } },
    });
    expect(await json('[a]')).toMatchObject({ code: 1, answer: { error: { code: 'expressionSyntax' } } });
  });

  test('without --json prints the value, a note about a possibly misspelled name, and carets under an error', async () => {
    expect(await run('Join(" ", [givenName], [surnam])', '--input', '{"givenName":"Ann","surname":"Lee"}')).toEqual({
      code: 0,
      stdout: 'Ann\n',
      stderr: 'note: [surnam] is not in the input, which has [surname].\n',
    });
    expect((await run('IgnoreAttributeFlow()')).stdout).toBe('The attribute does not flow.\n');
    const failed = await run('Append([a], ToLowr("x"))');
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('\n  Append([a], ToLowr("x"))\n              ^^^^^^\n');
    expect(failed.stderr).toContain('Try: ToLower');
  });

  test('shortens a long line around the error, and escapes terminal control characters', async () => {
    const failed = await run(`Append("${'x'.repeat(500)}\u001b[2J", oops)`);
    const lines = failed.stderr.split('\n');
    const [shown = '', carets = ''] = [lines[2], lines[3]];
    expect(shown.length).toBeLessThan(120);
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('oops');
    expect(failed.stderr).not.toContain('\u001b');
  });

  test('--explain shows the value of each part', async () => {
    const args = ['IIF([c] = "US", Redact([a]), ToLower([b]))', '--input', '{"c":"US","a":"1"}', '--explain'];
    expect((await run(...args)).stdout).toBe(
      [
        'IIF([c] = "US", Redact([a]), ToLower([b]))  →  "1"',
        '  [c] = "US"  →  "True"',
        '    [c]  →  "US"',
        '  Redact([a])  →  "1"',
        '    [a]  →  "1"',
        '  ToLower([b])  →  not needed',
        '1',
        '',
      ].join('\n'),
    );
    expect((await json(...args)).answer).toMatchObject({
      value: '1',
      step: {
        value: '1',
        steps: [{ text: '[c] = "US"', offset: 4, value: 'True' }, { value: '1' }, { skipped: true }],
      },
    });
    const failed = await run('Append(Left("x", "z"), IgnoreAttributeFlow)', '--explain');
    expect(failed.stdout).toContain('Left("x", "z")  →  failed');
    const inJson = await json('Append(IgnoreAttributeFlow, Left("x", "z"))', '--explain');
    expect(inJson.answer).toMatchObject({
      step: { steps: [{ dropped: true }, { error: { code: 'expressionValue' } }] },
    });
  });

  test('--list lists the functions', async () => {
    expect((await run('--list')).stdout).toContain('Mid(source, start, length)\n');
    expect((await json('--list')).answer).toContainEqual({
      name: 'Append',
      '@tanhua.signature': 'Append(source, suffix)',
      '@tanhua.summary': 'Appends a suffix to the source. Null counts as the empty string.',
      parameters: [
        { allowMultipleOccurrences: false, name: 'source', required: true, type: 'String' },
        { allowMultipleOccurrences: false, name: 'suffix', required: true, type: 'String' },
      ],
    });
  });

  test.for([
    [[], 'Give an expression'],
    [['Guid()', '--input', '{'], '--input is not JSON'],
    [['Guid()', '--input', '[1]'], 'it must be an object'],
  ] as const)('rejects %j as wrong usage', async ([args, message]) => {
    const failed = await run(...args);
    expect(failed.code).toBe(2);
    expect(failed.stderr).toContain(message);
  });
});

/** Splits a command line into words. A word may be in single quotes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'(?<quoted>[^']*)'|(?<plain>\S+)/g)].map(
    ({ groups }) => groups?.['quoted'] ?? groups?.['plain'] ?? '',
  );
}

const guide = readFileSync('docs/guide/expressions.md', 'utf8');
const examples = [...guide.matchAll(/```console\n\$ npx tanhua (?<command>.*)\n(?<answer>[^]*?)```/g)].map(
  ({ groups }): [string, string] => [groups?.['command'] ?? '', groups?.['answer'] ?? ''],
);

describe('docs/guide/expressions.md', () => {
  test('has more than five examples', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  test.for(examples)('shows what "%s" prints', async ([command, answer]) => {
    const { stdout, stderr } = await runCli(wordsOf(command));
    expect(stderr + stdout).toBe(answer);
  });
});
