/**
 * Returns the number of a group, given its name or its number as text. The number of the whole match is 0. Undefined if the
 * pattern does not have the group.
 */
export function groupNumber(groupNames: readonly string[], name: string): number | undefined {
  const index = groupNames.indexOf(name);
  if (index >= 0) return index + 1;
  const number = /^\d{1,4}$/.test(name) ? Number(name) : Number.NaN;
  return number <= groupNames.length ? number : undefined;
}
