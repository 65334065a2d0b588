import { readFile } from 'node:fs/promises';
import { buffer as readAll } from 'node:stream/consumers';
import { decodeFile } from '#base/decode-text.ts';
import { AppError, quote } from '#base/errors.ts';

/**
 * Reads the text of a file, or of standard input if `file` is "-". The encoding is UTF-8, or UTF-16 with a byte order mark. Throws
 * `usage` if the file cannot be read or decoded.
 */
export async function readInput(file: string): Promise<string> {
  try {
    return decodeFile(file === '-' ? await readAll(process.stdin) : await readFile(file)).text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('usage', `The file ${quote(file)} cannot be read: ${reason}`, { cause: error });
  }
}
