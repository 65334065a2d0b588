import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StringStream } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Splits a line into tokens, for the colors only: the server's parser decides what an expression means. */
function token(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/"(?:\\["\\]|[^"])*"?/) !== null) return 'string';
  if (stream.match(/[[](?:[^[\]]|[[][^\]]*\])*\]?/) !== null) return 'variableName';
  if (stream.match(/&[Hh][0-9A-Fa-f]+|[+-]?\d+/) !== null) return 'number';
  if (stream.match(/[A-Za-z_]\w*(?=\s*\()/) !== null) return 'keyword';
  if (stream.match(/[A-Za-z_]\w*/) !== null) return 'atom';
  if (stream.match(/<>|<=|>=|[=<>]/) !== null) return 'operator';
  stream.next();
  return 'punctuation';
}

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.variableName, color: 'var(--good)' },
  { tag: tags.string, color: 'var(--warn)' },
  { tag: tags.number, color: 'var(--warn)' },
  { tag: tags.atom, color: 'var(--ink)' },
  { tag: tags.operator, color: 'var(--ink)' },
  { tag: tags.punctuation, color: 'var(--ink-2)' },
]);

/** The colors of functions, attributes and constants, in both themes. */
export const expressionLanguage = [
  StreamLanguage.define({ name: 'expression', token, languageData: { closeBrackets: { brackets: ['(', '[', '"'] } } }),
  syntaxHighlighting(colors),
];

/** The look of the editor, with our tokens in place of the colors of CodeMirror. */
export const expressionTheme = EditorView.theme({
  '&': {
    border: '1px solid var(--field)',
    borderRadius: 'var(--radius)',
    background: 'var(--sheet)',
    color: 'var(--ink)',
    fontSize: 'var(--text)',
  },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', minHeight: '84px', maxHeight: '320px' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    background: 'var(--accent-tint) !important',
  },
  '.cm-matchingBracket': { background: 'var(--accent-tint) !important', outline: '1px solid var(--line-2)' },
  '.cm-nonmatchingBracket': { background: 'var(--bad-tint) !important' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '4px',
    paddingBottom: '0',
  },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--bad)' },
  '.cm-tooltip': {
    border: '1px solid var(--line-2)',
    borderRadius: 'var(--radius)',
    background: 'var(--sheet)',
    color: 'var(--ink)',
    boxShadow: 'var(--lift)',
    fontFamily: 'var(--sans)',
    fontSize: 'var(--text)',
    maxWidth: 'min(480px, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: 'var(--small)',
    maxHeight: '240px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', lineHeight: '20px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-tint)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--ink-2)', fontStyle: 'normal', marginLeft: '8px' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', lineHeight: '1.5' },
  '.cm-diagnostic': { padding: '8px 12px', borderLeft: '3px solid var(--bad)' },
  '.cm-diagnosticAction': {
    display: 'block',
    margin: '8px 0 0',
    padding: '4px 10px',
    border: '1px solid var(--field)',
    borderRadius: 'var(--radius)',
    background: 'var(--sheet)',
    color: 'var(--ink)',
    font: 'inherit',
    cursor: 'pointer',
  },
});
