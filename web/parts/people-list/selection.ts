/** The people that are selected: the picked ones, or all matches except the picked ones. */
export interface Selection {
  readonly isAll: boolean;
  /** Names by id. */
  readonly picked: ReadonlyMap<string, string>;
}

export const noSelection: Selection = { isAll: false, picked: new Map() };
export const allSelected: Selection = { isAll: true, picked: new Map() };

/** Returns the number of selected people among `total` matches. */
export function selectedCount({ isAll, picked }: Selection, total: number): number {
  return isAll ? total - picked.size : picked.size;
}

export function isSelected({ isAll, picked }: Selection, id: string): boolean {
  return picked.has(id) !== isAll;
}

/** Selects a person, or clears the selection of the person. */
export function toggled(selection: Selection, id: string, name: string): Selection {
  const picked = new Map(selection.picked);
  if (!picked.delete(id)) picked.set(id, name);
  return { ...selection, picked };
}
