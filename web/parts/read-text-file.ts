/** The size of a file that an import accepts, in bytes. The requests of the server accept at least as much. */
export const IMPORT_BYTES_MAX = 8_000_000;

/** The messages about a file that cannot be read. */
interface FileWords {
  readonly tooLarge: (bytes: number, bytesMax: number) => string;
  readonly notUtf8: string;
}

/**
 * Reads a file that a person chose. Throws an error with the words for people if it is larger than IMPORT_BYTES_MAX, before it is read, or
 * if it is not UTF-8: a lenient reader would replace what it cannot decode, and the import would store that.
 */
export async function readTextFile(file: Blob, words: FileWords): Promise<string> {
  if (file.size > IMPORT_BYTES_MAX) throw new Error(words.tooLarge(file.size, IMPORT_BYTES_MAX));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch (error) {
    throw error instanceof TypeError ? new Error(words.notUtf8, { cause: error }) : error;
  }
}
