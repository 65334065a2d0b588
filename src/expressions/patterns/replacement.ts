import { groupNumber } from './group-number.ts';
import type { Match } from './match-pattern.ts';

type ReplacementPart = (text: string, match: Match) => string;

const substitution = /\$(?:(?<number>\d+)|\{(?<name>\w+)\}|(?<sign>[$&`'+_]))/g;

/**
 * Parses a .NET replacement pattern, which can contain $1, ${name}, $$, $&, $`, $', $+ and $_. A reference to a group that does
 * not exist is literal text. Returns a function that builds the replacement for a match.
 *
 * @example
 * const replace = parseReplacement('[$1]', ['1']);
 * replace('abc', [{ begin: 0, end: 2 }, { begin: 1, end: 2 }]); // '[b]'
 */
export function parseReplacement(replacement: string, groupNames: readonly string[]): ReplacementPart {
  const parts: ReplacementPart[] = [];
  let end = 0;
  for (const found of replacement.matchAll(substitution)) {
    const { number, name, sign } = found.groups ?? {};
    const before = replacement.slice(end, found.index);
    const literal = found[0];
    const group = groupNumber(groupNames, number ?? name ?? '');
    const special = signs[sign ?? ''];
    parts.push(() => before);
    if (group === undefined) parts.push(special ?? (() => literal));
    else parts.push((text, match) => captured(text, match, group));
    end = found.index + literal.length;
  }
  const rest = replacement.slice(end);
  return (text, match) => parts.map((part) => part(text, match)).join('') + rest;
}

function captured(text: string, match: Match, group: number): string {
  const capture = match[group];
  return capture === undefined ? '' : text.slice(capture.begin, capture.end);
}

const signs: Readonly<Record<string, ReplacementPart>> = {
  $: () => '$',
  '&': (text, match) => captured(text, match, 0),
  '`': (text, [whole]) => text.slice(0, whole.begin),
  "'": (text, [whole]) => text.slice(whole.end),
  '+': (text, match) => captured(text, match, match.length - 1),
  _: (text) => text,
};
