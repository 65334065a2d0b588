import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Annotation, EditorState } from '@codemirror/state';
import { EditorView, highlightSpecialChars, keymap } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { ExplainedExpression } from '#entra/graph-api/client-types.ts';
import { useWords, type Words } from '../../../words/words.tsx';
import { completeExpression, type Known } from './complete-expression.ts';
import { expressionLanguage, expressionTheme } from './expression-language.ts';

/** Marks a change that the page made, so that the page is not told. */
const fromPage = Annotation.define<boolean>();

/** What a page can do with an editor. */
export interface EditorHandle {
  /** Selects a part of the expression and moves the focus to it. */
  readonly select: (offset: number, length: number) => void;
  /** Replaces a part of the expression, and puts the cursor behind it. */
  readonly replace: (offset: number, length: number, text: string) => void;
  /** Replaces the selection, for example with a function; the cursor moves back by a number of characters. */
  readonly insert: (text: string, back?: number) => void;
}

export type Mistake = NonNullable<ExplainedExpression['error']>;

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly known: Known;
  /** The mistake to underline, if the text is still the one in which it was found. */
  readonly mistake: Mistake | undefined;
  readonly isReadOnly?: boolean;
  readonly onReady?: (handle: EditorHandle) => void;
}

/**
 * The editor of expressions. It is in a shadow tree: CodeMirror writes its styles into the document otherwise, which the policy of the pages
 * does not allow.
 */
export function ExpressionEditor(props: Props) {
  const { label, value, mistake, onReady } = props;
  const { expressions: words } = useWords();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  // The texts that the page has been told and has not given back yet. A reader can type on in the meantime.
  const told = useRef<readonly string[]>([]);
  const change = useEffectEvent((text: string) => {
    told.current = [...told.current, text];
    props.onChange(text);
  });
  const known = useEffectEvent(() => props.known);
  const start = useEffectEvent((parent: HTMLElement) => {
    const view = openEditor({ parent, value, label, words, isReadOnly: props.isReadOnly ?? false, known, change });
    editor.current = view;
    onReady?.(handleOf(view));
    return view;
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const view = start(host.current);
    return () => view.destroy();
  }, []);
  useEffect(() => {
    const view = editor.current;
    const index = told.current.indexOf(value);
    told.current = told.current.slice(index + 1);
    if (view === undefined || (index >= 0 && told.current.length > 0)) return;
    const { doc } = view.state;
    if (doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: doc.length, insert: value }, annotations: fromPage.of(true) });
  }, [value]);
  useEffect(() => {
    const view = editor.current;
    if (view === undefined) return;
    const found = mistake === undefined ? [] : [diagnosticOf(mistake, view.state.doc.length, words)];
    view.dispatch(setDiagnostics(view.state, found));
  }, [mistake, words]);
  return <div ref={host} data-typing />;
}

interface Opening extends Required<Pick<Props, 'label' | 'value' | 'isReadOnly'>> {
  readonly parent: HTMLElement;
  readonly words: Words['expressions'];
  readonly known: () => Known;
  readonly change: (text: string) => void;
}

function openEditor({ parent, value, label, words, isReadOnly, known, change }: Opening): EditorView {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  const help = document.createElement('p');
  help.id = 'help';
  help.hidden = true;
  help.textContent = words.editorHelp;
  const place = document.createElement('div');
  root.replaceChildren(place, help);
  const phrases = {
    Completions: words.completions,
    Diagnostics: words.diagnostics,
    'No diagnostics': words.noDiagnostics,
  };
  return new EditorView({
    root,
    parent: place,
    doc: value,
    extensions: [
      highlightSpecialChars(),
      history(),
      bracketMatching(),
      closeBrackets(),
      typeOverSelection,
      autocompletion({ override: [completeExpression(known)], icons: false, interactionDelay: 0 }),
      expressionLanguage,
      expressionTheme,
      EditorView.lineWrapping,
      EditorState.phrases.of(phrases),
      EditorState.readOnly.of(isReadOnly),
      EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': help.id, spellcheck: 'false' }),
      // Without a key for Tab, so that it moves on as in every other field.
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.updateListener.of((update) => {
        const isFromPage = update.transactions.some((transaction) => transaction.annotation(fromPage) === true);
        if (update.docChanged && !isFromPage) change(update.state.doc.toString());
        // Escape closes the list, and not the dialog around the editor.
        const isListOpen = completionStatus(update.state) !== null;
        parent.setAttribute('data-mantine-stop-propagation', String(isListOpen));
      }),
    ],
  });
}

/**
 * Types over a selection. Chromium would keep the style of the selected text with an attribute, which the policy of the pages refuses with a
 * message for every key.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { data, inputType } = event;
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== 'insertText' || data === null || empty || view.composing || view.state.readOnly) return false;
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: data },
        selection: { anchor: from + data.length },
        userEvent: 'input.type',
        scrollIntoView: true,
      });
    const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});

function handleOf(view: EditorView): EditorHandle {
  return {
    select: (offset, length) => {
      const end = Math.min(offset + length, view.state.doc.length);
      view.dispatch({ selection: { anchor: Math.min(offset, end), head: end }, scrollIntoView: true });
      view.focus();
    },
    replace: (offset, length, text) => {
      const to = Math.min(offset + length, view.state.doc.length);
      view.dispatch({ changes: { from: offset, to, insert: text }, selection: { anchor: offset + text.length } });
      view.focus();
    },
    insert: (text, back = 0) => {
      const { from, to } = view.state.selection.main;
      view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length - back } });
      view.focus();
    },
  };
}

function diagnosticOf(
  { offset, length, message, suggestion, suggestionOffset, suggestionLength }: Mistake,
  end: number,
  words: Words['expressions'],
): Diagnostic {
  const from = Math.min(offset, end);
  return {
    from,
    to: Math.min(offset + length, end),
    severity: 'error',
    message,
    ...(suggestion !== null && {
      actions: [
        {
          name: suggestionLength === 0 ? words.insertFix(suggestion) : words.fix(suggestion),
          // `at` is where the mistake is after edits that were typed meanwhile.
          apply: (view: EditorView, at: number) => {
            const start = Math.min(Math.max(0, suggestionOffset + at - from), view.state.doc.length);
            const stop = Math.min(start + suggestionLength, view.state.doc.length);
            view.dispatch({ changes: { from: start, to: stop, insert: suggestion } });
          },
        },
      ],
    }),
  };
}
