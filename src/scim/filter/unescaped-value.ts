import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';

/** Matches a filter that is a single comparison. Its value is everything between the first and the last quotation mark. */
const comparison = /^\s*(?<attribute>[\w$:.-]+)\s+(?:eq|ne|co|sw|ew)\s+"(?<value>[^]*)"\s*$/i;
/** Matches a value that seems to contain a second comparison: the quotation marks may then belong to two values. */
const anotherComparison =
  /"\s*(?:and|or)[\s(]+(?:"|(?:not[\s(]+)?[\w$:.-]+\s+(?:pr|eq|ne|co|sw|ew|gt|ge|lt|le)\b)|\b(?:eq|ne|co|sw|ew)\s+"/i;

/**
 * Returns the error for a filter that cannot be parsed because its value has an unescaped quotation mark or backslash. Entra ID
 * sends names in this way. The error does not contain the value, which may be a secret. Returns undefined for any other error.
 *
 * @example
 * unescapedValue('displayName eq "This is "test" group."', error)?.reason?.code; // 'filterValueUnescaped'
 */
export function unescapedValue(text: string, error: unknown): AppError | undefined {
  if (!(error instanceof AppError) || error.code !== 'filterSyntax' || error.position === undefined) return undefined;
  const { attribute, value } = comparison.exec(text)?.groups ?? {};
  if (attribute === undefined || value === undefined || anotherComparison.test(value)) return undefined;
  const unescaped = value.replaceAll(/\\(?:["\\/bfnrt]|u[\da-f]{4})/gi, '');
  // A backslash before the last quotation mark escapes it, so the string does not end.
  const hasBackslash = unescaped.includes('\\');
  if (!hasBackslash && !unescaped.includes('"')) return undefined;
  const { position } = error;
  const character = hasBackslash ? 'backslash' : 'quotation mark';
  return refusal(
    'filterValueUnescaped',
    { attribute, character, fault: error.message },
    { attribute, position, cause: error },
  );
}
