const MASK = '********';

/** Members whose values are secrets wherever they are: of token answers, and of a password that somebody maps. */
const secretMember =
  /("(?:password|access_token|refresh_token|id_token|client_secret|client_assertion)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretPatch = /("path"\s*:\s*"password"\s*,\s*"value"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretField = /\b(client_secret|client_assertion)=[^&\s]*/gi;
const secretHeaders: ReadonlySet<string> = new Set(['cookie', 'set-cookie', 'proxy-authorization']);

/** Takes secrets out of what is kept of an exchange: whatever names itself one, and every text that is known to be one. */
export class SecretMask {
  readonly #known = new Set<string>();

  /** A secret, also as it is written in a form or in JSON. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret === '') return;
    for (const written of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      this.#known.add(written);
  }

  text(text: string): string {
    let masked = text
      .replaceAll(secretMember, `$1"${MASK}"`)
      .replaceAll(secretPatch, `$1"${MASK}"`)
      .replaceAll(secretField, `$1=${MASK}`);
    for (const secret of this.#known) masked = masked.replaceAll(secret, MASK);
    return masked;
  }

  headers(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, this.#header(name.toLowerCase(), value)]),
    );
  }

  #header(name: string, value: string): string {
    if (name === 'authorization') return `${value.split(' ', 1)[0]} ${MASK}`;
    return secretHeaders.has(name) ? MASK : this.text(value);
  }
}
