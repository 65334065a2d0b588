import { normalForm } from '#base/normal-form.ts';
import { required, type FunctionDefinition } from '../function-definition.ts';

/** Microsoft's table of replacements. Letters that are not in the table stay unchanged. */
const table: Readonly<Record<string, string>> = {
  a: 'ä à â ã å á ą ă ā ā́ ā̀ ā̂ ā̃ ǟ ā̈ ǡ a̱ å̄',
  ae: 'æ ǣ',
  c: 'ç č ć c̄ c̱',
  d: 'ď d̄ ḏ',
  e: 'ë è é ê ę ě ė ē ḗ ḕ ē̂ ē̃ ê̄ e̱ ë̄ e̊̄',
  g: 'ğ ḡ g̱',
  i: 'ï î ì í ı ī ī́ ī̀ ī̂ ī̃ i̱',
  l: 'ľ ł l̄ ḹ ḻ',
  n: 'ñ ń ň n̄ ṉ',
  o: 'ö ò ő õ ô ó ō ṓ ṑ ō̂ ō̃ ȫ ō̈ ǭ ȭ ȱ o̱',
  oe: 'ø ø̄ œ œ̄',
  r: 'ř r̄ ṟ ṝ',
  ss: 'ß',
  s: 'š ś ș ş s̄ s̱',
  t: 'ť ț t̄ ṯ',
  u: 'ü ù û ú ů ű ū ū́ ū̀ ū̂ ū̃ u̇̄ ǖ ṻ ṳ̄ u̱',
  y: 'ÿ ý ȳ ȳ́ ȳ̀ ȳ̃ y̱',
  z: 'ź ž ż z̄ ẕ',
  // Uppercase letters that toUpperCase() does not derive from the letters above.
  I: 'İ',
  SS: 'ẞ',
};

const replacements: ReadonlyMap<string, string> = new Map(
  Object.entries(table).flatMap(([plain, letters]) =>
    letters.split(' ').flatMap((letter): [string, string][] => [
      [normalForm(letter, 'NFC'), plain],
      // Uppercase letters are replaced in the same way as their lowercase letters. ß and ı are excluded because their uppercase forms are
      // plain letters, İ and ẞ because they are uppercase.
      ...('ßıİẞ'.includes(letter)
        ? []
        : [[normalForm(letter.toUpperCase(), 'NFC'), plain.toUpperCase()] as [string, string]]),
    ]),
  ),
);

/** A letter and the combining marks after it, so that composed and decomposed letters are treated alike. */
const letterWithMarks = /\P{M}\p{M}*/gu;

export const normalizeDiacritics: FunctionDefinition = {
  name: 'NormalizeDiacritics',
  parameters: [required('source')],
  summary:
    "Replaces letters with diacritical marks by plain letters, by Microsoft's table: ë becomes e, æ becomes ae, ø becomes oe, ß becomes ss. Returns null for null.",
  evaluate: ({ text }) => {
    const source = text('source');
    return source === null
      ? null
      : source.replaceAll(letterWithMarks, (letter) => replacements.get(normalForm(letter, 'NFC')) ?? letter);
  },
};
