/** The maximum edit distance between a misspelled name and a name that is suggested for it. */
const DISTANCE_MAX = 2;
/** Names with fewer letters are short: with two changes, most of them would become another one. */
const LONG_LETTERS_MIN = 6;
/** Names with fewer letters have no similar ones. */
const SIMILAR_LETTERS_MIN = 3;

function distanceFor(name: string, candidate: string): number {
  if (name.length < SIMILAR_LETTERS_MIN) return 0;
  return Math.max(name.length, candidate.length) < LONG_LETTERS_MIN ? 1 : DISTANCE_MAX;
}

/**
 * Returns the known name that is most similar to a misspelled name; undefined if none is similar.
 *
 * @param distanceMax The number of letters in which it may differ. By default, it is smaller for short names.
 */
export function suggestion(name: string, known: readonly string[], distanceMax?: number): string | undefined {
  const wanted = name.toLowerCase();
  const near = known
    .map((candidate) => ({ candidate, most: distanceMax ?? distanceFor(name, candidate) }))
    .filter(({ candidate, most }) => Math.abs(candidate.length - name.length) <= most)
    .map(({ candidate, most }) => ({ candidate, most, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance, most }) => distance <= most)
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
