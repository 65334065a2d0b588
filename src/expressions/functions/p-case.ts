import { optional, required, type FunctionDefinition } from '../function-definition.ts';
import { mapLetters } from './letter-case.ts';

/** The characters at which .NET's TextInfo.ToTitleCase ends a word. Digits and letters without case do not end one. */
const separator = /[\p{Z}\p{Cc}\p{Cf}\p{P}\p{S}]/u;

export const pCase: FunctionDefinition = {
  name: 'PCase',
  parameters: [required('source'), optional('wordSeparators')],
  summary:
    'Converts the first letter of each word to uppercase, and the others to lowercase. Spaces, punctuation and symbols separate words, or only the given characters. Returns null for null.',
  evaluate: ({ text, isGiven }) => {
    const source = text('source');
    const given = text('wordSeparators') ?? '';
    if (source === null) return null;
    const isSeparator = (letter: string) =>
      isGiven('wordSeparators') ? given.includes(letter) : separator.test(letter);
    let isFirst = true;
    return mapLetters(source, (letter) => {
      const isWordStart = isFirst;
      isFirst = isSeparator(letter);
      return isWordStart ? letter.toUpperCase() : letter.toLowerCase();
    });
  },
};
