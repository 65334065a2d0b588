const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/**
 * Returns a number of bytes in the largest decimal unit in which it is at least 1. The console and the commands print sizes with it.
 *
 * @param locale The language of the number and of the unit, as a BCP 47 tag.
 * @example
 * byteSize(4_200_000); // '4.2 MB'
 */
export function byteSize(bytes: number, locale = 'en'): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const size = bytes / 1_000 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    maximumFractionDigits: size < 10 ? 1 : 0,
  }).format(size);
}
