import { quote } from '#base/errors.ts';
import { optional, required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

export const toLower: FunctionDefinition = {
  name: 'ToLower',
  parameters: [required('source'), optional('culture')],
  summary:
    'Converts the source to lowercase, by the rules of a culture (such as tr-TR) if one is given. Returns null for null.',
  evaluate: (args) =>
    changeCase(args, (text, culture) => (culture === undefined ? text.toLowerCase() : text.toLocaleLowerCase(culture))),
};

export const toUpper: FunctionDefinition = {
  name: 'ToUpper',
  parameters: [required('source'), optional('culture')],
  summary:
    'Converts the source to uppercase, by the rules of a culture (such as tr-TR) if one is given. Returns null for null.',
  evaluate: (args) =>
    changeCase(args, (text, culture) => (culture === undefined ? text.toUpperCase() : text.toLocaleUpperCase(culture))),
};

function changeCase(args: Arguments, change: (text: string, culture: string | undefined) => string) {
  const source = args.text('source');
  const culture = args.text('culture') ?? '';
  if (culture !== '' && !isCulture(culture)) {
    throw args.fault('culture', ({ evaluating }) => evaluating.noCulture(quote(culture)));
  }
  return source === null ? null : mapLetters(source, (letter) => change(letter, culture === '' ? undefined : culture));
}

function isCulture(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0;
  } catch {
    return false;
  }
}

/**
 * Changes each letter separately. Keeps a letter if its replacement would have a different length. .NET does the same: it does
 * not change ß to SS, and it treats a final sigma like any other sigma.
 */
export function mapLetters(text: string, change: (letter: string) => string): string {
  return Array.from(text, (letter) => {
    const changed = change(letter);
    return changed.length === letter.length ? changed : letter;
  }).join('');
}
