/** What no script needs: controls, line and paragraph separators, and the overrides and isolates that reorder a text. */
export const controlPattern = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Everything that takes no room: two texts that differ by these alone look the same. */
export const invisiblePattern = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A text of which a reader sees nothing: blanks and characters without width. */
export const blankPattern = /^[\s\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]+$/u;

/** A character by its name in Unicode's notation, such as U+202E. */
export function codePointName(character: string): string {
  return `U+${hexadecimal(character.codePointAt(0) ?? 0)}`;
}

/** The text with what would reorder it, or steer a terminal, written as JSON escapes. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    new RegExp(controlPattern, 'gu'),
    (character) => `\\u${hexadecimal(character.charCodeAt(0)).toLowerCase()}`,
  );
}

function hexadecimal(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
