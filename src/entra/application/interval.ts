/** Milliseconds of a unit, the largest first. */
const units = [
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1_000],
] as const;

/** An interval as Graph writes it: ISO 8601, PT40M. */
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

/** Milliseconds of PT40M, 40m, 30s or 1h; undefined for anything else. */
export function parseInterval(text: string): number | undefined {
  const groups = iso.exec(/^\d+(?:\.\d+)?[hms]$/i.test(text) ? `PT${text}` : text)?.groups;
  if (groups === undefined) return undefined;
  const { hours = '0', minutes = '0', seconds = '0' } = groups;
  return Math.round(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000);
}
