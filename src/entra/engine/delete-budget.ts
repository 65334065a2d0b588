/** Limits the number of objects that a cycle deletes or disables, to prevent accidental deletions (§3.6). */
export interface DeleteBudget {
  /** Takes one deletion from the budget. Returns false if none is left; the caller must then stage the deletion. */
  readonly take: () => boolean;
  /** Returns a deletion to the budget, because its request failed. */
  readonly giveBack: () => void;
}

/** Creates a budget of `threshold` deletions, of which `alreadyUsed` have already been taken. If `threshold` is null, there is no limit. */
export function createDeleteBudget(threshold: number | null, alreadyUsed = 0): DeleteBudget {
  let used = alreadyUsed;
  return {
    take: () => {
      if (threshold !== null && used >= threshold) return false;
      used += 1;
      return true;
    },
    giveBack: () => {
      used -= 1;
    },
  };
}
