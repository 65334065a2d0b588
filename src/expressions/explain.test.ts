import { describe, expect, test } from 'vitest';
import { contextWith } from './evaluate-with.fixture.ts';
import { explainExpression, type Step } from './explain.ts';
import { parseExpression } from './parse.ts';
import { renderValue } from './value.ts';

function outline({ text, outcome, steps }: Step): unknown {
  const shown = outcome.kind === 'value' ? renderValue(outcome.value) : `<${outcome.kind}>`;
  return steps.length === 0 ? [text, shown] : [text, shown, steps.map(outline)];
}

const explain = (text: string, attributes: Readonly<Record<string, unknown>>) =>
  explainExpression(parseExpression(text), contextWith(attributes));

describe('explainExpression', () => {
  test('returns the value of each part', () => {
    const { result, step } = explain('Join("@", ToLower([first]), "contoso.com")', { first: 'Ann' });
    expect(result).toEqual({ kind: 'value', value: 'ann@contoso.com' });
    expect(outline(step)).toEqual([
      'Join("@", ToLower([first]), "contoso.com")',
      'ann@contoso.com',
      [
        ['"@"', '@'],
        ['ToLower([first])', 'ann', [['[first]', 'Ann']]],
        ['"contoso.com"', 'contoso.com'],
      ],
    ]);
    expect(step.steps[1]).toMatchObject({ offset: 10, length: 16 });
  });

  test('marks as skipped the parts that were not evaluated', () => {
    const { step } = explain('IIF([c]="US", [a], Coalesce([b], "x"))', { c: 'US', a: '1' });
    expect(outline(step)).toEqual([
      'IIF([c]="US", [a], Coalesce([b], "x"))',
      '1',
      [
        [
          '[c]="US"',
          'True',
          [
            ['[c]', 'US'],
            ['"US"', 'US'],
          ],
        ],
        ['[a]', '1'],
        [
          'Coalesce([b], "x")',
          '<skipped>',
          [
            ['[b]', '<skipped>'],
            ['"x"', '<skipped>'],
          ],
        ],
      ],
    ]);
  });

  test('shows which part failed, and which part stopped the flow of the attribute', () => {
    const { result, step } = explain('Append(Left("x", [n]), "y")', { n: 'z' });
    expect(result).toMatchObject({
      kind: 'error',
      error: { code: 'expressionValue', location: { offset: 17, length: 3 } },
    });
    expect(outline(step)).toEqual([
      'Append(Left("x", [n]), "y")',
      '<error>',
      [
        [
          'Left("x", [n])',
          '<error>',
          [
            ['"x"', 'x'],
            ['[n]', 'z'],
          ],
        ],
        ['"y"', '<skipped>'],
      ],
    ]);
    const dropped = explain('Append(IgnoreFlowIfNullOrEmpty([n]), "y")', {});
    expect(dropped.result).toEqual({ kind: 'dropped' });
    expect(dropped.step.steps[0]?.outcome).toEqual({ kind: 'dropped' });
  });

  test('leaves out omitted arguments, and rethrows errors that are not ExpressionErrors', () => {
    expect(explain('Switch([a], , "x", "y")', {}).step.steps.map(({ text }) => text)).toEqual(['[a]', '"x"', '"y"']);
    const broken = contextWith(
      {},
      {
        random: () => {
          throw new Error('no entropy');
        },
      },
    );
    expect(() => explainExpression(parseExpression('Guid()'), broken)).toThrow('no entropy');
  });
});
