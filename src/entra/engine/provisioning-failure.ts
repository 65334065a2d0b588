import type { ErrorInformation } from '../logs/provisioning-entry.ts';
import { TargetError } from '../wire/target-client.ts';

/** Why an object could not be provisioned, when it is not the target that said so. */
export class ProvisioningFailure extends Error {
  readonly errorCode: string;

  constructor(errorCode: string, reason: string) {
    super(reason);
    this.name = 'ProvisioningFailure';
    this.errorCode = errorCode;
  }
}

/** Thrown for an object of the target that was linked and is gone. */
export function invalidAnchor(type: string, targetId: string): ProvisioningFailure {
  return new ProvisioningFailure(
    'InvalidAnchor',
    `The ${type} that was created or matched before no longer exists in the target (${targetId}).`,
  );
}

/** What an administrator can do about it; codes that are not here speak for themselves. */
const recommendations: Readonly<Record<string, string>> = {
  EntryConflict:
    'Change the value that is taken, on either side, or choose matching attributes by which the existing object is found.',
  InvalidAnchor:
    'The object that was linked is gone from the target. Restart the job with the scope Full: then everything is matched anew.',
  DuplicateSourceEntries:
    'Give one of the two another value of the matching attribute, or choose a matching attribute that is unique in the source.',
  DuplicateTargetEntries: 'Make the matching attribute unique in the target, or choose another one.',
  MandatoryFieldsMissing: 'Give the attribute a value in the source, or its mapping a default value.',
  AttributeMappingFailed: 'Correct the expression: "tanhua entra expression" shows the value of each of its parts.',
  TooManyDeletes: 'Look at what is to be deleted. Allow the deletes, or correct the scope and restart the job.',
};

/** The codes of what Entra ID tries again by itself, since the next attempt may go well. */
const transient: ReadonlySet<string> = new Set([
  'TooManyRequests',
  'InternalServerError',
  'WebExceptionProtocolError',
  'Timeout',
  'InternalError',
]);

export function isTransient(errorCode: string): boolean {
  return transient.has(errorCode);
}

/** A failure as logs tell it. Throws what is none. */
export function errorInformation(error: unknown): ErrorInformation {
  if (error instanceof TargetError) {
    const { errorCode, reason } = error.failure;
    return information(errorCode, reason, isTransient(errorCode) ? 'failure' : 'nonServiceFailure');
  }
  if (error instanceof ProvisioningFailure) return information(error.errorCode, error.message, 'nonServiceFailure');
  throw error;
}

function information(
  errorCode: string,
  reason: string,
  errorCategory: ErrorInformation['errorCategory'],
): ErrorInformation {
  return { errorCode, reason, errorCategory, recommendedAction: recommendations[errorCode] ?? null };
}
