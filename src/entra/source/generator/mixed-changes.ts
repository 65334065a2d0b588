import { Dice, guidOf } from './dice.ts';

/** The kinds of changes. The weight is the average number of changes of that kind in a hundred changes. */
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
 * A change in a script. It does not name a user: it applies to the first suitable user whose objectId is at least `from`. A script
 * therefore works with any tenant, and has the same effect on equal tenants.
 */
export interface MixedChange {
  readonly kind: MixedChangeKind;
  /** The seed of the change's random numbers. */
  readonly seed: number;
  readonly number: number;
  /** The objectIds at which searches start: `from` for the user, `otherFrom` for the manager or group that the change needs. */
  readonly from: string;
  readonly otherFrom: string;
}

/** Generates a script of `count` changes that depends only on the seed. */
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

/** Generates a script that hires `count` users and depends only on the seed. */
export function hires(seed: number, count: number): readonly MixedChange[] {
  return mixedChanges(seed, count).map((change) => ({ ...change, kind: 'hire' }));
}
