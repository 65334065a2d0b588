import { PATTERN_SIZE_MAX } from '../limits.ts';
import { groupNumber } from './group-number.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Assertion, PatternFault, PatternNode, UnitPredicate } from './pattern.ts';

/** One step of the matching machine. Targets and ends are indices of instructions. */
export type Instruction =
  | { readonly operation: 'unit'; readonly test: UnitPredicate }
  /** Continues at `first`, and backtracks to `second` if that does not lead to a match. */
  | { readonly operation: 'split'; first: number; second: number }
  | { readonly operation: 'jump'; target: number }
  | { readonly operation: 'save'; readonly slot: number }
  /** Leaves a loop after an iteration that matched the empty string, as .NET does. */
  | { readonly operation: 'leaveIfEmpty'; readonly slot: number; target: number }
  | { readonly operation: 'assert'; readonly assertion: Assertion }
  | { readonly operation: 'backreference'; readonly group: number; readonly ignoresCase: boolean }
  | { readonly operation: 'look'; readonly isBehind: boolean; readonly isNegative: boolean; end: number }
  | { readonly operation: 'atomic'; end: number }
  | { readonly operation: 'match' };

/** A compiled regular expression. Create it with `compilePattern`. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly groupNames: readonly string[];
  /** The number of slots: two for each group, where group 0 is the whole match, and one for each loop. */
  readonly slots: number;
}

/**
 * Compiles a .NET regular expression. Throws the error that `fault` creates if the pattern is invalid, uses a feature that is
 * not supported, or exceeds a limit.
 *
 * @example
 * const program = compilePattern('(?<year>[0-9]{4})', (_, offset) => new Error(`wrong at ${offset}`));
 * matchPattern(program, 'in 2026', 0, { steps: 1_000 }); // [{ begin: 3, end: 7 }, { begin: 3, end: 7 }]
 */
export function compilePattern(pattern: string, fault: PatternFault): Program {
  const { node, groupNames } = parsePattern(pattern, fault);
  const draft: Draft = {
    instructions: [],
    groupNames,
    slots: (groupNames.length + 1) * 2,
    fault,
  };
  emit(draft, node);
  draft.instructions.push({ operation: 'match' });
  return { instructions: draft.instructions, groupNames, slots: draft.slots };
}

interface Draft {
  readonly instructions: Instruction[];
  readonly groupNames: readonly string[];
  readonly fault: PatternFault;
  slots: number;
}

function add<Kind extends Instruction>(draft: Draft, instruction: Kind): Kind {
  if (draft.instructions.length >= PATTERN_SIZE_MAX) {
    throw draft.fault(({ patterns }) => patterns.tooLarge, 0);
  }
  draft.instructions.push(instruction);
  return instruction;
}

function emit(draft: Draft, node: PatternNode): void {
  switch (node.kind) {
    case 'unit':
      add(draft, { operation: 'unit', test: node.test });
      return;
    case 'sequence':
      for (const inner of node.nodes) emit(draft, inner);
      return;
    case 'choice':
      emitChoice(draft, node.nodes);
      return;
    case 'repeat':
      emitRepeat(draft, node);
      return;
    case 'group': {
      const slot = groupOf(draft, node.name) * 2;
      add(draft, { operation: 'save', slot });
      emit(draft, node.node);
      add(draft, { operation: 'save', slot: slot + 1 });
      return;
    }
    case 'backreference':
      add(draft, { operation: 'backreference', group: groupOf(draft, node.name), ignoresCase: node.ignoresCase });
      return;
    case 'assertion':
      add(draft, { operation: 'assert', assertion: node.assertion });
      return;
    case 'look':
    case 'atomic': {
      const { kind } = node;
      const enclosing = add(
        draft,
        kind === 'atomic'
          ? { operation: kind, end: 0 }
          : { operation: kind, isBehind: node.isBehind, isNegative: node.isNegative, end: 0 },
      );
      emit(draft, node.node);
      add(draft, { operation: 'match' });
      enclosing.end = draft.instructions.length;
    }
  }
}

/** Returns the number of a group. parsePattern has checked that the group exists. */
function groupOf({ groupNames }: Draft, name: string): number {
  return groupNumber(groupNames, name) ?? 0;
}

function emitChoice(draft: Draft, nodes: readonly PatternNode[]): void {
  const exits: { target: number }[] = [];
  for (const [index, node] of nodes.entries()) {
    if (index === nodes.length - 1) {
      emit(draft, node);
      continue;
    }
    const split = add(draft, { operation: 'split', first: 0, second: 0 });
    split.first = draft.instructions.length;
    emit(draft, node);
    exits.push(add(draft, { operation: 'jump', target: 0 }));
    split.second = draft.instructions.length;
  }
  for (const exit of exits) exit.target = draft.instructions.length;
}

/** Emits the required iterations one by one. Then emits a loop if there is no maximum, or else the optional iterations. */
function emitRepeat(draft: Draft, { node, least, most, isLazy }: PatternNode & { kind: 'repeat' }): void {
  for (let iteration = 0; iteration < least; iteration += 1) emitIteration(draft, node);
  if (most === Infinity) {
    emitLoop(draft, node, isLazy);
    return;
  }
  const exits: SplitInstruction[] = [];
  for (let iteration = least; iteration < most; iteration += 1) {
    exits.push(emitSplit(draft));
    emitIteration(draft, node);
  }
  for (const exit of exits) setTargets(exit, draft.instructions.length, isLazy);
}

/**
 * Emits one iteration of a repetition. The jump adds an instruction to each iteration, so that PATTERN_SIZE_MAX also limits the
 * repetition of a node that has no instructions.
 */
function emitIteration(draft: Draft, node: PatternNode): void {
  add(draft, { operation: 'jump', target: draft.instructions.length + 1 });
  emit(draft, node);
}

type SplitInstruction = Instruction & { operation: 'split' };

function emitSplit(draft: Draft): SplitInstruction {
  const split: SplitInstruction = add(draft, { operation: 'split', first: 0, second: 0 });
  split.first = draft.instructions.length;
  return split;
}

/** Sets the targets of a split. A greedy repetition first tries another iteration; a lazy one first tries the exit. */
function setTargets(split: SplitInstruction, exit: number, isLazy: boolean): void {
  split.second = exit;
  if (isLazy) [split.first, split.second] = [split.second, split.first];
}

function emitLoop(draft: Draft, node: PatternNode, isLazy: boolean): void {
  const slot = draft.slots;
  draft.slots += 1;
  const top = draft.instructions.length;
  const split = emitSplit(draft);
  add(draft, { operation: 'save', slot });
  emit(draft, node);
  const leave = add(draft, { operation: 'leaveIfEmpty', slot, target: 0 });
  add(draft, { operation: 'jump', target: top });
  const exit = draft.instructions.length;
  setTargets(split, exit, isLazy);
  leave.target = exit;
}
