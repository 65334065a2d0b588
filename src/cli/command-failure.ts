import { CommanderError } from 'commander';
import { messageFor } from '#base/error-message.ts';
import { AppError, type ErrorContext } from '#base/errors.ts';
import type { ErrorCode } from '#base/error-table.ts';
import { printable } from '#base/printable.ts';
import { exitCodes } from './output.ts';
import { describeTopLevelError } from './top-level-error.ts';

/** An error with details that --json prints as well, such as the ids of all users that match a name. */
export class DetailedError extends AppError {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>>,
    context: ErrorContext = {},
  ) {
    super(code, message, context);
    this.details = details;
  }
}

/** Errors with status 400 that can occur although the call is correct. The command exits with 1. */
const results: ReadonlySet<ErrorCode> = new Set(['expressionValue', 'mappingValue', 'credentialsRefused', 'tokenUsed']);
/** Errors with other statuses that the user fixes by correcting the call or the configuration. The command exits with 2. */
const corrections: ReadonlySet<ErrorCode> = new Set(['configuration', 'targetUnavailable']);

/**
 * Returns the exit code for an error: 3 if something does not exist; 2 if the user has to correct the call or the configuration, for
 * example because a value is invalid or a name is already in use; 1 for any other failure.
 */
export function exitCodeOf(error: AppError): number {
  const { status } = error.definition;
  if (status === 404) return exitCodes.notFound;
  const isCorrection = (status === 400 && !results.has(error.code)) || status === 409 || corrections.has(error.code);
  return isCorrection ? exitCodes.usage : exitCodes.failure;
}

/** Prints the error of a command to standard error, as JSON or as text, and returns the exit code. */
export function reportFailure(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, asJson);
  if (!(error instanceof AppError)) {
    const message = describeTopLevelError(error);
    if (asJson) printJson({ code: 'internal', message }, exitCodes.failure);
    else console.error(`tanhua: ${printable(message)}`);
    return exitCodes.failure;
  }
  const code = exitCodeOf(error);
  const message = error.reason === undefined ? describeTopLevelError(error) : messageFor(error, 'commandLine');
  const remedy = generalRemedy(error, message);
  if (asJson) {
    const details = error instanceof DetailedError ? error.details : {};
    printJson({ code: error.code, message, ...(remedy !== undefined && { remedy }), ...details }, code);
    return code;
  }
  console.error(`tanhua: ${printable(message)}`);
  if (remedy !== undefined) console.error(remedy);
  return code;
}

/** Errors with messages that may say what is wrong without saying what to do, such as `There is no group "x".` */
const codesWithRemedy: ReadonlySet<ErrorCode> = new Set(['usage', 'notFound']);

/**
 * Returns the general advice of the error table if the message contains no advice. A second sentence, or a clause after a colon, is
 * advice for the specific case; next to it, the general advice would be noise or wrong.
 */
function generalRemedy(error: AppError, message: string): string | undefined {
  const isComplete = error.reason !== undefined || error instanceof DetailedError || hasAdvice(message);
  return isComplete || !codesWithRemedy.has(error.code) ? undefined : error.definition.remedy;
}

/** True if a message contains a second sentence or clause, which gives advice. Ignores quoted values. */
export function hasAdvice(message: string): boolean {
  return /[.:;]\s+\S/.test(message.replaceAll(/"(?:[^"\\]|\\.)*"?/g, '""'));
}

/** Handles the errors of Commander, which also throws one for --help and --version. Without --json, it has already printed its message. */
function reportUsage(error: CommanderError, asJson: boolean): number {
  if (error.exitCode === 0) return exitCodes.success;
  if (asJson) {
    const isHelp = error.code === 'commander.help';
    const message = isHelp ? 'The command is incomplete: name one of its subcommands.' : error.message;
    const remedy = 'Add --help to the command to see its arguments and options.';
    printJson({ code: 'usage', message: message.replace(/^error: /, ''), remedy }, exitCodes.usage);
  }
  return exitCodes.usage;
}

function printJson(error: object, exitCode: number): void {
  console.error(JSON.stringify({ error: { ...error, exitCode } }, null, 2));
}
