/** The number of a group that is named by its name or by its number; 0 is the whole. Undefined when there is no such group. */
export function groupNumber(groupNames: readonly string[], name: string): number | undefined {
  const index = groupNames.indexOf(name);
  if (index >= 0) return index + 1;
  const number = /^\d{1,4}$/.test(name) ? Number(name) : Number.NaN;
  return number <= groupNames.length ? number : undefined;
}
