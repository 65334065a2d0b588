import fc from 'fast-check';

const SURROGATES_FROM = 0xd800;
const SURROGATES_TO = 0xdfff;

/** Returns characters up to a code point, without lone surrogates, so that every text of these characters is well formed. */
const upTo = (max: number) =>
  fc
    .integer({ min: 0, max })
    .filter((codePoint) => codePoint < SURROGATES_FROM || codePoint > SURROGATES_TO)
    .map((codePoint) => String.fromCodePoint(codePoint));

/**
 * Any character, for `fc.string({ unit: anyCharacter })`. Characters of one, two, three and four bytes in UTF-8 are all common. The unit
 * `binary` of fast-check would build a table of all 1.1 million characters, which takes two seconds per test file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.oneof(upTo(0x7f), upTo(0x7ff), upTo(0xffff), upTo(0x10ffff));
