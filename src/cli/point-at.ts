import { escapeControls } from '#base/invisible.ts';

/** The number of characters to show before and after the place, because an expression may be one line of thousands of characters. */
const SHOWN_BEFORE = 60;
const SHOWN_AFTER = 40;

/**
 * Returns the line of a text that contains a place, and a second line with carets below the place.
 *
 * @example
 * pointAt('Join([a], [b]', { offset: 0, length: 4 }); // '  Join([a], [b]\n  ^^^^'
 */
export function pointAt(
  text: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): string {
  const begin = Math.max(lineBegin(text, offset), offset - SHOWN_BEFORE);
  const before = escapeControls(text.slice(begin, offset).toWellFormed());
  const rest = text.slice(offset).split(/[\r\n]/, 1)[0] ?? '';
  const after = escapeControls(rest.slice(0, Math.max(SHOWN_AFTER, Math.min(length, SHOWN_AFTER * 2))).toWellFormed());
  const marked = escapeControls(rest.slice(0, length)).length;
  return `  ${before}${after}\n  ${' '.repeat(before.length)}${'^'.repeat(Math.max(1, Math.min(marked, after.length)))}`;
}

function lineBegin(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}
