import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { parseDateFormat, type FormatPart } from '../dates/date-format.ts';
import { fromDate } from '../dates/date-time.ts';
import { formatDate } from '../dates/format-date.ts';
import {
  dateTimeStyles,
  defaultStyles,
  parseExact,
  type DateTimeStyle,
  type ParsedDate,
} from '../dates/parse-exact.ts';
import { optional, required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

export const formatDateTime: FunctionDefinition = {
  name: 'FormatDateTime',
  parameters: [
    required('source'),
    optional('dateTimeStyles', 'String', { words: dateTimeStyles }),
    optional('inputFormat'),
    required('outputFormat'),
  ],
  summary:
    'Reads a date by one .NET format and writes it by another, both in the invariant culture and in UTC. Without an input format any usual form is read. Null and the empty string stay as they are.',
  evaluate: (args) => {
    const source = args.text('source');
    if (source === null || source === '') return source;
    const { date, kind } = readSource(args, source);
    return formatDate(date, kind, readFormat(args, 'outputFormat', args.text('outputFormat') ?? ''));
  },
};

function readSource(args: Arguments, source: string): ParsedDate {
  const inputFormat = args.text('inputFormat');
  const styles = readStyles(args);
  if (inputFormat === null || inputFormat === '') {
    // The argument is neither null nor empty, so that date() has a date or throws.
    return { date: args.date('source') ?? fromDate(args.context.clock.now()), kind: 'utc' };
  }
  const format = readFormat(args, 'inputFormat', inputFormat);
  const parsed = parseExact(source, format, styles, fromDate(args.context.clock.now()));
  if (parsed === undefined)
    throw args.fault('source', `source is ${quote(source)}, which is not a date of the format ${quote(inputFormat)}.`);
  return parsed;
}

function readFormat({ fault }: Arguments, name: string, format: string): readonly FormatPart[] {
  const parts = parseDateFormat(format);
  if (typeof parts === 'string') throw fault(name, `${name} is ${quote(format)}: ${parts}.`);
  return parts;
}

/** One style or several, as .NET writes them: AllowInnerWhite, AssumeUniversal */
function readStyles({ text, fault }: Arguments): readonly DateTimeStyle[] {
  const written = text('dateTimeStyles');
  if (written === null || written === '') return defaultStyles;
  return written.split(/[,|]/).map((part) => {
    const style = dateTimeStyles.find((candidate) => candidate === part.trim());
    if (style !== undefined) return style;
    const near = suggestion(part.trim(), dateTimeStyles);
    const meant = near === undefined ? `they are ${dateTimeStyles.join(', ')}` : `${near} was probably meant`;
    throw fault('dateTimeStyles', `${quote(part.trim())} is no style of dates; ${meant}.`);
  });
}
