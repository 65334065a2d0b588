import type { Comparison, Difference } from '#entra/engine/compare.ts';

/** Describes the result of `entra cycle compare`: one sentence for each difference, with names next to ids. */
export function describeComparison({ compared, found, total, differences }: Omit<Comparison, 'objects'>): string {
  const head = `${compared.User} users and ${compared.Group} groups compared; the target has ${found.User} and ${found.Group}.`;
  if (total === 0) return `${head}\nThe two directories are equal.`;
  const rest = total > differences.length ? [`… and ${total - differences.length} more.`] : [];
  return [head, `${countDifferences(total)}:`, ...differences.map(describeDifference), ...rest].join('\n');
}

export function countDifferences(count: number): string {
  return `${count} difference${count === 1 ? '' : 's'}`;
}

function describeDifference(difference: Difference): string {
  const { type, kind, name, targetId, attribute, expected, actual, memberName } = difference;
  const subject = `${type} ${name}`;
  if (kind === 'missing') return `${subject} is missing: the tenant has it in scope, and the target does not have it.`;
  if (kind === 'extra') {
    return `${subject} (id ${targetId}) is extra: the target has it, and no ${type.toLowerCase()} of the tenant is linked with it.`;
  }
  const value = (id: string) => (memberName === null ? id : `${memberName} (id ${id})`);
  if (expected === null)
    return `${subject}: ${attribute} has ${value(String(actual))}, which the tenant does not have there.`;
  if (actual === null) return `${subject}: ${attribute} lacks ${value(expected)}.`;
  return `${subject}: ${attribute} is ${actual}, not ${expected}.`;
}
