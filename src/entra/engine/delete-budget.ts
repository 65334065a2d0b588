/** Counts the deletes and disables that a cycle may still send, to prevent accidental deletions (§3.6). */
export interface DeleteBudget {
  /** Uses one of the budget. Returns false if the threshold is reached: then the delete must be staged. */
  readonly take: () => boolean;
  /** Returns one to the budget, after a delete that failed. */
  readonly giveBack: () => void;
}

/** Creates a budget of `threshold` deletes, of which `alreadyUsed` are used; null allows any number. */
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
