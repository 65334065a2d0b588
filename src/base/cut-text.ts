/** The last character of a text that was cut. */
export const CUT_MARK = '…';

/**
 * Returns a text with at most `lengthMax` UTF-16 units, and CUT_MARK behind a text that was cut. Cut a text that a client chose with this
 * function, also if its secrets are replaced later: `SentSecrets` recognizes the beginning of a secret by the mark behind it.
 *
 * @example
 * cutText('abc', 2); // 'ab…'
 */
export function cutText(text: string, lengthMax: number): string {
  // The cut may split a surrogate pair.
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax).toWellFormed()}${CUT_MARK}`;
}
