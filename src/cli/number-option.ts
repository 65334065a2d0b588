import { InvalidArgumentError, Option } from 'commander';

/**
 * Returns an option that takes a whole number. Its description ends with the limits, and it rejects any other value.
 *
 * @example
 * numberOption('--count <n>', 'the number of changes', { min: 1, max: 100 });
 */
export function numberOption(
  flags: string,
  description: string,
  limits: { readonly min: number; readonly max: number },
) {
  const { min, max } = limits;
  return new Option(flags, `${description}, from ${min} to ${max}`).argParser((text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  });
}
