import type { ErrorInformation } from '../logs/provisioning-entry.ts';
import { TargetError } from '../wire/target-client.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** Thrown if an object cannot be provisioned for a reason that the Entra ID stand-in detects itself, not the target. */
export class ProvisioningFailure extends Error {
  readonly errorCode: string;

  constructor(errorCode: string, reason: string) {
    super(reason);
    this.name = 'ProvisioningFailure';
    this.errorCode = errorCode;
  }
}

/** Builds the error for a linked object that no longer exists in the target. */
export function invalidAnchor(type: string, targetId: string): ProvisioningFailure {
  return new ProvisioningFailure('InvalidAnchor', standInTexts.failures.invalidAnchor(type, targetId));
}

/** What an administrator can do about a failure, by its error code. Failures with other codes have no recommendation. */
const recommendations: Readonly<Record<string, string>> = standInTexts.recommendations;

/** The error codes of failures that Entra ID retries in every cycle, because the next attempt may succeed. */
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

/** Returns the error information of a log entry for a TargetError or a ProvisioningFailure. Rethrows any other error. */
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
