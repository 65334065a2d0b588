import type { Program } from './compile-pattern.ts';
import { matchPattern, type Match, type PatternBudget } from './match-pattern.ts';

/**
 * Returns all matches in a text, from left to right and without overlaps. Returns `exhausted` if the budget runs out.
 *
 * @example
 * findMatches(compilePattern('a', fault), 'banana', { steps: 1_000 }).length; // 3
 */
export function findMatches(program: Program, text: string, budget: PatternBudget): readonly Match[] | 'exhausted' {
  const matches: Match[] = [];
  for (let from = 0; from <= text.length;) {
    const match = matchPattern(program, text, from, budget);
    if (match === 'exhausted') return match;
    if (match === undefined) break;
    matches.push(match);
    const [{ begin, end }] = match;
    // After an empty match, the search continues one unit later.
    from = end === begin ? end + 1 : end;
  }
  return matches;
}
