import type { Comparison, Escrow } from '#entra/graph-api/client-types.ts';

export type Difference = Comparison['differences'][number];

/** An object that is not equal on both sides, with all differences of its attributes. */
export interface ComparedObject {
  readonly key: string;
  readonly type: Difference['type'];
  readonly kind: Difference['kind'];
  readonly name: string;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly differences: readonly Difference[];
  /** The failure of the object, if it waits for another attempt. */
  readonly escrow: Escrow | undefined;
  /** True if the next cycle tries the failed object again. */
  readonly isDue: boolean;
}

/** Why an object is not equal on both sides. */
export type Cause = 'failed' | 'vanished' | 'notYet' | 'changed' | 'members' | 'extra';

/** Joins the differences of each object, in the order of the server, with the failure of the object. */
export function objectsOf(
  differences: readonly Difference[],
  escrows: readonly Escrow[],
  now: Date,
): readonly ComparedObject[] {
  const failures = new Map(escrows.map((escrow) => [escrow.objectId, escrow]));
  const groups = Map.groupBy(differences, ({ type, sourceId, targetId }) => `${type} ${sourceId ?? targetId ?? ''}`);
  return [...groups].flatMap(([key, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const { type, kind, name, sourceId, targetId } = first;
    const escrow = sourceId === null ? undefined : failures.get(sourceId);
    const isDue = escrow !== undefined && Date.parse(escrow.nextDateTime) <= now.getTime();
    return [{ key, type, kind, name, sourceId, targetId, differences: own, escrow, isDue }];
  });
}

/**
 * Returns the most likely cause. A failure that is known comes first.
 *
 * @example
 * causeOf({ kind: 'missing', targetId: null, escrow: undefined, differences: [] }); // 'notYet'
 */
export function causeOf({
  kind,
  targetId,
  escrow,
  differences,
}: Pick<ComparedObject, 'kind' | 'targetId' | 'escrow' | 'differences'>): Cause {
  if (kind === 'extra') return 'extra';
  if (escrow !== undefined) return 'failed';
  if (kind === 'missing') return targetId === null ? 'notYet' : 'vanished';
  return differences.every(({ attribute }) => attribute === 'members') ? 'members' : 'changed';
}
