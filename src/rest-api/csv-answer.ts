import { RawAnswer } from './route.ts';

/**
 * A spreadsheet would run what begins like a formula: an apostrophe keeps it a text. What has apostrophes in front of that
 * already gets one too, so that who takes one away has what it was.
 */
export function guardFormula(text: string): string {
  return /^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

/** A file to save. */
export function csvAnswer(lines: AsyncIterable<string>, name: string): RawAnswer {
  return new RawAnswer(lines, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  });
}
