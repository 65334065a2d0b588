/** Whether a build server runs the tests: then nothing may be skipped. Each sets CI in its own way: to "true", to "1". */
export function inCi(): boolean {
  const value = process.env['CI'] ?? '';
  return !['', '0', 'false'].includes(value.toLowerCase());
}
