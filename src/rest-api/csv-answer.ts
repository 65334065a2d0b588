import { RawAnswer } from './route.ts';

/** Returns a CSV file as a download with the file name `name`. */
export function csvAnswer(lines: AsyncIterable<string>, name: string): RawAnswer {
  return new RawAnswer(lines, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  });
}
