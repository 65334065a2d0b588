import type { SayMistake } from '#base/words/expression-mistakes.ts';
import type { ComparisonOperator } from './ast.ts';
import { describeValue, toDate, toNumber, toSingle } from './coerce.ts';
import { isDateTime, textOf, type Single, type Value } from './value.ts';

/**
 * Compares two values as VB.NET does. If either value is a number, both are compared as numbers. Otherwise, if either is a
 * date, both are compared as dates. All other values are compared as text, which is case-sensitive unless one value is a
 * boolean. Null equals null and the empty string. Returns what is wrong if the values cannot be compared.
 *
 * @example
 * compareValues('>', 10n, '9'); // true
 */
export function compareValues(operator: ComparisonOperator, left: Value, right: Value): boolean | SayMistake {
  const [first, second] = [toSingle(left), toSingle(right)];
  if (first === undefined || second === undefined) {
    const list = first === undefined ? left : right;
    return (mistakes) => mistakes.evaluating.comparedList(describeValue(mistakes, list));
  }
  const order = orderOf(first, second);
  if (order === undefined && operator !== '=' && operator !== '<>') {
    return (mistakes) =>
      mistakes.evaluating.notOrdered(describeValue(mistakes, first), describeValue(mistakes, second));
  }
  return operators[operator](order ?? Number.NaN);
}

const operators: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/** Returns a negative number, zero or a positive number; undefined if the values are neither equal nor ordered. */
function orderOf(left: Single, right: Single): number | undefined {
  if (isNumeric(left) || isNumeric(right)) return signOf(toNumber(left), toNumber(right));
  if (isDateTime(left) || isDateTime(right)) return signOf(toDate(left)?.ticks, toDate(right)?.ticks);
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    return textOrEmpty(left).toLowerCase() === textOrEmpty(right).toLowerCase() ? 0 : undefined;
  }
  return signOf(textOrEmpty(left), textOrEmpty(right));
}

function isNumeric(value: Single): boolean {
  return typeof value === 'bigint' || typeof value === 'number';
}

function textOrEmpty(value: Single): string {
  return value === null ? '' : textOf(value);
}

function signOf<Kind extends string | number | bigint>(left: Kind | undefined, right: Kind | undefined) {
  if (left === undefined || right === undefined) return undefined;
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
