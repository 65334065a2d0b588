import { RawAnswer } from './route.ts';

/** An answer that browsers save as a file. */
export function csvAnswer(lines: AsyncIterable<string>, name: string): RawAnswer {
  return new RawAnswer(lines, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  });
}
