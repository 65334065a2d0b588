import { AppError } from '#base/errors.ts';

/** What a saved secret is shown as; sent back, it keeps the saved one, as long as the secret goes where it was entered for. */
export const SECRET_MASK = '*****';

/** Where a secret is sent, by the names that callers know: `{ BaseAddress: 'https://host.example:443' }`. */
export type Destinations = Readonly<Record<string, string | undefined>>;

export interface SecretChange {
  /** As callers know it, such as SecretToken. */
  readonly name: string;
  readonly saved: string | undefined;
  /** undefined where the request does not mention it; null deletes it. */
  readonly given: string | null | undefined;
  readonly before: Destinations;
  readonly after: Destinations;
}

export interface ChangedSecret {
  readonly value: string | undefined;
  /** The destination whose change deleted it; undefined where it was kept, given or deleted on request. */
  readonly deletedBy: string | undefined;
}

/**
 * A saved secret belongs to the destinations for which it was entered: when one of them changes, the secret is deleted, and
 * the mask does not keep it. For every setting that has a URL and a masked value: applications of the stand-in, webhooks, proxies.
 *
 *     changeSecret({ name: 'SecretToken', saved: 'x', given: undefined, before: { BaseAddress: originOf(a) }, after: { BaseAddress: originOf(b) } })
 *
 * Throws secretNeeded for a mask that has no saved secret for these destinations.
 */
export function changeSecret({ name, saved, given, before, after }: SecretChange): ChangedSecret {
  const changed = Object.keys(after).find((destination) => before[destination] !== after[destination]);
  if (given === SECRET_MASK) {
    if (saved !== undefined && changed === undefined) return { value: saved, deletedBy: undefined };
    throw new AppError(
      'secretNeeded',
      changed === undefined
        ? `${name} is masked (${SECRET_MASK}), and no ${name} is saved: enter it.`
        : `${name} is masked (${SECRET_MASK}), and the saved one was entered for another ${changed}: enter it again for ${after[changed] ?? 'the new one'}.`,
      { attribute: name },
    );
  }
  if (given !== undefined) return { value: given === null || given === '' ? undefined : given, deletedBy: undefined };
  if (saved === undefined || changed === undefined) return { value: saved, deletedBy: undefined };
  return { value: undefined, deletedBy: changed };
}

/** Scheme, host and port of a URL, the port always written: `https://host.example:443`. The text itself where it is not a URL. */
export function originOf(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  return `${url.protocol}//${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;
}
