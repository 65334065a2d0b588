import { isUtf8 } from 'node:buffer';
import { AppError, quote } from './errors.ts';
import type { ErrorCode } from './error-table.ts';
import { TranslatedError } from './translated-error.ts';
import { AS_UTF8 } from './words/file-messages.ts';

/** The character with which a lenient decoder replaces bytes that it cannot decode. */
export const REPLACEMENT_CHARACTER = '\u{fffd}';

/** The number of characters that a message quotes on each side of a byte that cannot be decoded. */
const QUOTED_AROUND = 12;

/**
 * Decodes UTF-8 strictly and removes a byte order mark. Lenient decoding would turn other bytes into U+FFFD, which would then be
 * stored. Throws an AppError with `code`. The message calls the text `what`, and does not quote the text, which may be a secret.
 *
 * @example
 * decodeUtf8(Buffer.from('M\xfcller', 'latin1'), 'The form', 'invalidBody'); // throws "The form is not UTF-8: …"
 */
export function decodeUtf8(bytes: Uint8Array, what: string, code: ErrorCode): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const { line } = firstFault(bytes);
  throw new AppError(code, `${what} is not UTF-8: line ${line} has bytes that are not a character. Send it in UTF-8.`);
}

/** The size of the parts in which the text is checked. Only in the part with the fault are the lines checked individually. */
const PART_BYTES = 65_536;
const NEWLINE = 0x0a;

/**
 * Returns the first line that is not UTF-8, and the text around the fault, decoded as Windows-1252, which is usually the actual encoding.
 */
function firstFault(bytes: Uint8Array): { readonly line: number; readonly around: string } {
  let start = startOfFaultyPart(bytes);
  let line = 1;
  for (let at = 0; at < start; at += 1) if (bytes[at] === NEWLINE) line += 1;
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const one = bytes.subarray(start, newline < 0 ? bytes.length : newline);
    if (newline < 0 || !isUtf8(one)) return { line, around: aroundFault(one) };
    start = newline + 1;
    line += 1;
  }
}

/** Returns the start of the line that contains the start of the first part that cannot be decoded. */
function startOfFaultyPart(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  try {
    for (; start < bytes.length; start += PART_BYTES) {
      decoder.decode(bytes.subarray(start, start + PART_BYTES), { stream: true });
    }
  } catch {
    // The fault is in this part, or in a character that began just before it.
  }
  return start === 0 ? 0 : bytes.lastIndexOf(NEWLINE, start - 1) + 1;
}

function aroundFault(line: Uint8Array): string {
  const text = new TextDecoder('windows-1252').decode(line);
  const at = Math.max(0, text.search(/[^\0-\x7f]/));
  return text.slice(Math.max(0, at - QUOTED_AROUND), at + QUOTED_AROUND).trim();
}

/** Encodings of files. UTF-8 and UTF-16 are detected; Windows-1252 is used only if the sender names it. */
export const fileEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type FileEncoding = (typeof fileEncodings)[number];

export interface DecodedFile {
  readonly text: string;
  readonly encoding: FileEncoding;
}

/** Labels of the encoding that spreadsheets use for "CSV" in Western Europe (WHATWG Encoding §4.2). */
const windowsLabels: ReadonlySet<string> = new Set(['windows-1252', 'cp1252', 'iso-8859-1', 'latin1']);
const unicodeLabels: ReadonlySet<string> = new Set(['', 'utf-8', 'utf8', 'utf-16', 'utf-16le', 'utf-16be']);

/**
 * Decodes a file strictly: UTF-8, or UTF-16 with a byte order mark; Windows-1252 only if `charset` names it, since the bytes
 * alone do not distinguish it from other encodings. Throws `invalidBody` (400).
 *
 * @example
 * decodeFile(Buffer.from('\ufeffname', 'utf16le')); // { text: 'name', encoding: 'utf-16le' }
 */
export function decodeFile(bytes: Uint8Array, charset = ''): DecodedFile {
  const label = charset.trim().toLowerCase();
  const marked = encodingOfMark(bytes);
  if (marked !== undefined) return decodeAs(bytes, marked);
  if (windowsLabels.has(label)) return decodeAs(bytes, 'windows-1252');
  if (!unicodeLabels.has(label)) {
    throw new TranslatedError('invalidBody', ({ files }) => files.charset(quote(charset)));
  }
  if (isUtf8(bytes)) return decodeAs(bytes, 'utf-8');
  const { line, around } = firstFault(bytes);
  throw new TranslatedError('invalidBody', ({ files }) => files.maybeWindows(line, quote(around)), {
    // Only the sender may see the content of the line.
    recorded: `The file is not UTF-8: line ${line} has bytes that are not a character. Save it again ${AS_UTF8}.`,
  });
}

function encodingOfMark([first, second]: Uint8Array): FileEncoding | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** Throws `invalidBody` (400) for bytes that are not valid in the encoding. */
function decodeAs(bytes: Uint8Array, encoding: FileEncoding): DecodedFile {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TranslatedError('invalidBody', ({ files }) => files.notEncoding(encoding), { cause: error });
  }
  // The decoder turns bytes that Windows-1252 does not define into control characters, which no real file contains.
  if (encoding !== 'windows-1252' || !/[\u0080-\u009f]/.test(text)) return { text, encoding };
  throw new TranslatedError('invalidBody', ({ files }) => files.notWindows);
}
