import { quote } from '#base/errors.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';

const parts = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1_000],
] as const;
const pattern =
  /^P(?:(?<days>\d{1,8})D)?(?:T(?:(?<hours>\d{1,8})H)?(?:(?<minutes>\d{1,8})M)?(?:(?<seconds>\d{1,8}(?:\.\d{1,7})?)S)?)?$/;

/**
 * Returns milliseconds as an ISO 8601 duration, as Graph writes it.
 *
 * @example
 * printDuration(2_400_000); // 'PT40M'
 */
export function printDuration(milliseconds: number): string {
  let rest = milliseconds;
  const [days, hours, minutes] = parts.slice(0, 3).map(([, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count;
  });
  const date = days === 0 ? '' : `${days}D`;
  const time = `${hours === 0 ? '' : `${hours}H`}${minutes === 0 ? '' : `${minutes}M`}${rest === 0 ? '' : `${rest / 1_000}S`}`;
  if (time === '') return date === '' ? 'PT0S' : `P${date}`;
  return `P${date}T${time}`;
}

/** Reads an ISO 8601 duration of days, hours, minutes and seconds. Returns milliseconds. Throws `invalidValue`. */
export function readDuration(text: string, attribute: string): number {
  const groups = text.length > 2 ? pattern.exec(text)?.groups : undefined;
  if (groups === undefined) {
    throw new StandInError('invalidValue', ({ jobs }) => jobs.duration(attribute, quote(text)), {
      attribute,
      value: text,
    });
  }
  return parts.reduce((sum, [name, length]) => sum + Math.round(Number(groups[name] ?? 0) * length), 0);
}
