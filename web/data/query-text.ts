/**
 * Returns the query of an address with the values that are there, without the question mark.
 *
 * @example
 * queryText({ outcome: 'refused', from: null, to: '' }); // 'outcome=refused'
 */
export function queryText(values: Readonly<Record<string, string | null | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(name, value);
  }
  return parameters.toString();
}
