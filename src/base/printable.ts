import { escapeControls } from './invisible.ts';

/** Escapes all control characters except line breaks, so that a name that a client sent cannot control the terminal. */
export function printable(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
