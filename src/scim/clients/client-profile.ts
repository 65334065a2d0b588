import type { JsonValue } from '#base/json.ts';

/** What a request shows of the client that sends it. */
export interface ClientEvidence {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Path and query as they were sent. */
  readonly url: string;
  /** undefined where there is none, or while it is not read yet. */
  readonly body: JsonValue | undefined;
}

/**
 * How a client is recognized. The name is told to people, in events; nothing else may depend on it: every shape that one
 * client sends is taken from all of them, by `patch/dialects/` and `resource/`.
 */
export interface ClientProfile {
  readonly name: string;
  readonly sends: (evidence: ClientEvidence) => boolean;
}

/** The header User-Agent, empty where there is none. */
export function userAgentOf({ headers }: ClientEvidence): string {
  const value = headers['user-agent'];
  return typeof value === 'string' ? value : '';
}
