import type { ErrorCode } from '#base/error-table.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError, type ErrorContext } from '#base/errors.ts';
import { chinese } from '#base/reasons/zh/fragments.ts';
import type { Shape } from '#base/words/language.ts';
import { applicationRefusals } from './application-refusals.ts';
import { mappingRefusals } from './mapping-refusals.ts';
import { objectRefusals } from './object-refusals.ts';
import { zhApplicationRefusals } from './zh-application-refusals.ts';
import { zhMappingRefusals } from './zh-mapping-refusals.ts';
import { zhObjectRefusals } from './zh-object-refusals.ts';

const refusals = {
  ...objectRefusals,
  ...applicationRefusals,
  mapping: mappingRefusals,
  /** The message of an error that another part of the program threw. */
  ofError: ({ message }: AppError) => message,
  /** A fault that a zod schema found, such as "must be a whole number from 1 to 64". */
  ofSchema: (fault: string) => fault,
} as const;

/** The refusals of the stand-in in a language. */
export type Refusals = Shape<typeof refusals>;

/** Says something in the language of the refusals that it is given. */
export type Say = (refusals: Refusals) => string;

const zhRefusals: Refusals = {
  ...zhObjectRefusals,
  ...zhApplicationRefusals,
  mapping: zhMappingRefusals,
  ofError: (error) => messageFor(error, 'rest', 'zh'),
  ofSchema: chinese,
};

/**
 * A refusal of the stand-in for Entra ID, which Rehearsal shows in the language of its reader. Events, logs and commands have it in English.
 *
 * @example throw new StandInError('notFound', ({ users }) => users.unknown(quote(id)), { attribute: 'id' });
 */
export class StandInError extends AppError {
  constructor(code: ErrorCode, say: Say, context: Omit<ErrorContext, 'chinese'> = {}) {
    super(code, inEnglish(say), { ...context, chinese: say(zhRefusals) });
  }
}

/** Returns what a function says in English. */
export function inEnglish(say: Say): string {
  return say(refusals);
}
