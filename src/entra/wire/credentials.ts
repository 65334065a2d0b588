import type { Recorder } from './target-client.ts';

/** The source of the header Authorization. */
export interface Credentials {
  /** Returns the value of the header; undefined if there is no credential to send. */
  readonly authorization: (record: Recorder) => Promise<string | undefined>;
  /** Discards a value that the target refused. Returns true if the next call of `authorization` can return another value. */
  readonly renew: (refused: string) => boolean;
  readonly close: () => void;
}
