import type { Recorder } from './target-client.ts';

/** The value of the header Authorization. */
export interface Credentials {
  /** undefined when there is none to send. */
  readonly authorization: (record: Recorder) => Promise<string | undefined>;
  /** The target did not accept it: whether there can be another one, which is then asked for next time. */
  readonly renew: (refused: string) => boolean;
  readonly close: () => void;
}
