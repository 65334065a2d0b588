import { byteSize } from '#base/byte-size.ts';

const plural = new Intl.PluralRules('en');
const format = new Intl.NumberFormat('en');

/** Returns a number as English readers write it: `number(2225)` is "2,225". */
export function number(value: number): string {
  return format.format(value);
}

/** Returns a number with its noun: `count(1, 'person', 'people')` is "1 person". */
export function count(value: number, one: string, other: string): string {
  return `${number(value)} ${plural.select(value) === 'one' ? one : other}`;
}

/** Returns how often something happened: "once", "3 times". */
export function times(value: number): string {
  return value === 1 ? 'once' : `${number(value)} times`;
}

/** Returns a size in the largest unit in which it is at least 1: "4.2 MB". */
export function bytes(value: number): string {
  return byteSize(value, 'en');
}
