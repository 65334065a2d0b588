import { describe, expect, test } from 'vitest';
import { functions } from './function-table.ts';
import { functionsAsGraph } from './functions-as-graph.ts';
import { fromGraph, toGraph } from './graph.ts';
import { EXPRESSION_DEPTH_MAX } from './limits.ts';
import { parseExpression } from './parse.ts';
import { printExpression } from './print.ts';

const graphOf = (text: string) => toGraph(parseExpression(text, { kind: 'any' }));
const attribute = (name: string) => ({ expression: `[${name}]`, name, parameters: [], type: 'Attribute' });
const constant = (name: string) => ({ expression: `"${name}"`, name, parameters: [], type: 'Constant' });

/** Removes the text in `expression`, which a client can leave out, from a source and its parameters. */
function withoutTexts(source: unknown): unknown {
  if (Array.isArray(source)) return source.map(withoutTexts);
  if (typeof source !== 'object' || source === null) return source;
  const entries = Object.entries(source).filter(([name]) => name !== 'expression');
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutTexts(value)]));
}

describe('toGraph', () => {
  test('converts the examples in the documentation', () => {
    expect(graphOf('Replace([preferredLanguage], "-", , , "_", ,  )')).toEqual({
      expression: 'Replace([preferredLanguage], "-", , , "_", , )',
      name: 'Replace',
      parameters: [
        { key: 'source', value: attribute('preferredLanguage') },
        { key: 'Find', value: constant('-') },
        { key: 'Replacement', value: constant('_') },
      ],
      type: 'Function',
    });
    expect(graphOf('Not([IsSoftDeleted])').parameters).toEqual([{ key: 'source', value: attribute('IsSoftDeleted') }]);
  });

  test('converts repeated parameters, numbers and comparisons, and leaves out the arguments of an unknown function', () => {
    expect(graphOf('Switch([a], , "x", "1", "y", "2")').parameters.map(({ key }) => key)).toEqual([
      'source',
      'switchValue',
      'switchValue',
      'switchValue',
      'switchValue',
    ]);
    expect(graphOf('Mid([a], 1, &HF)').parameters.slice(1)).toEqual([
      { key: 'start', value: { expression: '1', name: '1', parameters: [], type: 'Constant' } },
      { key: 'length', value: { expression: '&HF', name: '&HF', parameters: [], type: 'Constant' } },
    ]);
    expect(graphOf('IIF([a]="b", "c", "d")').parameters[0]).toEqual({
      key: 'condition',
      value: {
        expression: '[a] = "b"',
        name: '=',
        parameters: [
          { key: 'left', value: attribute('a') },
          { key: 'right', value: constant('b') },
        ],
        type: 'Function',
      },
    });
    expect(
      toGraph({
        root: {
          kind: 'call',
          name: 'Unknown',
          parameters: [parseExpression('[a]', { kind: 'any' }).root],
          span: { offset: 0, length: 0 },
        },
      }).parameters,
    ).toEqual([]);
  });
});

describe('fromGraph', () => {
  test.for([
    'Replace([preferredLanguage], "-", , , "_")',
    'Switch([a], , "x", "1", "y", "2")',
    'IIF([a] = "b", Join(", ", [c], "d", [e]), Guid())',
    '[mail]',
    '"a\\"b"',
  ])('reads the expression %s from a source that does not contain its text', (text) => {
    expect(printExpression(fromGraph(withoutTexts(graphOf(text))).root)).toBe(text);
  });

  test('reads the text of a source, if it has one, and ignores its structure', () => {
    expect(printExpression(fromGraph({ expression: 'Mid([a],1,2)', name: 'Other', type: 'Function' }).root)).toBe(
      'Mid([a], 1, 2)',
    );
  });

  test.for<[source: unknown, message: string]>([
    [null, 'null is not a source'],
    ['[mail]', '"[mail]" is not a source'],
    [{}, 'neither an expression nor a name'],
    [{ name: 'x', type: 'Other' }, 'it must be "Attribute", "Constant" or "Function"'],
    [{ name: 'Not', type: 'Function', parameters: [{}] }, 'a parameter has no key'],
    [{ name: 'Not', type: 'Function', parameters: [{ key: 'source', value: 7 }] }, '7 is not a source'],
    [{ name: 'Not', type: 'Function', parameters: [{ key: 'x', value: attribute('a') }] }, 'Not has no parameter "x"'],
    [
      {
        name: 'Not',
        type: 'Function',
        parameters: [
          { key: 'source', value: attribute('a') },
          { key: 'source', value: attribute('a') },
        ],
      },
      'Not has "source" twice',
    ],
    [{ name: 'Not', type: 'Function' }, 'Not has no argument for "source"'],
    [
      { name: 'Nott', type: 'Function', parameters: [{ key: 'source', value: attribute('a') }] },
      'Not was probably meant',
    ],
    [{ expression: 'Not(', name: 'Not' }, 'is not closed'],
  ])('rejects the source %j with the error "%s"', ([source, message]) => {
    expect(() => fromGraph(source)).toThrow(message);
  });

  test('accepts the maximum depth of nested sources and rejects one more level', () => {
    const nested = (depth: number): unknown =>
      depth === 0
        ? { name: 'a', type: 'Attribute' }
        : { name: 'Not', type: 'Function', parameters: [{ key: 'source', value: nested(depth - 1) }] };
    expect(fromGraph(nested(EXPRESSION_DEPTH_MAX)).root.kind).toBe('call');
    expect(() => fromGraph(nested(EXPRESSION_DEPTH_MAX + 1))).toThrow('nested more than 200 levels deep');
  });
});

describe('functionsAsGraph', () => {
  test('lists every function in alphabetical order', () => {
    const names = functionsAsGraph().map(({ name }) => name);
    expect(names).toEqual(names.toSorted((left, right) => left.localeCompare(right, 'en')));
    expect(new Set(names).size).toBe(names.length);
    expect(functionsAsGraph().find(({ name }) => name === 'Join')).toEqual({
      name: 'Join',
      parameters: [
        { allowMultipleOccurrences: false, name: 'separator', required: true, type: 'String' },
        { allowMultipleOccurrences: true, name: 'source', required: true, type: 'String' },
      ],
      '@tanhua.signature': 'Join(separator, source…)',
      '@tanhua.summary': expect.stringContaining('separator'),
    });
  });

  test('allows only the last parameter of each function to be repeated', () => {
    for (const { parameters, name } of functions) {
      expect(
        parameters.slice(0, -1).some(({ allowMultipleOccurrences }) => allowMultipleOccurrences),
        name,
      ).toBe(false);
    }
  });
});
