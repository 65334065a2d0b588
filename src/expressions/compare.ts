import type { ComparisonOperator } from './ast.ts';
import { shown, toDate, toNumber, toSingle } from './coerce.ts';
import { isDateTime, textOf, type Single, type Value } from './value.ts';

/**
 * Compares as VB.NET does with what Entra ID has: numbers with numbers and with digits, dates with dates and what reads as
 * one, all else as text, whose letter case matters. Nothing equals nothing and the empty string. Returns what is wrong as
 * a string.
 */
export function compareValues(operator: ComparisonOperator, left: Value, right: Value): boolean | string {
  const [first, second] = [toSingle(left), toSingle(right)];
  if (first === undefined || second === undefined) {
    const list = first === undefined ? left : right;
    return `${shown(list)} is a list; compare one value of it, by Item(…, 1), or all as one text, by Join.`;
  }
  const order = orderOf(first, second);
  if (order === undefined && operator !== '=' && operator !== '<>') {
    return `${shown(first)} is neither less nor greater than ${shown(second)}: they are of different types.`;
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

/** Negative, zero or positive; undefined when the two have no order, and are not equal. */
function orderOf(left: Single, right: Single): number | undefined {
  if (isNumeric(left) || isNumeric(right)) return signOf(toNumber(left), toNumber(right));
  if (isDateTime(left) || isDateTime(right)) return signOf(toDate(left)?.ticks, toDate(right)?.ticks);
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    return written(left).toLowerCase() === written(right).toLowerCase() ? 0 : undefined;
  }
  return signOf(written(left), written(right));
}

function isNumeric(value: Single): boolean {
  return typeof value === 'bigint' || typeof value === 'number';
}

function written(value: Single): string {
  return value === null ? '' : textOf(value);
}

function signOf<Kind extends string | number | bigint>(left: Kind | undefined, right: Kind | undefined) {
  if (left === undefined || right === undefined) return undefined;
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
