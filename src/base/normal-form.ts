/** A normal form of Unicode (UAX #15). */
export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** The maximum number of marks in a row that are normalized without being sorted first. Text that people write has fewer (UAX #15 §13). */
export const MARKS_MAX = 30;

/** Marks, and the two letters whose compatible form is a mark. */
const longMarks = new RegExp(`[\\p{M}\uFF9E\uFF9F]{${MARKS_MAX + 1},}`, 'gu');

/**
 * Returns a text in a normal form, like `String.prototype.normalize`, in a time that grows with the length of the text. The built-in
 * function inserts each mark into its place among the marks before it, so that a client could occupy the server with a long row of marks.
 *
 * @example normalForm('e\u0301', 'NFC') // 'é'
 */
export function normalForm(text: string, form: NormalForm): string {
  return text.length <= MARKS_MAX ? text.normalize(form) : withSortedMarks(text, form).normalize(form);
}

/** Returns a text with the same normal form, in which the marks of a long row are in canonical order. */
export function withSortedMarks(text: string, form: NormalForm): string {
  const decomposed = form.startsWith('NFK') ? 'NFKD' : 'NFD';
  return text.replaceAll(longMarks, (row) => {
    const marks = Array.from(row, (mark) => mark.normalize(decomposed)).join('');
    return sorted(marks);
  });
}

/** Sorts decomposed marks by their combining class. A mark of class 0 stays where it is, between sorted marks. */
function sorted(marks: string): string {
  const parts: string[] = [];
  let waiting = new Map<string, string[]>();
  const flush = () => {
    for (const sample of samples) parts.push(...(waiting.get(sample) ?? []));
    waiting = new Map();
  };
  for (const mark of marks) {
    const sample = sampleOf(mark);
    if (sample === undefined) {
      flush();
      parts.push(mark);
      continue;
    }
    const same = waiting.get(sample);
    if (same === undefined) waiting.set(sample, [mark]);
    else same.push(mark);
  }
  flush();
  return parts.join('');
}

/** One mark of each combining class that occurred, in the order of the classes. There are about 50. */
const samples: string[] = [];
/** The sample of the class of each mark that occurred; undefined for class 0. */
const known = new Map<string, string | undefined>();
/** The mark with the highest class. */
const LAST_MARK = '\u0345';

function sampleOf(mark: string): string | undefined {
  if (known.has(mark)) return known.get(mark);
  const sample = mark === LAST_MARK || isAfter(LAST_MARK, mark) ? findSample(mark) : undefined;
  known.set(mark, sample);
  return sample;
}

function findSample(mark: string): string {
  const same = samples.find((sample) => !isAfter(sample, mark) && !isAfter(mark, sample));
  if (same !== undefined) return same;
  const place = samples.findIndex((sample) => isAfter(sample, mark));
  samples.splice(place < 0 ? samples.length : place, 0, mark);
  return mark;
}

/** True if a mark has a higher class than the one behind it, so that canonical order exchanges them. */
function isAfter(mark: string, next: string): boolean {
  return (mark + next).normalize('NFD') !== mark + next;
}
