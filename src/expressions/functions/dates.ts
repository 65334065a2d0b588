import { quote } from '#base/errors.ts';
import { toInteger } from '../coerce.ts';
import { dateTime, FILETIME_EPOCH_TICKS, fromDate, type DateTime } from '../dates/date-time.ts';
import { addInterval, intervals, intervalsBetween, type Interval } from '../dates/intervals.ts';
import { required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

export const now: FunctionDefinition = {
  name: 'Now',
  parameters: [],
  summary: 'Returns the current date and time in UTC.',
  evaluate: ({ context }) => fromDate(context.clock.now()),
};

export const dateAdd: FunctionDefinition = {
  name: 'DateAdd',
  parameters: [required('interval'), required('value', 'Integer'), required('dateTime', 'DateTime')],
  summary: `Adds a number of intervals to a date, or subtracts them if the number is negative. The intervals are ${intervals.join(', ')}: years, months, days, weeks, hours, minutes and seconds. Returns null for a null date.`,
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
    'Returns the number of intervals from the first date to the second. Years and months count how often the calendar year or month changes, weeks count Sundays, and the other intervals count whole units. Returns null if either date is null.',
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
    throw fault('interval', ({ evaluating }) => evaluating.mustBeOneOf('interval', quote(written), intervals));
  return interval;
}

function inCalendar({ fault }: Arguments, date: DateTime | undefined): DateTime {
  if (date === undefined) throw fault(undefined, ({ evaluating }) => evaluating.outsideCalendar);
  return date;
}

export const dateFromNum: FunctionDefinition = {
  name: 'DateFromNum',
  parameters: [required('value', 'Integer')],
  summary:
    'Converts an Active Directory timestamp, which counts units of 100 nanoseconds since 1601, to a date. Returns null for null.',
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
    'Converts a date to an Active Directory timestamp, as in accountExpires: the number of units of 100 nanoseconds since 1601. Returns null for null.',
  evaluate: ({ date, fault }) => {
    const value = date('value');
    if (value === null) return null;
    if (value.ticks < FILETIME_EPOCH_TICKS) throw fault('value', ({ evaluating }) => evaluating.before1601);
    return value.ticks - FILETIME_EPOCH_TICKS;
  },
};
