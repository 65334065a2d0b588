import { groupNumber } from './group-number.ts';
import type { Match } from './match-pattern.ts';

type ReplacementPart = (text: string, match: Match) => string;

const substitution = /\$(?:(?<number>\d+)|\{(?<name>\w+)\}|(?<sign>[$&`'+_]))/g;

/** .NET's replacement patterns: $1, ${name}, $$, $&, $`, $', $+ and $_. What names no group stands for itself. */
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
