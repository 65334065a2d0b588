import type { Instruction, Program } from './compile-pattern.ts';
import type { Assertion } from './pattern.ts';
import { boundaryWord, foldUnit } from './unit-sets.ts';

/** How many steps are left to all patterns of an evaluation. */
export interface PatternBudget {
  steps: number;
}

/** A piece of the text that a group has taken; the first is the whole match. */
export type Capture = { readonly begin: number; readonly end: number } | undefined;
export type Match = readonly [{ readonly begin: number; readonly end: number }, ...Capture[]];

/** Where the machine is: the instruction, the place in the text, and what is remembered. */
interface Thread {
  readonly instruction: number;
  readonly place: number;
  readonly slots: readonly number[];
}

interface Run {
  readonly program: Program;
  readonly text: string;
  readonly budget: PatternBudget;
}

/**
 * The first match from a place on; undefined when there is none, and `exhausted` when the budget ran out: no pattern can take
 * longer, whatever it is. A backtracking machine like .NET's, so that the same alternative wins.
 */
export function matchPattern(
  program: Program,
  text: string,
  from: number,
  budget: PatternBudget,
): Match | 'exhausted' | undefined {
  const run = { program, text, budget };
  const slots = Array.from({ length: program.slots }, () => -1);
  for (let place = from; place <= text.length; place += 1) {
    const end = runFrom(run, { instruction: 0, place, slots }, undefined);
    if (budget.steps <= 0) return 'exhausted';
    if (end !== undefined) return toMatch(program, place, end);
  }
  return undefined;
}

function toMatch({ groupNames }: Program, begin: number, { place, slots }: Thread): Match {
  const captures = groupNames.map((_, index): Capture => {
    const [from, to] = [slots[index * 2 + 2] ?? -1, slots[index * 2 + 3] ?? -1];
    return to < 0 ? undefined : { begin: from, end: to };
  });
  return [{ begin, end: place }, ...captures];
}

/** Runs until a match; one that has to end in a certain place is given that. */
function runFrom(run: Run, start: Thread, mustEndAt: number | undefined): Thread | undefined {
  const waiting: Thread[] = [start];
  for (let thread = waiting.pop(); thread !== undefined; thread = waiting.pop()) {
    let current: Thread | undefined = thread;
    while (current !== undefined) {
      // What is remembered is copied: many groups make a step dearer.
      run.budget.steps -= 1 + (current.slots.length >> 4);
      if (run.budget.steps <= 0) return undefined;
      const instruction: Instruction | undefined = run.program.instructions[current.instruction];
      if (instruction === undefined) return undefined;
      if (instruction.operation === 'match') {
        if (mustEndAt === undefined || current.place === mustEndAt) return current;
        break;
      }
      current = step(run, instruction, current, waiting);
    }
  }
  return undefined;
}

/** Where the machine goes on; undefined where it must go back. */
function step(
  run: Run,
  instruction: Exclude<Instruction, { operation: 'match' }>,
  thread: Thread,
  waiting: Thread[],
): Thread | undefined {
  const { place, slots } = thread;
  const next = { instruction: thread.instruction + 1, place, slots };
  switch (instruction.operation) {
    case 'unit':
      if (place >= run.text.length || !instruction.test(run.text.charCodeAt(place))) return undefined;
      return { ...next, place: place + 1 };
    case 'split':
      waiting.push({ ...next, instruction: instruction.second });
      return { ...next, instruction: instruction.first };
    case 'jump':
      return { ...next, instruction: instruction.target };
    case 'save':
      return { ...next, slots: slots.with(instruction.slot, place) };
    case 'leaveIfEmpty':
      return slots[instruction.slot] === place ? { ...next, instruction: instruction.target } : next;
    case 'assert':
      return holds(instruction.assertion, run.text, place) ? next : undefined;
    case 'backreference':
      return afterBackreference(run.text, next, instruction);
    case 'look':
      return lookAround(run, next, instruction);
    case 'atomic': {
      const end = runFrom(run, next, undefined);
      return end && { ...end, instruction: instruction.end };
    }
  }
}

function lookAround(run: Run, inner: Thread, instruction: Instruction & { operation: 'look' }): Thread | undefined {
  const found = instruction.isBehind ? lookBehind(run, inner) : runFrom(run, inner, undefined);
  const after = { ...inner, instruction: instruction.end };
  if (instruction.isNegative) return found === undefined ? after : undefined;
  return found && { ...after, slots: found.slots };
}

/** From the nearest place backwards: whatever ends here. */
function lookBehind(run: Run, inner: Thread): Thread | undefined {
  for (let place = inner.place; place >= 0 && run.budget.steps > 0; place -= 1) {
    const found = runFrom(run, { ...inner, place }, inner.place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function afterBackreference(
  text: string,
  next: Thread,
  { group, ignoresCase }: Instruction & { operation: 'backreference' },
): Thread | undefined {
  const [begin, end] = [next.slots[group * 2] ?? -1, next.slots[group * 2 + 1] ?? -1];
  if (end < begin || end < 0) return undefined;
  const length = end - begin;
  for (let index = 0; index < length; index += 1) {
    const [wanted, found] = [text.charCodeAt(begin + index), text.charCodeAt(next.place + index)];
    const isSame = ignoresCase ? foldUnit(wanted) === foldUnit(found) : wanted === found;
    if (!isSame) return undefined;
  }
  return { ...next, place: next.place + length };
}

const NEWLINE = '\n';

function holds(assertion: Assertion, text: string, place: number): boolean {
  switch (assertion) {
    case 'start':
      return place === 0;
    case 'end':
      return place === text.length;
    case 'endOrLastLine':
      return place === text.length || (place === text.length - 1 && text.endsWith(NEWLINE));
    case 'lineStart':
      return place === 0 || text.charAt(place - 1) === NEWLINE;
    case 'lineEnd':
      return place === text.length || text.charAt(place) === NEWLINE;
    case 'wordBoundary':
      return isBoundary(text, place);
    case 'noWordBoundary':
      return !isBoundary(text, place);
  }
}

function isBoundary(text: string, place: number): boolean {
  const isWord = (index: number) => index >= 0 && index < text.length && boundaryWord(text.charCodeAt(index));
  return isWord(place - 1) !== isWord(place);
}
