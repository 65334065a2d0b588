import { required, type FunctionDefinition } from '../function-definition.ts';

export const left: FunctionDefinition = {
  name: 'Left',
  parameters: [required('String'), required('NumChars', 'Integer')],
  summary: 'So many characters from the left; all of them if the number is negative. Null becomes the empty string.',
  evaluate: ({ text, integer }) => {
    const [source, length] = [text('String') ?? '', integer('NumChars')];
    return length < 0n || length > source.length ? source : source.slice(0, Number(length));
  },
};

export const mid: FunctionDefinition = {
  name: 'Mid',
  parameters: [required('source'), required('start', 'Integer'), required('length', 'Integer')],
  summary:
    'So many characters from a place on, which counts from 1; fewer where the string ends. Null becomes the empty string.',
  evaluate: ({ text, integer, fault }) => {
    const source = text('source') ?? '';
    const [start, length] = [integer('start'), integer('length')];
    if (start < 1n) throw fault('start', `start is ${start}, and places count from 1.`);
    if (length < 0n) throw fault('length', `length is ${length}, and cannot be negative.`);
    const begin = Number(start) - 1;
    return source.slice(begin, begin + Number(length));
  },
};

/** Words are runs of characters between delimiters, so that two delimiters in a row separate once. */
export const word: FunctionDefinition = {
  name: 'Word',
  parameters: [required('String'), required('WordNumber', 'Integer'), required('Delimiters')],
  summary:
    'The word in a place, from 1; each character of the delimiters ends a word. The empty string where there is none.',
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
