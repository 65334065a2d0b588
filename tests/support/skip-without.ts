/** Whether a test is left out because the machine lacks what it starts; in CI nothing may be. */
export function skipWithout(isInstalled: boolean): boolean {
  return !isInstalled && process.env['CI'] !== 'true';
}
