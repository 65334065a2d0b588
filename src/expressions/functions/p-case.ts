import { optional, required, type FunctionDefinition } from '../function-definition.ts';
import { letterwise } from './letter-case.ts';

/** .NET's TextInfo.ToTitleCase ends a word at these; digits and letters without case go on with it. */
const separator = /[\p{Z}\p{Cc}\p{Cf}\p{P}\p{S}]/u;

export const pCase: FunctionDefinition = {
  name: 'PCase',
  parameters: [required('source'), optional('wordSeparators')],
  summary:
    'Each word with a capital, and small letters behind it. Words end at blanks, punctuation and symbols, or at the given characters only. Null stays null.',
  evaluate: ({ text, isGiven }) => {
    const source = text('source');
    const given = text('wordSeparators') ?? '';
    if (source === null) return null;
    const isSeparator = (letter: string) =>
      isGiven('wordSeparators') ? given.includes(letter) : separator.test(letter);
    let isFirst = true;
    return letterwise(source, (letter) => {
      const isWordBegin = isFirst;
      isFirst = isSeparator(letter);
      return isWordBegin ? letter.toUpperCase() : letter.toLowerCase();
    });
  },
};
