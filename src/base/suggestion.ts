/** The maximum edit distance between a misspelled name and a name that is suggested for it; 1 if the name is short. */
const DISTANCE_MAX = 2;
/** Names with fewer characters are short: with two changes, most of them would become another one. */
const LONG_NAME_LENGTH_MIN = 6;

/** Returns the known name that is most similar to a misspelled name; undefined if none is similar. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const distanceMax = name.length < LONG_NAME_LENGTH_MIN ? 1 : DISTANCE_MAX;
  const near = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= distanceMax)
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= distanceMax)
    .sort((left, right) => left.distance - right.distance);
  return near[0]?.candidate;
}

/** Computes the optimal string alignment distance, row by row: two neighboring characters that are swapped are one change. */
function editDistance(left: string, right: string): number {
  const characters = Array.from(left);
  let before: readonly number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [line, character] of characters.entries()) {
    const next = [line + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (right.charAt(column - 1) === character ? 0 : 1);
      const isSwapped =
        column > 1 && right.charAt(column - 2) === character && right.charAt(column - 1) === characters[line - 1];
      const swapped = isSwapped ? (before[column - 2] ?? 0) + 1 : replaced;
      next.push(Math.min((next[column - 1] ?? 0) + 1, (row[column] ?? 0) + 1, replaced, swapped));
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
