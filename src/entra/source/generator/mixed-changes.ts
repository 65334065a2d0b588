import { Dice, guidOf } from './dice.ts';

/** What happens to people and groups, and how often of a hundred times. */
const kinds = [
  { kind: 'hire', weight: 16 },
  { kind: 'rename', weight: 6 },
  { kind: 'promote', weight: 16 },
  { kind: 'change department', weight: 10 },
  { kind: 'change office', weight: 6 },
  { kind: 'change manager', weight: 9 },
  { kind: 'disable', weight: 6 },
  { kind: 'enable', weight: 4 },
  { kind: 'delete', weight: 6 },
  { kind: 'restore', weight: 3 },
  { kind: 'purge', weight: 2 },
  { kind: 'add member', weight: 9 },
  { kind: 'remove member', weight: 5 },
  { kind: 'rename group', weight: 2 },
] as const;

export type MixedChangeKind = (typeof kinds)[number]['kind'];

/**
 * One change of a script. It names nobody: who it is about is the first that it fits from a place in the order of the
 * objectIds on, so a script goes with every tenant, and does the same to the same one.
 */
export interface MixedChange {
  readonly kind: MixedChangeKind;
  /** What the dice of the change are thrown with. */
  readonly seed: number;
  readonly number: number;
  /** Where who it is about is looked for, and the other one that has to do with it: a manager, a group. */
  readonly from: string;
  readonly otherFrom: string;
}

/** A script of so many changes that follows from the seed alone. */
export function mixedChanges(seed: number, count: number): readonly MixedChange[] {
  const dice = new Dice(seed, 'changes');
  return Array.from({ length: count }, (_, index) => ({
    kind: dice.weighted<(typeof kinds)[number]>(kinds).kind,
    seed,
    number: index + 1,
    from: guidOf(seed, 'from', index),
    otherFrom: guidOf(seed, 'other', index),
  }));
}
