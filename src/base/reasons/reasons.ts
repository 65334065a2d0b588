import type { ReasonDefinition, ReasonParameters } from './reason.ts';
import { accessReasons } from './access-reasons.ts';
import { conflictReasons } from './conflict-reasons.ts';
import { directoryReasons } from './directory-reasons.ts';
import { filterReasons } from './filter-reasons.ts';
import { keyReasons } from './key-reasons.ts';
import { requestReasons } from './request-reasons.ts';
import { userReasons } from './user-reasons.ts';
import { valueReasons } from './value-reasons.ts';

/**
 * The one table of reasons. Every refusal whose words depend on who reads it has an entry: the code and the parameters are
 * stored in events, and each interface renders its own advice. docs/reference/errors.md is generated from it.
 */
export const reasons = {
  ...userReasons,
  ...conflictReasons,
  ...directoryReasons,
  ...valueReasons,
  ...filterReasons,
  ...keyReasons,
  ...accessReasons,
  ...requestReasons,
} as const;

export type ReasonCode = keyof typeof reasons;
/** A reason whose parameters are not known to the compiler. */
export type AnyReason = ReasonDefinition<ReasonParameters>;
/** The table for a look-up by a code that the compiler does not know. */
export const reasonTable = reasons as unknown as Readonly<Record<ReasonCode, AnyReason>>;
export type ParametersOf<Code extends ReasonCode> =
  (typeof reasons)[Code] extends ReasonDefinition<infer Parameters> ? Parameters : never;
