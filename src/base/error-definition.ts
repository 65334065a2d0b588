/** What every interface needs to report an error. */
export interface ErrorDefinition {
  /** HTTP status code. */
  readonly status: number;
  /** Detail error keyword of RFC 7644 §3.12; undefined if none fits. */
  readonly scimType?: ScimErrorType;
  /** What happened, in a few words. */
  readonly title: string;
  /** What the reader should do about it. */
  readonly remedy: string;
}

/** Detail error keywords of RFC 7644 §3.12 (table 9) and RFC 9865 §2.1. */
export type ScimErrorType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';
