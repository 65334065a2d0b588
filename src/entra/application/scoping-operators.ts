import { AppError, quote } from '#base/errors.ts';
import { compilePattern } from '#expressions/patterns/compile-pattern.ts';
import { matchPattern } from '#expressions/patterns/match-pattern.ts';
import { PATTERN_INPUT_LENGTH_MAX, PATTERN_STEPS_MAX } from '#expressions/limits.ts';
import type { AttributeType } from './synchronization-schema.ts';

/** Whether a value, which is never empty, passes; values are compared as texts: booleans are True and False. */
type Test = (value: string) => boolean;

/** An operator of scoping filters (§3.7). Its test is compiled for the value of a clause, which may be refused. */
export interface ScopingOperator {
  /** As Graph's filterOperators lists it. */
  readonly name: string;
  readonly arity: 'Unary' | 'Binary';
  readonly types: readonly AttributeType[];
  /** Throws an AppError about a value that it cannot have. */
  readonly compile: (operand: string) => Test;
  /** What it says of an attribute without a value; every other operator says no. */
  readonly whenEmpty?: true;
}

const texts: readonly AttributeType[] = ['String'];
const textsAndNumbers: readonly AttributeType[] = ['String', 'Integer'];
const comparable: readonly AttributeType[] = ['String', 'Integer', 'Boolean'];
const all: readonly AttributeType[] = ['String', 'Integer', 'Boolean', 'Binary'];

/** Every operator. Comparisons see letter case. */
export const scopingOperators: readonly ScopingOperator[] = [
  binary('EQUALS', comparable, (operand) => (value) => value === operand),
  binary('NOT EQUALS', comparable, (operand) => (value) => value !== operand),
  unary('IS TRUE', ['Boolean', 'String'], (value) => value.toLowerCase() === 'true'),
  unary('IS FALSE', ['Boolean', 'String'], (value) => value.toLowerCase() === 'false'),
  { ...unary('IS NULL', all, () => false), whenEmpty: true },
  unary('IS NOT NULL', all, () => true),
  binary('REGEX MATCH', textsAndNumbers, patternTest),
  binary('NOT REGEX MATCH', textsAndNumbers, (operand) => not(patternTest(operand))),
  binary('GREATER_THAN', textsAndNumbers, (operand) => numberTest(operand, (value, limit) => value > limit)),
  binary('GREATER_THAN_OR_EQUALS', textsAndNumbers, (operand) => numberTest(operand, (value, limit) => value >= limit)),
  binary('INCLUDES', texts, (operand) => (value) => value.includes(operand)),
  binary('ENDS_WITH', texts, (operand) => (value) => value.endsWith(operand)),
  binary('&', textsAndNumbers, (operand) => numberTest(operand, (value, bits) => (value & bits) !== 0n)),
  binary('!&', textsAndNumbers, (operand) => numberTest(operand, (value, bits) => (value & bits) === 0n)),
];

function binary(name: string, types: readonly AttributeType[], compile: (operand: string) => Test): ScopingOperator {
  return { name, arity: 'Binary', types, compile };
}

function unary(name: string, types: readonly AttributeType[], test: Test): ScopingOperator {
  return { name, arity: 'Unary', types, compile: () => test };
}

function not(test: Test): Test {
  return (value) => !test(value);
}

/** A regular expression of .NET that is found anywhere in the value, unless it says ^ and $. */
function patternTest(operand: string): Test {
  const program = compilePattern(
    operand,
    (reason, offset) =>
      new AppError('mappingInvalid', `${quote(operand)} is no regular expression: ${reason}`, { position: offset }),
  );
  return (value) => {
    const found =
      value.length > PATTERN_INPUT_LENGTH_MAX
        ? 'exhausted'
        : matchPattern(program, value, 0, { steps: PATTERN_STEPS_MAX });
    if (found !== 'exhausted') return found !== undefined;
    throw new AppError(
      'expressionTooComplex',
      `The regular expression ${quote(operand)} takes too long on ${quote(value)}.`,
    );
  };
}

const wholeNumber = /^[+-]?\d{1,40}$/;

/** A value that is no whole number passes no test. */
function numberTest(operand: string, compare: (value: bigint, operand: bigint) => boolean): Test {
  if (!wholeNumber.test(operand)) {
    throw new AppError('mappingInvalid', `${quote(operand)} is no whole number, which this operator compares with.`);
  }
  const limit = BigInt(operand.replace('+', ''));
  return (value) => wholeNumber.test(value) && compare(BigInt(value.replace('+', '')), limit);
}

/** Entra ID writes some of them in several ways: Greater_Than, Includes, IS NOT NULL. */
const keyOf = (name: string) =>
  name
    .toUpperCase()
    .replaceAll(/[\s_]+/g, ' ')
    .trim();
const byKey = new Map(scopingOperators.map((operator) => [keyOf(operator.name), operator]));

export function findScopingOperator(name: string): ScopingOperator | undefined {
  return byKey.get(keyOf(name));
}

/** GET schema/filterOperators of Graph. */
export interface GraphFilterOperator {
  readonly name: string;
  readonly arity: 'Unary' | 'Binary';
  readonly multivaluedComparisonType: 'All';
  readonly supportedAttributeTypes: readonly AttributeType[];
}

export function filterOperatorsAsGraph(): readonly GraphFilterOperator[] {
  return scopingOperators.map(({ name, arity, types }) => ({
    name,
    arity,
    multivaluedComparisonType: 'All',
    supportedAttributeTypes: types,
  }));
}
