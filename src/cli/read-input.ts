import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { AppError, quote } from '#base/errors.ts';

/** The text of a file, or of the standard input for "-". Throws usage when it cannot be read. */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return await readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('usage', `The file ${quote(file)} cannot be read: ${String(error)}`, { cause: error });
  }
}
