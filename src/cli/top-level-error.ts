import { AppError } from '#base/errors.ts';

/** Errors of the operating system that name a file. */
interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
}

/**
 * The sentence for the operator about an error that reached the top of a command, of a start or of a worker process: what
 * failed, with the address or the file, and what to do. What none of our code expected is one sentence too, with the place in
 * the sources for a report.
 */
export function describeTopLevelError(error: unknown): string {
  const known = knownError(error);
  if (known !== undefined) return known.operatorText;
  if (isSystemError(error)) {
    const place = error.path === undefined ? '' : ` ${error.path}`;
    return `The system refuses the access to${place === '' ? ' a file or an address' : place} (${error.message}): correct its path, its owner or its mode, or free space.`;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = error instanceof Error ? placeOf(error) : undefined;
  return `Something went wrong that Tanhua does not expect (${oneLine(text)}${place === undefined ? '' : `, at ${place}`}): report it with this line.`;
}

/** Libraries wrap what our code throws. */
function knownError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return error instanceof Error && error.cause !== undefined ? knownError(error.cause) : undefined;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function placeOf({ stack = '' }: Error): string | undefined {
  return /\(?(?:file:\/\/)?(?<place>[^\s()]+:\d+:\d+)\)?$/m.exec(stack)?.groups?.['place'];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
