import type { JsonValue } from '#base/json.ts';

/** The parts of a request by which its client is recognized. */
export interface ClientEvidence {
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The path and query, as sent. */
  readonly url: string;
  /** undefined if there is none, or if it has not been read yet. */
  readonly body: JsonValue | undefined;
}

/**
 * How to recognize a client product. Its name appears in events, and nothing else may depend on it: `patch/dialects/` and
 * `resource/` accept the message shapes of every client from all clients.
 */
export interface ClientProfile {
  readonly name: string;
  readonly matches: (evidence: ClientEvidence) => boolean;
}

/** Returns the User-Agent header; '' if it is missing or was sent more than once. */
export function userAgentOf({ headers }: ClientEvidence): string {
  const value = headers['user-agent'];
  return typeof value === 'string' ? value : '';
}
