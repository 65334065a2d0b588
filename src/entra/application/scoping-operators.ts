import { quote } from '#base/errors.ts';
import { compilePattern } from '#expressions/patterns/compile-pattern.ts';
import { matchPattern } from '#expressions/patterns/match-pattern.ts';
import { PATTERN_INPUT_LENGTH_MAX, PATTERN_STEPS_MAX } from '#expressions/limits.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import type { AttributeType } from './synchronization-schema.ts';

/** Returns true if the operator holds for a value. The value is never empty; a boolean is "True" or "False". */
type Test = (value: string) => boolean;

/** An operator of scoping filters (§3.7). */
export interface ScopingOperator {
  /** The name in Graph's list of filterOperators. */
  readonly name: string;
  readonly arity: 'Unary' | 'Binary';
  readonly types: readonly AttributeType[];
  /** Compiles a test that compares values with the operand. Throws an AppError for an operand that the operator does not accept. */
  readonly compile: (operand: string) => Test;
  /** True if the operator holds for an attribute without a value; absent if it does not. */
  readonly whenEmpty?: true;
}

const texts: readonly AttributeType[] = ['String'];
const textsAndNumbers: readonly AttributeType[] = ['String', 'Integer'];
const comparable: readonly AttributeType[] = ['String', 'Integer', 'Boolean'];
const all: readonly AttributeType[] = ['String', 'Integer', 'Boolean', 'Binary'];

/** All operators. They compare values case-sensitively, except IS TRUE and IS FALSE. */
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

/** Compiles a .NET regular expression. It matches anywhere in a value, unless ^ and $ anchor it. */
function patternTest(operand: string): Test {
  const program = compilePattern(
    operand,
    (reason, offset) =>
      new StandInError('mappingInvalid', ({ scope }) => scope.pattern(quote(operand), reason), { position: offset }),
  );
  return (value) => {
    const found =
      value.length > PATTERN_INPUT_LENGTH_MAX
        ? 'exhausted'
        : matchPattern(program, value, 0, { steps: PATTERN_STEPS_MAX });
    if (found !== 'exhausted') return found !== undefined;
    throw new StandInError('expressionTooComplex', ({ scope }) => scope.patternSlow(quote(operand), quote(value)));
  };
}

const wholeNumber = /^[+-]?\d{1,40}$/;

/** Builds a test that compares whole numbers. It returns false for a value that is not a whole number. */
function numberTest(operand: string, compare: (value: bigint, operand: bigint) => boolean): Test {
  if (!wholeNumber.test(operand)) {
    throw new StandInError('mappingInvalid', ({ scope }) => scope.notWhole(quote(operand)));
  }
  const limit = BigInt(operand.replace('+', ''));
  return (value) => wholeNumber.test(value) && compare(BigInt(value.replace('+', '')), limit);
}

/** Normalizes the name of an operator. Case, spaces and underscores vary in Entra ID, as in Greater_Than, Includes and IS NOT NULL. */
const keyOf = (name: string) =>
  name
    .toUpperCase()
    .replaceAll(/[\s_]+/g, ' ')
    .trim();
const byKey = new Map(scopingOperators.map((operator) => [keyOf(operator.name), operator]));

export function findScopingOperator(name: string): ScopingOperator | undefined {
  return byKey.get(keyOf(name));
}

/** An element of the list that Graph returns for GET schema/filterOperators. */
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
