/** The units of ISO 8601 durations and their lengths in milliseconds, largest first. */
const units = [
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1_000],
] as const;

/** Formats an interval as an ISO 8601 duration, as in Graph: `printInterval(2_400_000)` returns `PT40M`. */
export function printInterval(intervalMs: number): string {
  let rest = intervalMs;
  const parts = units.map(([letter, size]) => {
    const count = letter === 'S' ? rest / size : Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count}${letter}`;
  });
  return `PT${parts.join('') || '0S'}`;
}

const iso = /^PT(?=\d)(?:(?<hours>\d{1,6})H)?(?:(?<minutes>\d{1,6})M)?(?:(?<seconds>\d{1,6}(?:\.\d{1,3})?)S)?$/i;

/** Parses an interval such as PT40M, 40m, 30s or 1h. Returns milliseconds, or undefined if the text is not an interval. */
export function parseInterval(text: string): number | undefined {
  const groups = iso.exec(/^\d+(?:\.\d+)?[hms]$/i.test(text) ? `PT${text}` : text)?.groups;
  if (groups === undefined) return undefined;
  const { hours = '0', minutes = '0', seconds = '0' } = groups;
  return Math.round(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000);
}
