import type { NamedFault } from '#request-log/named-fault.ts';
import type { JsonLine } from './json-lines.ts';

/**
 * Returns the indexes of the lines of a body that led to a refusal: those with the attribute that the refusal is about, or else those with
 * one of its values.
 *
 * @example
 * faultLines(jsonLines('{"userName":"bob@contoso.com"}'), { attribute: 'username', values: ['bob@contoso.com'] }); // new Set([1])
 */
export function faultLines(lines: readonly JsonLine[], fault: NamedFault | null): ReadonlySet<number> {
  if (fault === null) return new Set();
  const { attribute } = fault;
  const values = new Set(fault.values);
  const indexes = (matches: (line: JsonLine) => boolean) =>
    lines.flatMap((line, index) => (matches(line) ? [index] : []));
  const members = indexes((line) => isAttribute(nameOf(line), attribute));
  if (members.length > 0) return new Set(members);
  // In a PATCH, the path names the attribute, and the value is in another member.
  const paths = indexes(
    (line) => nameOf(line) === 'path' && isAttribute(textOf(line.tokens[2]?.text ?? ''), attribute),
  );
  return new Set([...paths, ...indexes((line) => quotesValue(line, values))]);
}

/** Returns the name of the member of a line; empty if it has none. */
function nameOf({ tokens: [first] }: JsonLine): string {
  return first?.kind === 'name' ? textOf(first.text) : '';
}

/** True for the name or the path of an attribute, such as `emails[type eq "work"].value` for emails. */
function isAttribute(path: string, name: string): boolean {
  const [attributePath = ''] = path.toLowerCase().split('[');
  return attributePath.split('.').some((part) => part === name || part.endsWith(`:${name}`));
}

function quotesValue({ tokens }: JsonLine, values: ReadonlySet<string>): boolean {
  return tokens.some(({ kind, text }) => kind === 'string' && values.has(textOf(text)));
}

/** Returns a JSON string without its quotation marks. */
function textOf(token: string): string {
  return token.replaceAll(/^"|"$/g, '');
}
