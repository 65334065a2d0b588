import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { MappingFunction } from '#entra/graph-api/client-types.ts';

/** An attribute of the source, with what is said about it in the list. */
export interface KnownAttribute {
  readonly name: string;
  readonly detail: string;
}

export interface Known {
  readonly functions: readonly MappingFunction[];
  readonly attributes: readonly KnownAttribute[];
}

/** Returns the part of a signature behind the name. */
function argumentsIn({ name, '@tanhua.signature': signature }: MappingFunction): string {
  return signature.slice(name.length);
}

function functionOption(definition: MappingFunction): Completion {
  return {
    label: definition.name,
    detail: argumentsIn(definition),
    info: definition['@tanhua.summary'],
    type: 'function',
    apply: (view, _completion, from, to) => insertCall(view, definition, from, to),
  };
}

/** Inserts a call, with the cursor between its parentheses. A parenthesis that is already there is kept. */
function insertCall(view: EditorView, { name, parameters }: MappingFunction, from: number, to: number): void {
  const hasParenthesis = view.state.sliceDoc(to, to + 1) === '(';
  const inside = from + name.length + 1;
  view.dispatch({
    changes: { from, to, insert: hasParenthesis ? name : `${name}()` },
    selection: { anchor: parameters.length === 0 && !hasParenthesis ? inside + 1 : inside },
    userEvent: 'input.complete',
  });
}

function attributeOption({ name, detail }: KnownAttribute): Completion {
  return {
    label: `[${name}]`,
    detail,
    type: 'variable',
    apply: (view, _completion, from, to) => {
      const end = view.state.sliceDoc(to, to + 1) === ']' ? to + 1 : to;
      view.dispatch({
        changes: { from, to: end, insert: `[${name}]` },
        selection: { anchor: from + name.length + 2 },
        userEvent: 'input.complete',
      });
    },
  };
}

/**
 * Offers attributes behind an opening bracket, and functions and attributes where a word begins; nothing inside a string.
 *
 * @example
 * completeExpression(() => ({ functions, attributes })); // a source for `autocompletion({ override: […] })`
 */
export function completeExpression(known: () => Known): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const { functions, attributes } = known();
    const before = context.state.sliceDoc(0, context.pos);
    const place = placeOf(before);
    if (place.kind === 'string') return null;
    if (place.kind === 'attribute') {
      return { from: place.from, options: attributes.map(attributeOption), validFor: /^\[[^\]]*$/ };
    }
    if (place.from === context.pos && !context.explicit) return null;
    return {
      from: place.from,
      options: [...functions.map(functionOption), ...attributes.map(attributeOption)],
      validFor: /^\w*$/,
    };
  };
}

/** Where the cursor is, and where the text begins that a completion replaces. */
export interface Place {
  readonly kind: 'string' | 'attribute' | 'word';
  readonly from: number;
}

/**
 * Returns the place at the end of a text.
 *
 * @example
 * placeOf('Join("[", [giv'); // { kind: 'attribute', from: 10 }
 */
export function placeOf(before: string): Place {
  let index = 0;
  while (index < before.length) {
    const character = before.charAt(index);
    if (character === '"' || character === '[') {
      const end = character === '"' ? endOfString(before, index) : endOfAttribute(before, index);
      if (end === undefined) return { kind: character === '"' ? 'string' : 'attribute', from: index };
      index = end;
    } else index += 1;
  }
  return { kind: 'word', from: startOfWord(before) };
}

/** Returns where the word at the end of a text begins. */
function startOfWord(text: string): number {
  let start = text.length;
  while (start > 0 && /\w/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

function endOfString(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') return index + 1;
    if (character === '\\' && /["\\]/.test(text.charAt(index + 1))) index += 1;
  }
  return undefined;
}

function endOfAttribute(text: string, start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    if (text.charAt(index) === '[') depth += 1;
    else if (text.charAt(index) === ']') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return undefined;
}
