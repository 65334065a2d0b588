/** How many deletes and disables a cycle may still do: the prevention of accidental deletions (§3.6). */
export interface DeleteBudget {
  /** Takes one; false when the threshold is reached, and the delete is to be staged. */
  readonly take: () => boolean;
  /** Gives one back: what it was taken for was not done. */
  readonly giveBack: () => void;
}

/** `threshold` null lets everything through. */
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
