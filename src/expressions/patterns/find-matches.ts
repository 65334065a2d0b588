import type { Program } from './compile-pattern.ts';
import { matchPattern, type Match, type PatternBudget } from './match-pattern.ts';

/** All matches in a text, each after the one before it; `exhausted` when the budget ran out. */
export function findMatches(program: Program, text: string, budget: PatternBudget): readonly Match[] | 'exhausted' {
  const matches: Match[] = [];
  for (let from = 0; from <= text.length;) {
    const match = matchPattern(program, text, from, budget);
    if (match === 'exhausted') return match;
    if (match === undefined) break;
    matches.push(match);
    const [{ begin, end }] = match;
    // After an empty match the search goes on a unit further.
    from = end === begin ? end + 1 : end;
  }
  return matches;
}
