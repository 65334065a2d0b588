import { optional, required, type FunctionDefinition } from '../function-definition.ts';

const comparisons = ['vbBinaryCompare', 'vbTextCompare'] as const;

/** Works like VB's InStr: an empty search string is found at the start position. */
export const inStr: FunctionDefinition = {
  name: 'InStr',
  parameters: [
    required('value1'),
    required('value2'),
    optional('start', 'Integer'),
    optional('compareType', 'String', { words: comparisons }),
  ],
  summary:
    'Returns the position of the first occurrence of the second string in the first one, counted from 1, or 0 if there is none. vbTextCompare ignores letter case; the default, vbBinaryCompare, does not.',
  evaluate: ({ text, integer, fault }) => {
    const [within, wanted] = [text('value1') ?? '', text('value2') ?? ''];
    const start = integer('start', 1n);
    if (start < 1n) throw fault('start', ({ evaluating }) => evaluating.countsFromOne('start', start));
    const compare = text('compareType') ?? 'vbBinaryCompare';
    if (!comparisons.some((candidate) => candidate === compare)) {
      throw fault('compareType', ({ evaluating }) => evaluating.mustBeOneOf('compareType', compare, comparisons));
    }
    if (start > within.length) return 0n;
    const fold = compare === 'vbTextCompare' ? lower : (subject: string) => subject;
    return BigInt(fold(within).indexOf(fold(wanted), Number(start) - 1) + 1);
  },
};

/** Converts each UTF-16 unit to lowercase separately, so that all positions stay the same. */
function lower(text: string): string {
  return text.replaceAll(/[^]/g, (unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit));
}
