import type { Recorder } from './target-client.ts';

/** The source of the Authorization header. */
export interface Credentials {
  /** Returns the value of the Authorization header; undefined if there is no credential to send. */
  readonly authorization: (record: Recorder) => Promise<string | undefined>;
  /** Discards a value that the target refused. Returns true if the next call to `authorization` can return a different value. */
  readonly renew: (refused: string) => boolean;
  readonly close: () => void;
}
