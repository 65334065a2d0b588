import { AppError, type ErrorContext } from '#base/errors.ts';
import { namesAt } from './field-names.ts';
import { interfaces, type Interface, type Reason, type ReasonParameters } from './reason.ts';
import { reasonTable, type AnyReason, type ParametersOf, type ReasonCode } from './reasons.ts';

/**
 * Returns an error with its reason. Its message is the text for SCIM clients; `messageFor` renders the text for any other caller.
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

/** Returns a reason without an error, for subclasses of AppError. */
export function reasonOf<Code extends ReasonCode>(code: Code, parameters: ParametersOf<Code>): Reason {
  return { code, parameters, messageFor: (at) => sentences(reasonTable[code], parameters, at) };
}

/** Returns the text of a reason: what is wrong and why, and what the caller at this interface can do. */
export function sentences({ says, advice }: AnyReason, parameters: ReasonParameters, at: Interface): string {
  // At an interface without advice, the text still says what is wrong.
  return [says(parameters, namesAt(at), at), advice(parameters)[at] ?? '']
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Returns the interfaces at which a reason can occur. */
export function interfacesOf({ advice }: AnyReason, parameters: ReasonParameters): readonly Interface[] {
  const remedies = advice(parameters);
  return interfaces.filter((at) => remedies[at] !== undefined);
}
