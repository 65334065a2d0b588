import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { optional, required, type Arguments, type FunctionDefinition } from '../function-definition.ts';
import { PATTERN_INPUT_LENGTH_MAX } from '../limits.ts';
import { compilePattern, type Program } from '../patterns/compile-pattern.ts';
import { findMatches } from '../patterns/find-matches.ts';
import { groupNumber } from '../patterns/group-number.ts';
import type { Match } from '../patterns/match-pattern.ts';
import { parseReplacement } from '../patterns/replacement.ts';

/** The arguments that a call gives select one of several forms of replacement. The parameter names are Graph's. */
export const replace: FunctionDefinition = {
  name: 'Replace',
  parameters: [
    required('source'),
    optional('Find'),
    optional('RegularExpression'),
    optional('RegularExpressionGroupName'),
    optional('Replacement'),
    optional('ReplacementPropertyName'),
    optional('Template'),
  ],
  summary:
    'Replaces parts of a string. The given arguments select how. Find and Replacement: replaces each occurrence of Find. Find and Template: returns the template with each occurrence of Find replaced by the source. RegularExpression and Replacement: replaces each match; the replacement can contain ${name} and $1. With RegularExpressionGroupName: replaces only the text of the group. With RegularExpressionGroupName and ReplacementPropertyName: returns the source, or, if it is empty, the text of the group in that attribute. Replace is case-sensitive.',
  evaluate: (args) => {
    if (args.isGiven('RegularExpression')) return replacePattern(args);
    if (!args.isGiven('Find')) throw args.fault(undefined, ({ evaluating }) => evaluating.nothingToFind);
    return replaceText(args);
  },
};

function replaceText(args: Arguments): string | null {
  const source = args.text('source');
  const find = args.text('Find') ?? '';
  const isTemplate = args.isGiven('Template') && !args.isGiven('Replacement');
  const subject = isTemplate ? args.text('Template') : source;
  const replacement = isTemplate ? source : replacementOf(args);
  if (source === null || subject === null) return null;
  return find === '' ? subject : args.join(subject.split(find), replacement ?? '');
}

function replacementOf(args: Arguments): string {
  if (args.isGiven('Replacement')) return args.text('Replacement') ?? '';
  if (args.isGiven('ReplacementPropertyName')) return args.text('ReplacementPropertyName') ?? '';
  throw args.fault(undefined, ({ evaluating }) => evaluating.noReplacement);
}

function replacePattern(args: Arguments): string | null {
  const program = readPattern(args);
  const source = args.text('source');
  if (args.isGiven('RegularExpressionGroupName')) return replaceGroup(args, program, source);
  const replacement = replacementOf(args);
  if (source === null) return null;
  // Only the Replacement argument is a replacement pattern. A dollar sign in the value of ReplacementPropertyName is literal.
  const isPattern = args.isGiven('Replacement');
  const replace = isPattern ? parseReplacement(replacement, program.groupNames) : () => replacement;
  return assemble(args, source, matchesIn(args, program, source, 'source'), (match) => ({
    ...match[0],
    text: replace(source, match),
  }));
}

function replaceGroup(args: Arguments, program: Program, source: string | null): string | null {
  const group = readGroupName(args, program);
  if (!args.isGiven('Replacement') && args.isGiven('ReplacementPropertyName')) {
    return source === null || source === '' ? groupInAttribute(args, program, group) : source;
  }
  const replacement = replacementOf(args);
  if (source === null) return null;
  return assemble(args, source, matchesIn(args, program, source, 'source'), (match) => {
    const capture = match[group];
    return capture && { ...capture, text: replacement };
  });
}

/** Returns the text that the group matches in the value of ReplacementPropertyName; null if the value is null or does not match. */
function groupInAttribute(args: Arguments, program: Program, group: number): string | null {
  const other = args.text('ReplacementPropertyName');
  if (other === null) return null;
  const capture = matchesIn(args, program, other, 'ReplacementPropertyName')[0]?.[group];
  return capture === undefined ? null : other.slice(capture.begin, capture.end);
}

function readPattern(args: Arguments): Program {
  const pattern = args.text('RegularExpression') ?? '';
  return compilePattern(pattern, (reason, offset) =>
    args.fault('RegularExpression', (mistakes) =>
      mistakes.evaluating.badPattern(quote(pattern), reason(mistakes), offset + 1),
    ),
  );
}

function readGroupName(args: Arguments, { groupNames }: Program): number {
  const name = args.text('RegularExpressionGroupName') ?? '';
  const group = groupNumber(groupNames, name);
  if (group !== undefined) return group;
  const near = suggestion(name, groupNames);
  throw args.fault('RegularExpressionGroupName', ({ evaluating }) => evaluating.noGroup(quote(name), near, groupNames));
}

function matchesIn(args: Arguments, program: Program, text: string, name: string): readonly Match[] {
  if (text.length > PATTERN_INPUT_LENGTH_MAX) {
    throw args.tooComplex(({ evaluating }) =>
      evaluating.tooLongForPattern(name, text.length, PATTERN_INPUT_LENGTH_MAX),
    );
  }
  const matches = findMatches(program, text, args.budget);
  if (matches !== 'exhausted') return matches;
  throw args.tooComplex(({ evaluating }) => evaluating.tooManySteps);
}

interface Piece {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
}

/** Returns the source with one part of each match replaced. */
function assemble(
  args: Arguments,
  source: string,
  matches: readonly Match[],
  pieceOf: (match: Match) => Piece | undefined,
): string {
  const texts: string[] = [];
  let end = 0;
  for (const match of matches) {
    const piece = pieceOf(match);
    if (piece === undefined) continue;
    texts.push(source.slice(end, piece.begin), piece.text);
    end = piece.end;
  }
  return args.join([...texts, source.slice(end)], '');
}
