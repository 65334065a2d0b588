import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvText, unguardFormula } from './csv-text.ts';

const starts = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '\uff1d',
  '\uff0b',
  '\uff0d',
  '\uff20',
  '\ufe66',
  '\ufe62',
  '\ufe63',
  '\ufe6b',
];

test.each(starts.flatMap((start) => [`${start}1+1`, `'${start}1+1`, `''${start}`]))(
  'csvText() writes the cell %j with one more leading apostrophe, which unguardFormula() removes',
  (text) => {
    expect(csvText([[text]])).toBe(`"'${text}"\n`);
    const [[cell = ''] = []] = parse(csvText([[text]]), { relax_column_count: true }) as string[][];
    expect(unguardFormula(cell)).toBe(text);
  },
);

test.each(['', 'x', "O'Neil", "'quoted'", 'x;=1+1', 'x\t=1+1', 'a,b', 'two\nlines', ' =1+1', '1-1', 'a"b'])(
  'csvText() writes the cell %j in quotes and otherwise unchanged',
  (text) => {
    expect(csvText([[text, text]])).toBe(`"${text.replaceAll('"', '""')}","${text.replaceAll('"', '""')}"\n`);
    expect(unguardFormula(text)).toBe(text);
  },
);
