import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCharacter } from '../../tests/support/any-text.ts';
import { comparisonOperators, partsOf, type Expression } from './ast.ts';
import { attributesOf } from './attributes-of.ts';
import { contextWith } from './evaluate-with.fixture.ts';
import { evaluateExpression } from './evaluate.ts';
import { explainExpression } from './explain.ts';
import { ExpressionError } from './expression-error.ts';
import { functions, IGNORE_ATTRIBUTE_FLOW } from './function-table.ts';
import { fromGraph, toGraph } from './graph.ts';
import { intervals } from './dates/intervals.ts';
import { parseExpression } from './parse.ts';
import { parameterAt } from './parameter-at.ts';
import { printExpression } from './print.ts';
import { renderValue } from './value.ts';

const span = { offset: 0, length: 0 };
const names = ['a', 'b', 'mail', 'list', 'two words', 'roles[primary eq "True"].value', 'constructor'];

/** Texts that functions can parse as a value, a format or a pattern, and texts that they cannot. */
const texts = [
  '',
  ' ',
  'x',
  'True',
  'false',
  '7',
  '-1',
  '1.5',
  '&HF',
  '2020-03-16-07:00',
  '3/16/2020 7:00:00 AM',
  'yyyy-MM-dd',
  'o',
  'K',
  "'",
  'ddd, %d',
  'tr-TR',
  '(a+)+$',
  '[a-z',
  String.raw`\d{2}(?<x>.)`,
  '${x}$1$&',
  'x',
  '(?i)É|(?<!b)c',
  'ß İ É',
  '"\\',
  ...intervals,
];
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.constantFrom(...names).map((name): Expression => ({ kind: 'attribute', name, span })),
  fc
    .oneof(fc.constantFrom(...texts), fc.string({ unit: anyCharacter, maxLength: 12 }))
    .map((value): Expression => ({ kind: 'text', value, span })),
  fc
    .record({
      value: fc.oneof(fc.bigInt(-3n, 20n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
      hexadecimal: fc.boolean(),
    })
    .map(({ value, hexadecimal }): Expression => ({
      kind: 'integer',
      value,
      hexadecimal: hexadecimal && value >= 0n,
      span,
    })),
);

const { expression } = fc.letrec<{ expression: Expression; call: Expression }>((tie) => ({
  expression: fc.oneof({ maxDepth: 4, depthIdentifier: 'expression' }, leaf, tie('call')),
  call: fc.constantFrom(...functions.filter(({ isTopLevel }) => isTopLevel !== true)).chain((definition) => {
    const { parameters } = definition;
    const isOpen = parameters.at(-1)?.allowMultipleOccurrences === true;
    const least = parameters.findLastIndex(({ required }) => required) + 1;
    const count = fc
      .integer({ min: least, max: isOpen ? least + 3 : parameters.length })
      .map((number) => (definition.checkCount === undefined ? number : Math.max(4, number - (number % 2))));
    return count.chain((number) =>
      fc
        .tuple(...Array.from({ length: number }, (_, index) => argumentFor(definition, index, tie('expression'))))
        .map((args): Expression => ({ kind: 'call', name: definition.name, parameters: args, span })),
    );
  }),
}));

function argumentFor(definition: (typeof functions)[number], index: number, inner: fc.Arbitrary<Expression>) {
  const parameter = parameterAt(definition, index);
  const choices = [inner, inner];
  if (parameter?.isCondition === true) {
    choices.push(
      fc
        .record({ operator: fc.constantFrom(...comparisonOperators), left: inner, right: inner })
        .map((sides): Expression => ({ kind: 'comparison', ...sides, span })),
    );
  } else choices.push(fc.constant<Expression>({ kind: 'word', name: IGNORE_ATTRIBUTE_FLOW, span }));
  if (parameter?.required === false) choices.push(fc.constant<Expression>({ kind: 'omitted', span }));
  if (parameter?.words !== undefined)
    choices.push(fc.constantFrom(...parameter.words).map((name): Expression => ({ kind: 'word', name, span })));
  return fc.oneof(...choices);
}

function withoutSpans(expression: Expression): unknown {
  const { span: _, ...rest } = expression;
  const parts = partsOf(expression).map(withoutSpans);
  return { ...rest, left: undefined, right: undefined, parameters: parts };
}

const json = fc.oneof(
  fc.constantFrom(...texts),
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(fc.constantFrom(...texts), fc.integer(), fc.constant(null)), { maxLength: 4 }),
  fc.constant({ value: 'Admin', displayName: 'Administrator' }),
);
const input = fc.dictionary(fc.constantFrom(...names), json).map((entries) => ({ ...entries }));

test('parseExpression restores the expression that printExpression printed', () => {
  fc.assert(
    fc.property(expression, (generated) => {
      const printed = printExpression(generated);
      if (printed.length > 10_000) return;
      const parsed = parseExpression(printed, { kind: 'any' });
      expect(withoutSpans(parsed.root)).toEqual(withoutSpans(generated));
      expect(printExpression(parsed.root)).toBe(printed);
    }),
    { numRuns: 1_000 },
  );
});

test('fromGraph restores the expression that toGraph converted', () => {
  fc.assert(
    fc.property(expression, (generated) => {
      const printed = printExpression(generated);
      if (printed.length > 10_000) return;
      const graph = toGraph({ root: generated });
      expect(printExpression(fromGraph(JSON.parse(JSON.stringify(graph))).root)).toBe(printed);
    }),
    { numRuns: 300 },
  );
});

test('evaluateExpression throws only ExpressionErrors that point into the text', () => {
  let succeeded = 0;
  fc.assert(
    fc.property(expression, input, (generated, attributes) => {
      const text = printExpression(generated);
      if (text.length > 10_000) return;
      const parsed = parseExpression(text, { kind: 'any' });
      const context = contextWith(attributes, { defaultDomain: 'contoso.com' });
      try {
        const result = evaluateExpression(parsed, context);
        if (result.kind === 'value') expect(JSON.stringify(renderValue(result.value))).toBeTypeOf('string');
        succeeded += 1;
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const { offset, length, line, column } = error.location;
        expect(offset + length).toBeLessThanOrEqual(text.length);
        expect(text.split(/\r\n|\r|\n/)[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
        expect(error.message).toMatch(/\.$/);
      }
    }),
    { numRuns: 5_000 },
  );
  // If almost every evaluation failed, the test would check nothing about values.
  expect(succeeded).toBeGreaterThan(1_000);
});

test('explainExpression returns the same result as evaluateExpression', () => {
  fc.assert(
    fc.property(expression, input, (generated, attributes) => {
      const text = printExpression(generated);
      if (text.length > 10_000) return;
      const parsed = parseExpression(text, { kind: 'any' });
      const { result, step } = explainExpression(parsed, contextWith(attributes));
      expect(step.text).toBe(text);
      if (result.kind === 'error') {
        expect(() => evaluateExpression(parsed, contextWith(attributes))).toThrow(result.error.message);
        expect(step.outcome.kind).toBe('error');
      } else {
        expect(evaluateExpression(parsed, contextWith(attributes))).toEqual(result);
        if (result.kind === 'value') expect(step.outcome).toEqual({ kind: 'value', value: result.value });
      }
    }),
    { numRuns: 1_000 },
  );
});

test('parseExpression throws only ExpressionErrors, whatever the text is', () => {
  const pieces = fc.constantFrom(
    'Append(',
    'IIF(',
    '[a]',
    '"x"',
    ',',
    ')',
    '=',
    '<>',
    '&H',
    '7',
    '\\',
    '"',
    '[',
    ']',
    ' ',
    '\n',
    'é',
    '😀',
  );
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (written) => {
      try {
        attributesOf(parseExpression(written).root);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        expect(error.location.offset).toBeLessThanOrEqual(written.length);
      }
    }),
    { numRuns: 3_000 },
  );
});
