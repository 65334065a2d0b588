import { quote } from '#base/errors.ts';
import { toInteger } from '../coerce.ts';
import { dateTime, FILETIME_EPOCH_TICKS, fromDate, type DateTime } from '../dates/date-time.ts';
import { addInterval, intervals, intervalsBetween, type Interval } from '../dates/intervals.ts';
import { required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

export const now: FunctionDefinition = {
  name: 'Now',
  parameters: [],
  summary: 'The time of the evaluation, in UTC.',
  evaluate: ({ context }) => fromDate(context.clock.now()),
};

export const dateAdd: FunctionDefinition = {
  name: 'DateAdd',
  parameters: [required('interval'), required('value', 'Integer'), required('dateTime', 'DateTime')],
  summary: `A date that is so many intervals later, or earlier if the value is negative. Intervals: ${intervals.join(', ')}, which are years, months, days, weeks, hours, minutes, seconds. Null stays null.`,
  evaluate: (args) => {
    const date = args.date('dateTime');
    const interval = intervalOf(args);
    const count = args.integer('value');
    return date && inCalendar(args, addInterval(interval, count, date));
  },
};

export const dateDiff: FunctionDefinition = {
  name: 'DateDiff',
  parameters: [required('interval'), required('date1', 'DateTime'), required('date2', 'DateTime')],
  summary:
    'How many intervals lie from the first date to the second. Months and years count turns of the calendar, weeks count Sundays, the others whole units. Null if a date is null.',
  evaluate: (args) => {
    const [first, second] = [args.date('date1'), args.date('date2')];
    const interval = intervalOf(args);
    return first === null || second === null ? null : intervalsBetween(interval, first, second);
  },
};

function intervalOf({ text, fault }: Arguments): Interval {
  const written = text('interval');
  const interval = intervals.find((candidate) => candidate === written);
  if (interval === undefined)
    throw fault('interval', `interval is ${quote(written)}; it must be one of ${intervals.join(', ')}.`);
  return interval;
}

function inCalendar({ fault }: Arguments, date: DateTime | undefined): DateTime {
  if (date === undefined) throw fault(undefined, 'the date would be outside the years 1 to 9999.');
  return date;
}

export const dateFromNum: FunctionDefinition = {
  name: 'DateFromNum',
  parameters: [required('value', 'Integer')],
  summary: 'The date of a number of Active Directory, which counts 100 nanoseconds since 1601. Null stays null.',
  evaluate: (args) => {
    const value = args.single('value');
    if (value === null || value === '') return null;
    const ticks = toInteger(value) ?? args.integer('value');
    return inCalendar(args, ticks < 0n ? undefined : dateTime(ticks + FILETIME_EPOCH_TICKS));
  },
};

export const numFromDate: FunctionDefinition = {
  name: 'NumFromDate',
  parameters: [required('value', 'DateTime')],
  summary:
    'The number that Active Directory has for a date, such as in accountExpires: 100 nanoseconds since 1601. Null stays null.',
  evaluate: ({ date, fault }) => {
    const value = date('value');
    if (value === null) return null;
    if (value.ticks < FILETIME_EPOCH_TICKS)
      throw fault('value', 'value is before 1601, where Active Directory begins to count.');
    return value.ticks - FILETIME_EPOCH_TICKS;
  },
};
