/** Limits the number of deletes and disables that a cycle sends, to prevent accidental deletions (§3.6). */
export interface DeleteBudget {
  /** Takes one delete from the budget. Returns false if no delete is left; then the caller must stage the delete. */
  readonly take: () => boolean;
  /** Returns a delete to the budget, because it failed. */
  readonly giveBack: () => void;
}

/** Creates a budget of `threshold` deletes, `alreadyUsed` of which have been taken. If `threshold` is null, there is no limit. */
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
