import { AppError } from '#base/errors.ts';

/** An error of the operating system, which may name a file. */
interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
}

/**
 * Describes an error that ended a command, a start or a worker process, in one sentence for the operator: what failed, with the address
 * or the file, and what to do. The sentence for an unexpected error contains the place in the source code, for a bug report.
 */
export function describeTopLevelError(error: unknown): string {
  const known = knownError(error);
  if (known !== undefined) return known.operatorText;
  if (isSystemError(error)) {
    const place = error.path === undefined ? '' : ` ${error.path}`;
    return `The system denies access to${place === '' ? ' a file or an address' : place} (${error.message}): correct its path, owner or mode, or free disk space.`;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = error instanceof Error ? placeOf(error) : undefined;
  return `An unexpected error occurred (${oneLine(text)}${place === undefined ? '' : `, at ${place}`}): report it to the maintainers of Tanhua with this line.`;
}

/** Returns the AppError in an error's chain of causes, because libraries wrap the errors that our code throws. */
function knownError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return error instanceof Error && error.cause !== undefined ? knownError(error.cause) : undefined;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function placeOf({ stack = '' }: Error): string | undefined {
  return /(?<![^\s()])(?:file:\/\/)?(?<place>[^\s()]+:\d+:\d+)\)?$/m.exec(stack)?.groups?.['place'];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
