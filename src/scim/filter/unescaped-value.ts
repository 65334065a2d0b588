import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';

/** One comparison, with everything between its first and its last quotation mark. */
const comparison = /^\s*(?<attribute>[\w$:.-]+)\s+(?:eq|ne|co|sw|ew)\s+"(?<value>[^]*)"\s*$/i;
/** Another comparison in the filter: then the quotation marks may be those of two values. */
const anotherComparison =
  /"\s*(?:and|or)[\s(]+(?:"|(?:not[\s(]+)?[\w$:.-]+\s+(?:pr|eq|ne|co|sw|ew|gt|ge|lt|le)\b)|\b(?:eq|ne|co|sw|ew)\s+"/i;

/**
 * The error for a filter that cannot be read because its value has a quotation mark or a backslash as it is, which is how Entra ID
 * sends names. The value itself may be a secret, and is not part of the error. Undefined for any other fault.
 *
 * @example
 * unescapedValue('displayName eq "This is "test" group."', error)?.reason?.code; // 'filterValueUnescaped'
 */
export function unescapedValue(text: string, error: unknown): AppError | undefined {
  if (!(error instanceof AppError) || error.code !== 'filterSyntax' || error.position === undefined) return undefined;
  const { attribute, value } = comparison.exec(text)?.groups ?? {};
  if (attribute === undefined || value === undefined || anotherComparison.test(value)) return undefined;
  const unescaped = value.replaceAll(/\\(?:["\\/bfnrt]|u[\da-f]{4})/gi, '');
  // A backslash in front of the last quotation mark escapes it: the string has no end.
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
