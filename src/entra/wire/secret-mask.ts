const MASK = '********';
/** The number of short-lived tokens to remember. It is greater than the number of concurrent requests. */
export const SHORT_LIVED_TOKENS_MAX = 100;

/** Matches JSON members that are always secrets: those of token requests and responses, and the password, which can be mapped. */
const secretMember =
  /("(?:password|access_token|refresh_token|id_token|client_secret|client_assertion)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretPatch = /("path"\s*:\s*"password"\s*,\s*"value"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretField = /\b(client_secret|client_assertion)=[^&\s]*/gi;
const secretHeaders: ReadonlySet<string> = new Set(['cookie', 'set-cookie', 'proxy-authorization']);

/** Masks secrets in recorded exchanges: all known secrets, and values that have the name of a secret. */
export class SecretMask {
  readonly #known = new Set<string>();
  readonly #shortLived: string[] = [];

  /** Adds a short-lived token. Remembers only the last SHORT_LIVED_TOKENS_MAX tokens, because older tokens are no longer in use. */
  addShortLived(token: string): void {
    if (this.#shortLived.includes(token)) return;
    this.#shortLived.push(token);
    if (this.#shortLived.length > SHORT_LIVED_TOKENS_MAX) this.#shortLived.shift();
  }

  /** Adds a secret, and its encoded forms in form fields and JSON. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret === '') return;
    for (const written of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      this.#known.add(written);
  }

  /** Masks known secrets, and values whose field name marks them as a secret. */
  text(text: string): string {
    const named = text
      .replaceAll(secretMember, `$1"${MASK}"`)
      .replaceAll(secretPatch, `$1"${MASK}"`)
      .replaceAll(secretField, `$1=${MASK}`);
    return this.known(named);
  }

  /** Masks only known secrets, and not every value whose field name marks it as a secret. */
  known(text: string): string {
    let masked = text;
    for (const secret of [...this.#known, ...this.#shortLived]) masked = masked.replaceAll(secret, MASK);
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
