import { AppError, quote } from '#base/errors.ts';

/**
 * Creates the error for a remove operation whose value is a bare string that is not a value of the attribute. `name` is the attribute's
 * name.
 */
export function noMatch(name: string, values: readonly string[]): AppError {
  const [value] = values;
  return new AppError(
    'invalidValue',
    `${quote(value)} is not a value of ${name}, so it cannot be removed. Send one of its values as [{"value": "…"}], or the path ${name}[value eq "…"].`,
    { attribute: name, value },
  );
}
