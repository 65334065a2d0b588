/** True on a build server, where no test may be skipped. Build servers set CI to "true" or "1". */
export function inCi(): boolean {
  const value = process.env['CI'] ?? '';
  return !['', '0', 'false'].includes(value.toLowerCase());
}
