import { InvalidArgumentError, Option } from 'commander';

/** An option that takes a whole number within limits. */
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
