import type { RunProgram } from './run-program.ts';

/** The first version whose Debian package contains the protection from CVE-2024-3596 that our configuration switches on. */
export const ENGINE_VERSION_MIN = '3.2.7';

/** Returns the version of FreeRADIUS; undefined if it is not installed. */
export async function engineVersion(run: RunProgram): Promise<string | undefined> {
  const { code, output } = await run('freeradius', ['-v']);
  return code === 0 ? /FreeRADIUS Version (?<version>\d+\.\d+\.\d+)/.exec(output)?.groups?.['version'] : undefined;
}

/**
 * True if a version is ENGINE_VERSION_MIN or newer. Version 4 has another configuration, so only version 3 is accepted.
 *
 * @param version a version of FreeRADIUS or of Debian's package, such as 3.2.7+dfsg-1~bpo12+1
 * @example isSupported('3.2.10') // true
 * @example isSupported('3.2.1+dfsg-4+deb12u1') // false
 */
export function isSupported(version: string): boolean {
  const parts = numbersOf(version);
  const least = numbersOf(ENGINE_VERSION_MIN);
  if (parts[0] !== least[0]) return false;
  for (const [index, number] of parts.entries()) {
    const other = least[index] ?? 0;
    if (number !== other) return number > other;
  }
  return true;
}

function numbersOf(version: string): readonly number[] {
  return (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}
