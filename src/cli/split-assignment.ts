/** NAME=VALUE of the command line; undefined for any other text. */
export function splitAssignment(text: string): { readonly name: string; readonly value: string } | undefined {
  const equals = text.indexOf('=');
  return equals > 0 ? { name: text.slice(0, equals), value: text.slice(equals + 1) } : undefined;
}
