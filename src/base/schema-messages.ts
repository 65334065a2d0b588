import { z } from 'zod';

/** The words after "must" for a size limit, by the kind of value that was checked. */
const sizes: Readonly<Record<string, (limit: string, bound: 'least' | 'most') => string>> = {
  string: (limit, bound) => `have at ${bound} ${counted(limit, 'character', 'characters')}`,
  array: (limit, bound) => `have at ${bound} ${counted(limit, 'entry', 'entries')}`,
  set: (limit, bound) => `have at ${bound} ${counted(limit, 'entry', 'entries')}`,
  number: (limit, bound) => `be at ${bound} ${limit}`,
  int: (limit, bound) => `be at ${bound} ${limit}`,
};

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
  date: 'a date',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'a date and time such as 2026-01-31T18:00:00Z (RFC 3339)',
  date: 'a date such as 2026-01-31',
  email: 'an email address',
  url: 'a URL such as https://directory.example.com',
};

type Issue = z.core.$ZodRawIssue;

/**
 * Describes the fault of a value, as the end of a sentence whose subject is the field, such as "must have at least 32
 * characters". It covers every kind of issue that zod reports, so that callers never read the messages of the library.
 */
function issueMessage(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(issue.expected, issue.input);
    case 'too_small':
      return sizeMessage(issue.origin, issue.minimum, issue.inclusive, 'least');
    case 'too_big':
      return sizeMessage(issue.origin, issue.maximum, issue.inclusive, 'most');
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing';
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(literal).join(', ')}`;
    case 'invalid_format':
      return `must be ${formats[issue.format] ?? `of the form ${issue.pattern ?? issue.format}`}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.length === 1 ? 'the unknown field' : 'the unknown fields'} ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is missing' : unionMessage(issue.errors);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return 'is not valid';
  }
}

function literal(value: unknown): string {
  return value === '' ? EMPTY : String(value);
}

/** The word for the empty text among the values that a field accepts. */
const EMPTY = 'empty';

function typeMessage(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  const type = types[expected];
  if (type === undefined) return 'cannot be given';
  const isWanted = (expected === 'number' || expected === 'int') && typeof input === 'number';
  // A text that is not a number was converted to NaN.
  if (isWanted) return Number.isNaN(input) ? `must be ${type}` : `must be ${type}, not ${input}`;
  return `must be ${type}, not ${given(input)}`;
}

/**
 * Describes a value that no alternative accepts: lists the requirements of the alternatives that accept its type, or of all alternatives if
 * none accepts its type.
 */
function unionMessage(alternatives: readonly (readonly z.core.$ZodIssue[])[]): string {
  const reasons = alternatives.flatMap((issues) => issues.slice(0, 1));
  const close = reasons.filter(({ code, message }) => code !== 'invalid_type' && message !== `must be ${EMPTY}`);
  const words = [...new Set((close.length === 0 ? reasons : close).map(({ message }) => message))];
  return words.length === 0 ? 'is not valid' : words.join(', or ');
}

function sizeMessage(
  origin: string,
  limit: number | bigint,
  inclusive: boolean | undefined,
  bound: 'least' | 'most',
): string {
  if (inclusive === false) return `must be ${bound === 'least' ? 'more' : 'less'} than ${limit}`;
  if (bound === 'least' && Number(limit) === 1 && origin === 'string') return 'must not be empty';
  return `must ${sizes[origin]?.(String(limit), bound) ?? `be at ${bound} ${limit}`}`;
}

function counted(limit: string, one: string, several: string): string {
  return `${limit} ${limit === '1' ? one : several}`;
}

function given(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'an object' : (types[typeof input] ?? typeof input);
}

/** Makes all zod schemas use `issueMessage` for their messages. A message that a schema defines takes precedence. */
export function installSchemaMessages(): void {
  z.config({ customError: issueMessage });
}
