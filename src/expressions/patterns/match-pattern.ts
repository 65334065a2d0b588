import type { Instruction, Program } from './compile-pattern.ts';
import type { Assertion } from './pattern.ts';
import { boundaryWord, foldUnit } from './unit-sets.ts';

/** The number of steps that remain. All patterns of an evaluation share one budget, which matching reduces. */
export interface PatternBudget {
  steps: number;
}

/** The range of the text that a group matched; undefined if the group did not take part in the match. */
export type Capture = { readonly begin: number; readonly end: number } | undefined;
/** The range of the whole match, followed by the captures of the groups in the order of their numbers. */
export type Match = readonly [{ readonly begin: number; readonly end: number }, ...Capture[]];

/** The state of the machine: the next instruction, the position in the text, and the positions saved in the slots. */
interface Thread {
  readonly instruction: number;
  readonly position: number;
  readonly slots: readonly number[];
}

interface Run {
  readonly program: Program;
  readonly text: string;
  readonly budget: PatternBudget;
}

/**
 * Finds the first match at or after the position `from`. Undefined if there is none. Returns `exhausted` if the budget runs out,
 * which limits the time of every pattern. The machine backtracks like .NET's, so that it chooses the same alternatives.
 *
 * @example
 * matchPattern(compilePattern('b', fault), 'abc', 0, { steps: 1_000 }); // [{ begin: 1, end: 2 }]
 */
export function matchPattern(
  program: Program,
  text: string,
  from: number,
  budget: PatternBudget,
): Match | 'exhausted' | undefined {
  const run = { program, text, budget };
  const slots = Array.from({ length: program.slots }, () => -1);
  for (let position = from; position <= text.length; position += 1) {
    const end = runFrom(run, { instruction: 0, position, slots }, undefined);
    if (budget.steps <= 0) return 'exhausted';
    if (end !== undefined) return toMatch(program, position, end);
  }
  return undefined;
}

function toMatch({ groupNames }: Program, begin: number, { position, slots }: Thread): Match {
  const captures = groupNames.map((_, index): Capture => {
    const [from, to] = [slots[index * 2 + 2] ?? -1, slots[index * 2 + 3] ?? -1];
    return to < 0 ? undefined : { begin: from, end: to };
  });
  return [{ begin, end: position }, ...captures];
}

/** Runs until the first match. If `mustEndAt` is given, accepts only a match that ends at this position. */
function runFrom(run: Run, start: Thread, mustEndAt: number | undefined): Thread | undefined {
  const alternatives: Thread[] = [start];
  for (let thread = alternatives.pop(); thread !== undefined; thread = alternatives.pop()) {
    let current: Thread | undefined = thread;
    while (current !== undefined) {
      // Slots are copied when they change, so a step costs more in a pattern with many groups.
      run.budget.steps -= 1 + (current.slots.length >> 4);
      if (run.budget.steps <= 0) return undefined;
      const instruction: Instruction | undefined = run.program.instructions[current.instruction];
      if (instruction === undefined) return undefined;
      if (instruction.operation === 'match') {
        if (mustEndAt === undefined || current.position === mustEndAt) return current;
        break;
      }
      current = step(run, instruction, current, alternatives);
    }
  }
  return undefined;
}

/** Executes an instruction and returns the next state. Undefined if the machine must backtrack. */
function step(
  run: Run,
  instruction: Exclude<Instruction, { operation: 'match' }>,
  thread: Thread,
  alternatives: Thread[],
): Thread | undefined {
  const { position, slots } = thread;
  const next = { instruction: thread.instruction + 1, position, slots };
  switch (instruction.operation) {
    case 'unit':
      if (position >= run.text.length || !instruction.test(run.text.charCodeAt(position))) return undefined;
      return { ...next, position: position + 1 };
    case 'split':
      alternatives.push({ ...next, instruction: instruction.second });
      return { ...next, instruction: instruction.first };
    case 'jump':
      return { ...next, instruction: instruction.target };
    case 'save':
      return { ...next, slots: slots.with(instruction.slot, position) };
    case 'leaveIfEmpty':
      return slots[instruction.slot] === position ? { ...next, instruction: instruction.target } : next;
    case 'assert':
      return holds(instruction.assertion, run.text, position) ? next : undefined;
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

/** Finds a match that ends at the current position. Tries the nearest start position first. */
function lookBehind(run: Run, inner: Thread): Thread | undefined {
  for (let position = inner.position; position >= 0 && run.budget.steps > 0; position -= 1) {
    const found = runFrom(run, { ...inner, position }, inner.position);
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
    const [wanted, found] = [text.charCodeAt(begin + index), text.charCodeAt(next.position + index)];
    const isSame = ignoresCase ? foldUnit(wanted) === foldUnit(found) : wanted === found;
    if (!isSame) return undefined;
  }
  return { ...next, position: next.position + length };
}

const NEWLINE = '\n';

function holds(assertion: Assertion, text: string, position: number): boolean {
  switch (assertion) {
    case 'start':
      return position === 0;
    case 'end':
      return position === text.length;
    case 'endOrLastLine':
      return position === text.length || (position === text.length - 1 && text.endsWith(NEWLINE));
    case 'lineStart':
      return position === 0 || text.charAt(position - 1) === NEWLINE;
    case 'lineEnd':
      return position === text.length || text.charAt(position) === NEWLINE;
    case 'wordBoundary':
      return isBoundary(text, position);
    case 'noWordBoundary':
      return !isBoundary(text, position);
  }
}

function isBoundary(text: string, position: number): boolean {
  const isWord = (index: number) => index >= 0 && index < text.length && boundaryWord(text.charCodeAt(index));
  return isWord(position - 1) !== isWord(position);
}
