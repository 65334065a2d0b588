/**
 * Returns a sentence as a part of another one: its first word begins with a small letter, unless it is an abbreviation.
 *
 * @example withinSentence('The primary email is missing') // 'the primary email is missing'
 */
export function withinSentence(text: string): string {
  return /^\p{Lu}(?:\p{Ll}|\s)/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
