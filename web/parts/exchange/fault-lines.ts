import type { JsonLine } from './json-lines.ts';

/** The attribute at the beginning of the text of a refusal, such as `urn:…:User:employeeNumber "40217" already…` or `members refers…`. */
const attribute =
  /^(?:urn:[\w:.-]+:)?(?<name>[A-Za-z$][\w$-]*)(?:\[[^\]]*\])?(?:\.(?<sub>[A-Za-z$][\w$-]*))?(?=[\s,:]|$)/;
const quoted = /"(?<value>(?:[^"\\]|\\.)*)"/g;

/**
 * Returns the indexes of the lines of a body that led to a refusal: those with the attribute that the text of the refusal names, and those
 * with a value that it quotes.
 *
 * @param reason The text of the refusal.
 *
 * @example
 * faultLines(jsonLines('{"userName":"bob@contoso.com"}'), 'userName "bob@contoso.com" is an email address…'); // new Set([1])
 */
export function faultLines(lines: readonly JsonLine[], reason: string | null): ReadonlySet<number> {
  const name = attribute.exec(reason ?? '')?.groups?.['name']?.toLowerCase();
  if (reason === null || name === undefined) return new Set();
  const [first = ''] = reason.split(/[.:;] /);
  const values = new Set(Array.from(first.matchAll(quoted), ({ groups }) => groups?.['value'] ?? ''));
  const indexes = (matches: (line: JsonLine) => boolean) =>
    lines.flatMap((line, index) => (matches(line) ? [index] : []));
  const members = indexes((line) => isAttribute(nameOf(line), name));
  if (members.length > 0) return new Set(members);
  // In a PATCH, the path names the attribute, and the value is in another member.
  const paths = indexes((line) => nameOf(line) === 'path' && isAttribute(textOf(line.tokens[2]?.text ?? ''), name));
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
