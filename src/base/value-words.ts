import { z } from 'zod';

/** How long a text, a list or a number may be, by what was checked: the words behind "must". */
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
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'a date and time such as 2026-01-31T18:00:00Z (RFC 3339)',
  date: 'a date such as 2026-01-31',
  email: 'an e-mail address',
  url: 'a URL such as https://directory.example.com',
};

type Issue = z.core.$ZodRawIssue;

/**
 * What is wrong with a value, as the end of a sentence whose subject is the field, such as "must have at least 32
 * characters". Undefined where the library's own words are as clear.
 */
function valueWords(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is missing';
    const type = types[issue.expected];
    return type === undefined ? undefined : `must be ${type}, not ${given(issue.input)}`;
  }
  if (issue.code === 'too_small') return sizeWords(issue.origin, issue.minimum, issue.inclusive, 'least');
  if (issue.code === 'too_big') return sizeWords(issue.origin, issue.maximum, issue.inclusive, 'most');
  if (issue.code === 'invalid_value') {
    if (issue.input === undefined) return 'is missing';
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
  }
  if (issue.code !== 'invalid_format') return undefined;
  const format = formats[issue.format];
  return format === undefined ? undefined : `must be ${format}`;
}

function sizeWords(
  origin: string,
  limit: number | bigint,
  inclusive: boolean | undefined,
  bound: 'least' | 'most',
): string | undefined {
  if (inclusive === false) return undefined;
  if (bound === 'least' && Number(limit) === 1 && origin === 'string') return 'must not be empty';
  const words = sizes[origin]?.(String(limit), bound);
  return words === undefined ? undefined : `must ${words}`;
}

function counted(limit: string, one: string, several: string): string {
  return `${limit} ${limit === '1' ? one : several}`;
}

function given(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'an object' : (types[typeof input] ?? typeof input);
}

/** Has every schema use `valueWords`; a message that a schema has itself comes first. */
export function describeValuesPlainly(): void {
  z.config({ customError: valueWords });
}
