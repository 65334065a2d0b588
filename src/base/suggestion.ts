/** The maximum edit distance between a misspelled name and a name that is suggested for it. */
const DISTANCE_MAX = 2;

/** Returns the known name that is most similar to a misspelled name; undefined if none is similar. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const near = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= DISTANCE_MAX)
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= DISTANCE_MAX)
    .sort((left, right) => left.distance - right.distance);
  return near[0]?.candidate;
}

/** Computes the Levenshtein distance, row by row. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [line, character] of Array.from(left).entries()) {
    const next = [line + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (right.charAt(column - 1) === character ? 0 : 1);
      next.push(Math.min((next[column - 1] ?? 0) + 1, (row[column] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
