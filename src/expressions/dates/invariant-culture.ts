/** The names of the months in .NET's invariant culture. */
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** The names of the days of the week in .NET's invariant culture. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export const ABBREVIATION_LENGTH = 3;

/** The last year that two digits can mean: TwoDigitYearMax of .NET 8. */
const TWO_DIGIT_YEAR_MAX = 2049;

/** Converts a year of two digits to a full year, as .NET does: 49 is 2049, and 50 is 1950. */
export function fullYear(twoDigits: number): number {
  const century = Math.floor(TWO_DIGIT_YEAR_MAX / 100) * 100;
  return century + twoDigits > TWO_DIGIT_YEAR_MAX ? century - 100 + twoDigits : century + twoDigits;
}

/** Returns the number of a month, from 1, given its name or abbreviation in any letter case. Undefined for other names. */
export function monthOf(name: string): number | undefined {
  const wanted = name.toLowerCase();
  const index = monthNames.findIndex((month) => {
    const lower = month.toLowerCase();
    return wanted === lower || wanted === lower.slice(0, ABBREVIATION_LENGTH);
  });
  return index < 0 ? undefined : index + 1;
}

/** .NET's standard formats, which are single letters, with their custom formats. */
export const standardFormats: Readonly<Record<string, string>> = {
  d: 'MM/dd/yyyy',
  D: 'dddd, dd MMMM yyyy',
  f: 'dddd, dd MMMM yyyy HH:mm',
  F: 'dddd, dd MMMM yyyy HH:mm:ss',
  g: 'MM/dd/yyyy HH:mm',
  G: 'MM/dd/yyyy HH:mm:ss',
  m: 'MMMM dd',
  M: 'MMMM dd',
  o: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  O: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  r: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  R: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  s: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
  t: 'HH:mm',
  T: 'HH:mm:ss',
  u: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
  U: 'dddd, dd MMMM yyyy HH:mm:ss',
  y: 'yyyy MMMM',
  Y: 'yyyy MMMM',
};
