import type { PortalWords } from '../words.tsx';

/** Browsers by what only they have in their User-Agent header. The first that matches counts, because most also name others. */
const browsers = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
] as const;
const systems = [
  [/\b(?:iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/**
 * Returns the names of the browser and the system in a User-Agent header, each undefined if it is not known.
 *
 * @example userAgentOf('Mozilla/5.0 (Windows NT 10.0) … Firefox/140.0'); // { browser: 'Firefox', system: 'Windows' }
 */
export function userAgentOf(header: string | null): {
  readonly browser: string | undefined;
  readonly system: string | undefined;
} {
  const nameIn = (known: readonly (readonly [RegExp, string])[]) =>
    known.find(([pattern]) => pattern.test(header ?? ''))?.[1];
  return { browser: nameIn(browsers), system: nameIn(systems) };
}

/** Returns a User-Agent header in words, such as "Firefox on Windows"; undefined if neither the browser nor the system is known. */
export function deviceIn(header: string | null, { on }: PortalWords['sessions']): string | undefined {
  const { browser, system } = userAgentOf(header);
  return browser !== undefined && system !== undefined ? on(browser, system) : (browser ?? system);
}
