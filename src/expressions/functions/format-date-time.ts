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
    'Parses a date with one .NET format and formats it with another, both in the invariant culture and in UTC. Without an input format, the date can be in any common format. Returns null and the empty string unchanged.',
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
    // The argument is neither null nor empty, so `args.date` returns a date or throws.
    return { date: args.date('source') ?? fromDate(args.context.clock.now()), kind: 'utc' };
  }
  const format = readFormat(args, 'inputFormat', inputFormat);
  const parsed = parseExact(source, format, styles, fromDate(args.context.clock.now()));
  if (parsed === undefined)
    throw args.fault('source', ({ evaluating }) => evaluating.notInFormat(quote(source), quote(inputFormat)));
  return parsed;
}

function readFormat({ fault }: Arguments, name: string, format: string): readonly FormatPart[] {
  const parts = parseDateFormat(format);
  if (typeof parts === 'function') {
    throw fault(name, (mistakes) => mistakes.evaluating.badFormat(name, quote(format), parts(mistakes)));
  }
  return parts;
}

/** Reads one or more styles in .NET's notation, such as `AllowInnerWhite, AssumeUniversal`. */
function readStyles({ text, fault }: Arguments): readonly DateTimeStyle[] {
  const written = text('dateTimeStyles');
  if (written === null || written === '') return defaultStyles;
  return written.split(/[,|]/).map((part) => {
    const style = dateTimeStyles.find((candidate) => candidate === part.trim());
    if (style !== undefined) return style;
    const near = suggestion(part.trim(), dateTimeStyles);
    throw fault('dateTimeStyles', ({ evaluating }) => evaluating.noStyle(quote(part.trim()), near, dateTimeStyles));
  });
}
