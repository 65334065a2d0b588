/**
 * Splits a NAME=VALUE argument of the command line at the first "=". Returns undefined for any other text.
 *
 * @example
 * splitAssignment('contactName=IT'); // { name: 'contactName', value: 'IT' }
 */
export function splitAssignment(text: string): { readonly name: string; readonly value: string } | undefined {
  const equals = text.indexOf('=');
  return equals > 0 ? { name: text.slice(0, equals), value: text.slice(equals + 1) } : undefined;
}
