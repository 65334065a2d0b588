import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateWith, faultOf, valueOf } from '../evaluate-with.fixture.ts';
import { DATE_LENGTH_MAX } from '../limits.ts';
import { dateTime, fromCalendar, fromDate, toCalendar, weekdayOf } from './date-time.ts';
import { parseDate } from './parse-date.ts';

const iso = (text: string) => {
  const date = parseDate(text);
  if (date === undefined) return undefined;
  const { year, month, day, hour, minute, second, fraction } = toCalendar(date);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${fraction === 0 ? '' : ` ${fraction}`}`;
};

describe('parseDate', () => {
  test.for([
    ['2020-03-16', '2020-3-16 0:0:0'],
    ['2020/3/6', '2020-3-6 0:0:0'],
    ['2020.3.6', '2020-3-6 0:0:0'],
    ['2020-03', '2020-3-1 0:0:0'],
    ['2020-03-16Z', '2020-3-16 0:0:0'],
    ['2020-03-16-07:00', '2020-3-16 7:0:0'],
    ['2020-03-16T23:30:00.5-0700', '2020-3-17 6:30:0 5000000'],
    ['2020-03-16 23:59:59.99999999', '2020-3-17 0:0:0'],
    ['2020-03-16T01:02:03.1234567Z', '2020-3-16 1:2:3 1234567'],
    ['2020-03-16 5:41 PM', '2020-3-16 17:41:0'],
    ['2020-03-16 12:00 AM', '2020-3-16 0:0:0'],
    ['2020-03-16 12 p', '2020-3-16 12:0:0'],
    ['3/16/2020 7:00:00 AM', '2020-3-16 7:0:0'],
    ['3-16-2020', '2020-3-16 0:0:0'],
    ['3/16/49', '2049-3-16 0:0:0'],
    ['3/16/50', '1950-3-16 0:0:0'],
    ['16 March 2020', '2020-3-16 0:0:0'],
    ['16-Mar-20', '2020-3-16 0:0:0'],
    ['March 16, 2020 17:00', '2020-3-16 17:0:0'],
    ['Mon, 16 Mar 2020 07:00:00 GMT', '2020-3-16 7:0:0'],
    ['Monday, March 16, 2020', '2020-3-16 0:0:0'],
    ['  2020-03-16\t', '2020-3-16 0:0:0'],
    ['2020-02-29', '2020-2-29 0:0:0'],
    ['0001-01-01', '1-1-1 0:0:0'],
    ['9999-12-31T23:59:59.9999999', '9999-12-31 23:59:59 9999999'],
  ])('reads %s as %s', ([text = '', expected]) => {
    expect(iso(text)).toBe(expected);
  });

  test.for([
    '',
    'soon',
    '16/3/2020',
    '2020-13-01',
    '2020-02-30',
    '2021-02-29',
    '1900-02-29',
    '2020-04-31',
    '2020-03-16 24:00',
    '2020-03-16 10:60',
    '2020-03-16 10:10:60',
    '2020-03-16 5',
    '2020-03-16 13:00 PM',
    '2020-03-16+15:00',
    '2020-03-16+10:60',
    '0000-01-01',
    '20200316',
    '10:30',
    '16 Marsh 2020',
    '0001-01-01+01:00',
    '9999-12-31T23:59:59.99999999',
    `${' '.repeat(10)}${'1'.repeat(DATE_LENGTH_MAX + 1)}`,
  ])('rejects %j', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  test('reads a date of the maximum length and rejects a longer one', () => {
    const text = (length: number) => `2020-03-16 00:00:00.${'0'.repeat(length - 20)}`;
    expect(text(DATE_LENGTH_MAX)).toHaveLength(DATE_LENGTH_MAX);
    expect(parseDate(text(DATE_LENGTH_MAX))).toBeDefined();
    expect(parseDate(text(DATE_LENGTH_MAX + 1))).toBeUndefined();
  });
});

test('toCalendar, fromCalendar and weekdayOf agree with JavaScript dates', () => {
  const years = {
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  };
  fc.assert(
    fc.property(fc.date(years), (date) => {
      const ours = fromDate(date);
      const fields = toCalendar(ours);
      expect(fields).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        fraction: date.getUTCMilliseconds() * 10_000,
      });
      expect(weekdayOf(ours)).toBe(date.getUTCDay());
      expect(fromCalendar(fields)).toEqual(ours);
    }),
  );
  expect(dateTime(-1n)).toBeUndefined();
});

describe('FormatDateTime', () => {
  const format = (text: string, input: string, output: string, styles = '') =>
    valueOf(`FormatDateTime([x], ${styles}, [i], [o])`, { x: text, i: input, o: output });

  test.for([
    ['2020-03-06T07:08:09.1234567', 'o', 'd', '03/06/2020'],
    ['2020-03-06T07:08:09.1234567', 'o', 'D', 'Friday, 06 March 2020'],
    ['2020-03-06T07:08:09.1234567', 'o', 'f', 'Friday, 06 March 2020 07:08'],
    ['2020-03-06T07:08:09.1234567', 'o', 'G', '03/06/2020 07:08:09'],
    ['2020-03-06T07:08:09.1234567', 'o', 'O', '2020-03-06T07:08:09.1234567'],
    ['2020-03-06T07:08:09.1234567Z', 'o', 'O', '2020-03-06T07:08:09.1234567Z'],
    ['2020-03-06T07:08:09.1234567+02:00', 'o', 'O', '2020-03-06T05:08:09.1234567+00:00'],
    ['2020-03-06T07:08:09', 's', 'R', 'Fri, 06 Mar 2020 07:08:09 GMT'],
    ['Fri, 06 Mar 2020 07:08:09 GMT', 'r', 's', '2020-03-06T07:08:09'],
    ['2020-03-06 07:08:09Z', 'u', 'yyyy-MM-dd K', '2020-03-06 Z'],
    ['2020 March', 'y', 'M', 'March 01'],
    ['2020-03-06', 'yyyy-MM-dd', 'd M y yy yyy yyyyy', '6 3 20 20 2020 02020'],
    ['2020-03-06', 'yyyy-MM-dd', 'ddd dddd MMM MMMM', 'Fri Friday Mar March'],
    ['2020-03-06', 'yyyy-MM-dd', '%d', '6'],
    ['2020-03-06', 'yyyy-MM-dd', '\'d\' "M" \\y %y', 'd M y 20'],
    ['2020-03-06', 'yyyy-MM-dd', "'it''s'", 'its'],
    ['2020-03-06', 'yyyy-MM-dd', "'a\\'b'", "a'b"],
    ['2020-03-06', 'yyyy-MM-dd', 'gg', 'A.D.'],
    ['2020-03-06', 'yyyy-MM-dd', 'KK|z zz zzz', '|+0 +00 +00:00'],
    ['2020-03-06 17:05', 'yyyy-MM-dd HH:mm', 'h hh H HH t tt m mm', '5 05 17 17 P PM 5 05'],
    ['2020-03-06 00:05', 'yyyy-MM-dd HH:mm', 'h tt', '12 AM'],
    ['2020-03-06 12:05 AM', 'yyyy-MM-dd hh:mm tt', 'HH:mm', '00:05'],
    ['2020-03-06 12:05 pm', 'yyyy-MM-dd hh:mm tt', 'HH:mm', '12:05'],
    ['2020-03-06 1:05 p', 'yyyy-MM-dd h:mm t', 'HH:mm', '13:05'],
    ['2020-03-06 12:05', 'yyyy-MM-dd hh:mm', 'HH:mm', '00:05'],
    ['2020-03-06 05:05 PM', 'yyyy-MM-dd HH:mm tt', 'HH:mm', '17:05'],
    ['2020-03-06 17:05 PM', 'yyyy-MM-dd HH:mm tt', 'HH:mm', '17:05'],
    ['10:20:30.5', 'HH:mm:ss.f', 'f ff fff', '5 50 500'],
    ['10:20:30.05', 'HH:mm:ss.FFF', 'ss.FFF', '30.05'],
    ['10:20:30', 'HH:mm:ss', 'ss.FFF', '30'],
    ['10:20:30', 'HH:mm:ss', 'ss.fff', '30.000'],
    ['10:20:30.', 'HH:mm:ss.FFF', 'ss-FF', '30-'],
    // If the input format has no date, the date is today. Otherwise, a missing year is the current one, and a missing month or day is 1.
    ['10:20', 'HH:mm', 'yyyy-MM-dd HH:mm', '2025-07-30 10:20'],
    ['03-06', 'MM-dd', 'yyyy-MM-dd', '2025-03-06'],
    ['2020', 'yyyy', 'yyyy-MM-dd', '2020-01-01'],
    ['06MAR20', 'ddMMMyy', 'yyyy-MM-dd', '2020-03-06'],
    ['6 march 2020 A.D.', 'd MMMM yyyy gg', 'yyyy-MM-dd', '2020-03-06'],
    ['Friday 3/6/20', 'dddd M/d/yy', 'yyyy-MM-dd', '2020-03-06'],
    ['20200306070809.1Z', 'yyyyMMddHHmmss.fZ', 'o', '2020-03-06T07:08:09.1000000Z'],
    ['2020-03-06 +5', 'yyyy-MM-dd z', 'yyyy-MM-dd HH:mm K', '2020-03-05 19:00 +00:00'],
    ['2020-03-06 -05', 'yyyy-MM-dd zz', 'yyyy-MM-dd HH:mm', '2020-03-06 05:00'],
    ['2020-03-06 -0530', 'yyyy-MM-dd zzz', 'yyyy-MM-dd HH:mm', '2020-03-06 05:30'],
    [' 2020-03-06 ', 'yyyy-MM-dd', 'yyyy', '2020'],
    ['', 'yyyy', 'yyyy', ''],
  ])(
    'reads %s in the format %s and writes it in the format %s as %s',
    ([text = '', input = '', output = '', expected]) => {
      expect(format(text, input, output)).toBe(expected);
    },
  );

  test('reads any common date format if no input format is given, and returns null for null', () => {
    expect(valueOf('FormatDateTime("2020-03-16-07:00", , , "HH:mm K")')).toBe('07:00 Z');
    expect(valueOf('FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyyMMdd HHmmss")')).toBe('20250730 123456');
    expect(valueOf('FormatDateTime(DateAdd("yyyy", 5, CDate("2025-01-15")), , "", "yyyy-MM-dd")')).toBe('2030-01-15');
    expect(valueOf('FormatDateTime([x], , "yyyy", "yyyy")')).toBeNull();
  });

  test('applies date styles and rejects unknown ones', () => {
    expect(format('2020 03', 'yyyyMM', 'MM', 'AllowInnerWhite')).toBe('03');
    expect(format(' 2020 03 ', 'yyyyMM', 'MM', 'AllowWhiteSpaces')).toBe('03');
    expect(format('2020', 'yyyy', '%K', '"AssumeUniversal, AdjustToUniversal"')).toBe('Z');
    expect(format('2020', 'yyyy', '%K', 'AssumeUniversal')).toBe('+00:00');
    expect(format('2020', 'yyyy', '%K', '"AssumeLocal|None"')).toBe('+00:00');
    expect(format('2020Z', 'yyyyK', '%K', 'None')).toBe('+00:00');
    expect(format('2020+01:00', 'yyyyK', 'yyyy K', 'AdjustToUniversal')).toBe('2019 Z');
    const fail = (styles: string) =>
      faultOf(() => format('2020', 'yyyy', 'y', styles), `FormatDateTime([x], ${styles}, [i], [o])`);
    expect(fail('"AllowInerWhite"')).toMatchObject({ piece: '"AllowInerWhite"' });
    expect(fail('"AllowInerWhite"').message).toContain('AllowInnerWhite was probably meant');
    expect(fail('"x"').message).toContain('the styles are RoundtripKind');
    expect(() => format(' 2020', 'yyyy', 'yyyy', 'None')).toThrow('not a date in the format');
  });

  test.for(
    [
      ['2020-3-06', 'yyyy-MM-dd'],
      ['20-03-06', 'yyyy-MM-dd'],
      ['2020-03-06x', 'yyyy-MM-dd'],
      ['2020-03', 'yyyy-MM-dd'],
      ['2020-02-30', 'yyyy-MM-dd'],
      ['13:00 PM', 'hh:mm tt'],
      ['10:00 XM', 'hh:mm tt'],
      ['10.5', 'HH.ff'],
      ['x', 'gg'],
      ['2020', 'yyyyzzz'],
      ['2020+01', 'yyyyzzz'],
      ['2020+15:00', 'yyyyzzz'],
      ['2020+01:00', 'yyyyzz'],
      ['Foo 2020', 'MMM yyyy'],
      ['Foo 2020', 'ddd yyyy'],
      ['2020x', 'yyyyZ'],
      ['', ' yyyy'],
      ['0000', 'yyyy'],
    ].filter(([text]) => text !== ''),
  )('rejects %s for the input format %s', ([text = '', input = '']) => {
    expect(() => format(text, input, 'yyyy')).toThrow('which is not a date in the format');
  });

  test.for([
    ['x', 'is not a standard .NET format'],
    ['ffffffff', 'more than 7 digits'],
    ["yyyy 'x", 'is not closed'],
    ['yyyy\\', 'ends in a backslash'],
    ['yyyy%', 'no specifier follows'],
    ['yyyy%%', 'no specifier follows'],
    ['', 'the format is empty'],
  ])('rejects the output format %j: %s', ([output = '', message]) => {
    expect(() => format('2020', 'yyyy', output)).toThrow(message);
  });
});

describe('date functions', () => {
  test.for<readonly [string, string | null]>([
    ['DateAdd("yyyy", 1, "2020-02-29")', '2/28/2021 12:00:00 AM'],
    ['DateAdd("m", 1, "2020-01-31")', '2/29/2020 12:00:00 AM'],
    ['DateAdd("m", -1, "2020-01-31")', '12/31/2019 12:00:00 AM'],
    ['DateAdd("m", -14, "2020-01-31")', '11/30/2018 12:00:00 AM'],
    ['DateAdd("h", 25, "2020-01-31")', '2/1/2020 1:00:00 AM'],
    ['DateAdd("n", -1, "2020-01-31")', '1/30/2020 11:59:00 PM'],
    ['DateAdd("s", "1", "2020-01-31")', '1/31/2020 12:00:01 AM'],
    ['DateAdd("d", 1, [x])', null],
    ['DateDiff("yyyy", "2019-12-31", "2020-01-01")', '1'],
    ['DateDiff("m", "2020-01-01", "2020-01-31")', '0'],
    ['DateDiff("ww", "2025-07-26", "2025-07-27")', '1'],
    ['DateDiff("ww", "2025-07-27", "2025-08-02")', '0'],
    ['DateDiff("d", "2020-01-01T12:00:00", "2020-01-02T11:00:00")', '0'],
    ['DateDiff("d", [x], "2020-01-02")', null],
    ['DateDiff("d", "2020-01-02", [x])', null],
    ['DateFromNum([x])', null],
    ['DateFromNum("0")', '1/1/1601 12:00:00 AM'],
    ['NumFromDate([x])', null],
    ['NumFromDate("")', null],
    ['NumFromDate("1601-01-01")', '0'],
    ['NumFromDate(DateFromNum(132539615990000001))', '132539615990000001'],
    ['Now()', '7/30/2025 12:34:56 PM'],
    ['CDate([x])', null],
    ['CDate("")', null],
  ])('%s returns %j', ([expression, expected]) => {
    expect(valueOf(expression)).toBe(expected);
  });

  test.for([
    ['DateAdd("x", 1, "2020-01-01")', '"x"', 'it must be one of yyyy, m, d, ww, h, n, s'],
    ['DateDiff("D", "2020-01-01", "2020-01-01")', '"D"', 'it must be one of'],
    ['DateAdd("yyyy", 9999, "2020-01-01")', 'DateAdd("yyyy", 9999, "2020-01-01")', 'outside the years 1 to 9999'],
    ['DateAdd("m", -99999, "2020-01-01")', 'DateAdd("m", -99999, "2020-01-01")', 'outside the years 1 to 9999'],
    [
      'DateAdd("s", 9223372036854775807, "2020-01-01")',
      'DateAdd("s", 9223372036854775807, "2020-01-01")',
      'outside the years',
    ],
    ['CDate("soon")', '"soon"', 'CDate: expression is "soon", not a date; write 2020-03-16'],
    ['CDate(7)', '7', 'not a date; write 2020-03-16'],
    ['DateFromNum(-1)', 'DateFromNum(-1)', 'outside the years'],
    ['DateFromNum("x")', '"x"', 'is not a whole number'],
    ['DateFromNum(9223372036854775807)', 'DateFromNum(9223372036854775807)', 'outside the years'],
    ['NumFromDate("1600-12-31")', '"1600-12-31"', 'before 1601'],
  ])('%s fails at %s: %s', ([expression = '', piece, message]) => {
    const found = faultOf(() => evaluateWith(expression), expression);
    expect(found).toMatchObject({ code: 'expressionValue', piece });
    expect(found.message).toContain(message);
  });
});
