import { quote } from '#base/errors.ts';
import { optional, required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

export const toLower: FunctionDefinition = {
  name: 'ToLower',
  parameters: [required('source'), optional('culture')],
  summary: 'The source in small letters, by the rules of a culture (such as tr-TR) or of none. Null stays null.',
  evaluate: (args) =>
    changeCase(args, (text, culture) => (culture === undefined ? text.toLowerCase() : text.toLocaleLowerCase(culture))),
};

export const toUpper: FunctionDefinition = {
  name: 'ToUpper',
  parameters: [required('source'), optional('culture')],
  summary: 'The source in capitals, by the rules of a culture (such as tr-TR) or of none. Null stays null.',
  evaluate: (args) =>
    changeCase(args, (text, culture) => (culture === undefined ? text.toUpperCase() : text.toLocaleUpperCase(culture))),
};

function changeCase(args: Arguments, change: (text: string, culture: string | undefined) => string) {
  const source = args.text('source');
  const culture = args.text('culture') ?? '';
  if (culture !== '' && !isCulture(culture)) {
    throw args.fault('culture', `culture is ${quote(culture)}, which is no name of RFC 4646; write de-DE or tr-TR.`);
  }
  return source === null ? null : letterwise(source, (letter) => change(letter, culture === '' ? undefined : culture));
}

function isCulture(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0;
  } catch {
    return false;
  }
}

/** .NET changes letter by letter, and never their number: ß has no capital there, and a final sigma is one like any other. */
export function letterwise(text: string, change: (letter: string) => string): string {
  return Array.from(text, (letter) => {
    const changed = change(letter);
    return changed.length === letter.length ? changed : letter;
  }).join('');
}
