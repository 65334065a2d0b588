/**
 * Matches characters that no writing system needs in a value: controls, line and paragraph separators, and the overrides and
 * isolates that reorder a text.
 */
export const controlPattern = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Matches every character without width: texts that differ only by these look the same. */
export const invisiblePattern = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Matches a text in which a reader sees nothing: only blanks and characters without width. */
export const blankPattern = /^[\s\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]+$/u;

/** Returns a character in the notation of Unicode, such as U+202E. */
export function codePointName(character: string): string {
  return `U+${hexadecimal(character.codePointAt(0) ?? 0)}`;
}

/** Returns the text with JSON escapes for all characters that would reorder it or control a terminal. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    new RegExp(controlPattern, 'gu'),
    (character) => `\\u${hexadecimal(character.charCodeAt(0)).toLowerCase()}`,
  );
}

function hexadecimal(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
