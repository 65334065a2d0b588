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
 * The single table of reasons. Every refusal whose text depends on its reader has an entry. Events store the code and the
 * parameters, and each interface renders its own advice. docs/reference/errors.md is generated from this table.
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
/** A reason whose parameter type is known only at run time. */
export type AnyReason = ReasonDefinition<ReasonParameters>;
/** The table, for lookups by a code that is known only at run time. */
export const reasonTable = reasons as unknown as Readonly<Record<ReasonCode, AnyReason>>;
export type ParametersOf<Code extends ReasonCode> =
  (typeof reasons)[Code] extends ReasonDefinition<infer Parameters> ? Parameters : never;
