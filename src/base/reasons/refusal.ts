import { AppError, type ErrorContext } from '#base/errors.ts';
import { namesAt } from './field-names.ts';
import { interfaces, type Interface, type Reason, type ReasonParameters } from './reason.ts';
import { reasonTable, type AnyReason, type ParametersOf, type ReasonCode } from './reasons.ts';

/**
 * An error with its reason. Its message is what a SCIM client reads; `messageFor` renders it for any other caller.
 *
 * @example
 * throw refusal('memberCycle', { id, isItself: true }, { attribute: 'members' });
 */
export function refusal<Code extends ReasonCode>(
  code: Code,
  parameters: ParametersOf<Code>,
  context: Omit<ErrorContext, 'reason'> = {},
): AppError {
  const reason = reasonOf(code, parameters);
  return new AppError(reasonTable[code].code, reason.messageFor('scim'), { ...context, reason });
}

/** The reason itself, for errors that are a class of their own. */
export function reasonOf<Code extends ReasonCode>(code: Code, parameters: ParametersOf<Code>): Reason {
  return { code, parameters, messageFor: (at) => sentences(reasonTable[code], parameters, at) };
}

/** What is wrong and why, and what the caller at this interface can do. */
export function sentences({ says, advice }: AnyReason, parameters: ReasonParameters, at: Interface): string {
  // The reason is still true where no advice was foreseen.
  return [says(parameters, namesAt(at), at), advice(parameters)[at] ?? '']
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** The interfaces at which a reason can occur. */
export function interfacesOf({ advice }: AnyReason, parameters: ReasonParameters): readonly Interface[] {
  const remedies = advice(parameters);
  return interfaces.filter((at) => remedies[at] !== undefined);
}
