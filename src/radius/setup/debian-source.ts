/** A package source of Debian: where packages come from, and the key that signs them. */
export interface DebianSource {
  readonly uri: string;
  /** The path of the key, or the key; undefined for the keys that the machine trusts anyway. */
  readonly signedBy: string | undefined;
}

/**
 * Finds the machine's source of a Debian suite, in the form of a `.sources` file (deb822) or of a `sources.list`. The suite of backports
 * comes from the same server, so that a mirror or a proxy that the administrator chose is used for it too.
 *
 * @param texts the contents of the machine's files with sources
 * @param suite the code name, such as bookworm
 * @example findSource(['deb http://deb.debian.org/debian bookworm main'], 'bookworm')?.uri // 'http://deb.debian.org/debian'
 * @source `man 5 sources.list`
 */
export function findSource(texts: readonly string[], suite: string): DebianSource | undefined {
  for (const text of texts) {
    const found = /^(?:Types|URIs):/im.test(text) ? inStanzas(text, suite) : inLines(text, suite);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inStanzas(text: string, suite: string): DebianSource | undefined {
  const withoutComments = text.replaceAll(/^#.*\n?/gm, '');
  for (const stanza of withoutComments.split(/\n[ \t]*\n/)) {
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(?<value>.+)$`, 'im').exec(stanza)?.groups?.['value'];
    const suites = field('Suites')?.split(/\s+/) ?? [];
    const [uri] = field('URIs')?.trim().split(/\s+/) ?? [];
    const isOn = !/^no$/i.test(field('Enabled')?.trim() ?? 'yes') && /\bdeb\b/.test(field('Types') ?? '');
    if (isOn && uri !== undefined && suites.includes(suite)) {
      return { uri, signedBy: field('Signed-By')?.trim() };
    }
  }
  return undefined;
}

function inLines(text: string, suite: string): DebianSource | undefined {
  const line = /^deb(?:[ \t]+\[(?<options>[^\]]*)\])?[ \t]+(?<uri>\S+)[ \t]+(?<suite>\S+)[ \t]+\S/gm;
  for (const { groups } of text.matchAll(line)) {
    const { options = '', uri, suite: found } = groups ?? {};
    if (uri !== undefined && found === suite) {
      return { uri, signedBy: /\bsigned-by=(?<path>\S+)/i.exec(options)?.groups?.['path'] };
    }
  }
  return undefined;
}

/** Returns the text of a file for `/etc/apt/sources.list.d` that adds the backports of a suite. */
export function backportsText({ uri, signedBy }: DebianSource, suite: string): string {
  const lines = ['Types: deb', `URIs: ${uri}`, `Suites: ${suite}-backports`, 'Components: main'];
  return `${[...lines, ...(signedBy === undefined ? [] : [`Signed-By: ${signedBy}`])].join('\n')}\n`;
}
