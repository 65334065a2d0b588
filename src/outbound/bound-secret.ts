import { TranslatedError } from '#base/translated-error.ts';

/** Shown in place of a saved secret. A client that sends the mask keeps the saved secret, unless the destination of the secret changes. */
export const SECRET_MASK = '*****';

/** The origins to which a secret is sent, by setting name: `{ BaseAddress: 'https://host.example:443' }`. */
export type Destinations = Readonly<Record<string, string | undefined>>;

export interface SecretChange {
  /** The setting name that callers see, such as SecretToken. */
  readonly name: string;
  readonly saved: string | undefined;
  /** undefined if the request does not have the setting; null or an empty text deletes the secret. */
  readonly given: string | null | undefined;
  readonly before: Destinations;
  readonly after: Destinations;
}

export interface ChangedSecret {
  readonly value: string | undefined;
  /** The destination whose change deleted the secret; undefined if the secret was kept, set, or deleted on request. */
  readonly deletedBy: string | undefined;
}

/**
 * Returns the new value of a saved secret. A secret belongs to the destinations for which it was entered: if a destination changes, the
 * secret is deleted, and the mask cannot keep it. Used for all settings that have a URL and a masked value: applications of the Entra
 * ID stand-in, webhooks, and proxies. Throws `secretNeeded` if the mask is sent but no secret is saved for these destinations.
 *
 * @example
 * const [before, after] = [{ BaseAddress: 'https://a.example:443' }, { BaseAddress: 'https://b.example:443' }];
 * changeSecret({ name: 'SecretToken', saved: 'x', given: undefined, before, after }); // { value: undefined, deletedBy: 'BaseAddress' }
 */
export function changeSecret({ name, saved, given, before, after }: SecretChange): ChangedSecret {
  const changed = Object.keys(after).find((destination) => before[destination] !== after[destination]);
  if (given === SECRET_MASK) {
    if (saved !== undefined && changed === undefined) return { value: saved, deletedBy: undefined };
    throw new TranslatedError(
      'secretNeeded',
      ({ admin: { secrets } }) =>
        changed === undefined
          ? secrets.maskWithoutSecret(name, SECRET_MASK)
          : secrets.maskOfOther(name, SECRET_MASK, changed, after[changed]),
      { attribute: name },
    );
  }
  if (given !== undefined) return { value: given === null || given === '' ? undefined : given, deletedBy: undefined };
  if (saved === undefined || changed === undefined) return { value: saved, deletedBy: undefined };
  return { value: undefined, deletedBy: changed };
}

/** Returns scheme, host and port of a URL, always with the port: `https://host.example:443`. Returns other texts unchanged. */
export function originOf(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  return `${url.protocol}//${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;
}
