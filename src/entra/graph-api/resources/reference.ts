import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { isGuid } from '../../source/source-values.ts';

/** A reference such as `{"@odata.id": "https://graph.microsoft.com/v1.0/users/{id}"}`. Any host is accepted. */
export const referenceBody = z.looseObject({ '@odata.id': z.string().max(2_048) });

/**
 * Returns the id at the end of a reference, in lower case. Throws `invalidValue`.
 *
 * @example
 * const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
 * idOfReference(`https://HOST/entra/v1.0/users/${id}`, '@odata.id'); // id
 * idOfReference(`https://HOST/entra/v1.0/users('${id}')`, '@odata.id'); // id
 */
export function idOfReference(value: unknown, attribute: string): string {
  const last = typeof value === 'string' ? (value.split(/[?#]/, 1)[0] ?? '').split('/').at(-1) : undefined;
  const id = last?.replace(/^\w+\('(.*)'\)$/, '$1');
  if (id !== undefined && isGuid(id)) return id.toLowerCase();
  throw new AppError(
    'invalidValue',
    `${attribute} is ${quote(value)}: it must be a URL that ends with the id of an object, such as https://HOST/entra/v1.0/users/3f2504e0-4f89-41d3-9a0c-0305e82c3301.`,
    { attribute },
  );
}
