/** .NET's invariant culture: the names that dates are written with. */
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

export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export const ABBREVIATION_LENGTH = 3;

/** Two digits are a year up to this one: TwoDigitYearMax of .NET 8. */
const TWO_DIGIT_YEAR_MAX = 2049;

export function fullYear(twoDigits: number): number {
  const century = Math.floor(TWO_DIGIT_YEAR_MAX / 100) * 100;
  return century + twoDigits > TWO_DIGIT_YEAR_MAX ? century - 100 + twoDigits : century + twoDigits;
}

/** The month of a name or of its abbreviation in any case, from 1; undefined when there is none. */
export function monthOf(name: string): number | undefined {
  const wanted = name.toLowerCase();
  const index = monthNames.findIndex((month) => {
    const lower = month.toLowerCase();
    return wanted === lower || wanted === lower.slice(0, ABBREVIATION_LENGTH);
  });
  return index < 0 ? undefined : index + 1;
}

/** .NET's standard formats, one letter each, as custom formats. */
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
