import { escapeControls } from './invisible.ts';

/** Control characters, other than ends of lines, become their escapes: a name that a client sent must not drive the terminal. */
export function printable(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
