import { AppError, quote } from '#base/errors.ts';

/** For a remove by a bare string that no value has; `name` is the attribute's. */
export function noMatch(name: string, values: readonly string[]): AppError {
  const [value] = values;
  return new AppError(
    'invalidValue',
    `${quote(value)} is not a value of ${name}, so that nothing can be removed. Send one of its values as [{"value": "…"}], or the path ${name}[value eq "…"].`,
    { attribute: name, value },
  );
}
