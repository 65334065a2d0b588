import { required, type FunctionDefinition } from '../function-definition.ts';

export const left: FunctionDefinition = {
  name: 'Left',
  parameters: [required('String'), required('NumChars', 'Integer')],
  summary:
    'Returns the first characters of a string, or all of them if the number is negative. Null counts as the empty string.',
  evaluate: ({ text, integer }) => {
    const [source, length] = [text('String') ?? '', integer('NumChars')];
    return length < 0n || length > source.length ? source : source.slice(0, Number(length));
  },
};

export const mid: FunctionDefinition = {
  name: 'Mid',
  parameters: [required('source'), required('start', 'Integer'), required('length', 'Integer')],
  summary:
    'Returns a number of characters from a start position, which counts from 1. Returns fewer if the string ends before. Null counts as the empty string.',
  evaluate: ({ text, integer, fault }) => {
    const source = text('source') ?? '';
    const [start, length] = [integer('start'), integer('length')];
    if (start < 1n) throw fault('start', ({ evaluating }) => evaluating.countsFromOne('start', start));
    if (length < 0n) throw fault('length', ({ evaluating }) => evaluating.negative('length', length));
    const begin = Number(start) - 1;
    return source.slice(begin, begin + Number(length));
  },
};

/** Words are runs of characters between delimiters, so consecutive delimiters count as one. */
export const word: FunctionDefinition = {
  name: 'Word',
  parameters: [required('String'), required('WordNumber', 'Integer'), required('Delimiters')],
  summary:
    'Returns the word at a position, counted from 1, or the empty string if there is none. Every character of Delimiters separates words.',
  evaluate: ({ text, integer }) => {
    const [source, number] = [text('String') ?? '', integer('WordNumber')];
    const delimiters = new Set((text('Delimiters') ?? '').split(''));
    const words: string[] = [];
    let current = '';
    for (const unit of [...source.split(''), undefined]) {
      const isEnd = unit === undefined || delimiters.has(unit);
      if (!isEnd) current += unit;
      else if (current !== '') {
        words.push(current);
        current = '';
      }
    }
    return number < 1n ? '' : (words[Number(number) - 1] ?? '');
  },
};
