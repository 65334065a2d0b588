const MASK = '********';
/** More than there are requests at a time. */
export const PASSING_TOKENS_MAX = 100;

/** Members whose values are secrets wherever they are: of token answers, and of a password that somebody maps. */
const secretMember =
  /("(?:password|access_token|refresh_token|id_token|client_secret|client_assertion)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretPatch = /("path"\s*:\s*"password"\s*,\s*"value"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretField = /\b(client_secret|client_assertion)=[^&\s]*/gi;
const secretHeaders: ReadonlySet<string> = new Set(['cookie', 'set-cookie', 'proxy-authorization']);

/** Takes secrets out of what is kept of an exchange: whatever names itself one, and every text that is known to be one. */
export class SecretMask {
  readonly #known = new Set<string>();
  readonly #passing: string[] = [];

  /** A token that others will follow: the last ones are kept, which may still be on the way. */
  addPassing(token: string): void {
    if (this.#passing.includes(token)) return;
    this.#passing.push(token);
    if (this.#passing.length > PASSING_TOKENS_MAX) this.#passing.shift();
  }

  /** A secret, also as it is written in a form or in JSON. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret === '') return;
    for (const written of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      this.#known.add(written);
  }

  text(text: string): string {
    const named = text
      .replaceAll(secretMember, `$1"${MASK}"`)
      .replaceAll(secretPatch, `$1"${MASK}"`)
      .replaceAll(secretField, `$1=${MASK}`);
    return this.known(named);
  }

  /** Without the secrets that are known; what merely calls itself one stays. */
  known(text: string): string {
    let masked = text;
    for (const secret of [...this.#known, ...this.#passing]) masked = masked.replaceAll(secret, MASK);
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
