import { CommanderError } from 'commander';
import { AppError, messageFor, type ErrorContext } from '#base/errors.ts';
import type { ErrorCode } from '#base/error-table.ts';
import { printable } from '#base/printable.ts';
import { exitCodes } from './output.ts';
import { describeTopLevelError } from './top-level-error.ts';

/** A failure with facts that --json prints as well, such as the ids that a name can mean. */
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

/** Errors of the status 400 that are the result of a correct call. */
const results: ReadonlySet<ErrorCode> = new Set(['expressionValue', 'mappingValue', 'credentialsRefused', 'tokenUsed']);
/** Errors of other statuses that a correction of the call or of the configuration solves. */
const corrections: ReadonlySet<ErrorCode> = new Set(['configuration', 'targetUnavailable']);

/**
 * What a command that failed exits with: 3 for what does not exist; 2 where the call has to be corrected, because it is not
 * understood, a value is not accepted, or a name is taken; else 1.
 */
export function exitCodeOf(error: AppError): number {
  const { status } = error.definition;
  if (status === 404) return exitCodes.notFound;
  const isCorrection = (status === 400 && !results.has(error.code)) || status === 409 || corrections.has(error.code);
  return isCorrection ? exitCodes.usage : exitCodes.failure;
}

/** Prints what a command failed with to standard error, as JSON or as text, and returns the exit code. */
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

/** Errors whose message may be one bare sentence, such as `There is no group "x".` */
const bare: ReadonlySet<ErrorCode> = new Set(['usage', 'notFound']);

/**
 * What the error table advises in general, for a message that has no advice of its own. A second sentence, or a clause after a
 * colon, is advice for the very case, next to which the general one is noise or wrong.
 */
function generalRemedy(error: AppError, message: string): string | undefined {
  const isComplete = error.reason !== undefined || error instanceof DetailedError || hasAdvice(message);
  return isComplete || !bare.has(error.code) ? undefined : error.definition.remedy;
}

/** True for a message that says more than what is wrong. Quoted values do not count. */
export function hasAdvice(message: string): boolean {
  return /[.:;]\s+\S/.test(message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'));
}

/** Help and the version end with an error too. Commander has printed its message, except where JSON is asked for. */
function reportUsage(error: CommanderError, asJson: boolean): number {
  if (error.exitCode === 0) return exitCodes.success;
  if (asJson) {
    const isHelp = error.code === 'commander.help';
    const message = isHelp ? 'The command is not complete: name one of its sub-commands.' : error.message;
    const remedy = 'Add --help to the command to see how it is called.';
    printJson({ code: 'usage', message: message.replace(/^error: /, ''), remedy }, exitCodes.usage);
  }
  return exitCodes.usage;
}

function printJson(error: object, exitCode: number): void {
  console.error(JSON.stringify({ error: { ...error, exitCode } }, null, 2));
}
