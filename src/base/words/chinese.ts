import { byteSize } from '../byte-size.ts';

export const LOCALE = 'zh-CN';
const format = new Intl.NumberFormat(LOCALE);
/** Finds a Chinese character at the end of a text. */
export const endsHan = /\p{Script=Han}$/u;
/** Finds a Chinese character at the beginning of a text. */
export const startsHan = /^\p{Script=Han}/u;
const endsLatin = /[\p{Script=Latin}\p{Nd}%)"]$/u;
const startsLatin = /^[\p{Script=Latin}\p{Nd}("]/u;

/** Returns a number as Chinese readers write it: `number(2225)` is "2,225". */
export function number(value: number): string {
  return format.format(value);
}

/** Returns a size in the largest unit in which it is at least 1: "4.2 MB". */
export function bytes(value: number): string {
  return byteSize(value, LOCALE);
}

/**
 * Returns a Chinese sentence with its values. Where a Chinese character and a Latin letter or a digit meet at a value, it puts the space that
 * Chinese typography asks for; between two Chinese characters it puts none.
 *
 * @example
 * text`停用${'Ann'}`; // '停用 Ann'
 * text`停用${'王芳'}`; // '停用王芳'
 * text`${2225}人`; // '2,225 人'
 */
export function text(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((sentence, part, index) => {
    const value = values[index - 1];
    return joined(joined(sentence, typeof value === 'number' ? number(value) : (value ?? '')), part);
  });
}

function joined(left: string, right: string): string {
  const isBorder = (endsHan.test(left) && startsLatin.test(right)) || (endsLatin.test(left) && startsHan.test(right));
  return isBorder ? `${left} ${right}` : left + right;
}
