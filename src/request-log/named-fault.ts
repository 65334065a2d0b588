/** What the text of a refusal says about the body of its request. */
export interface NamedFault {
  /** The name of the attribute that the text begins with, in lower case and without its schema. */
  readonly attribute: string;
  /** The values that the first sentence quotes, as they are in JSON. */
  readonly values: readonly string[];
}

/** The attribute at the beginning of the text of a refusal, such as `urn:…:User:employeeNumber "40217" already…` or `members refers…`. */
const attribute =
  /^(?:urn:[\w:.-]+:)?(?<name>[A-Za-z$][\w$-]*)(?:\[[^\]]*\])?(?:\.(?<sub>[A-Za-z$][\w$-]*))?(?=[\s,:]|$)/;
const quoted = /"(?<value>(?:[^"\\]|\\.)*)"/g;

/**
 * Returns the attribute and the values that a refusal is about, by its English text, which is all that is stored. Undefined if the text
 * does not begin with an attribute.
 *
 * @example
 * namedFault('userName "bob@contoso.com" is an email address. …'); // { attribute: 'username', values: ['bob@contoso.com'] }
 */
export function namedFault(text: string): NamedFault | undefined {
  const name = attribute.exec(text)?.groups?.['name']?.toLowerCase();
  if (name === undefined) return undefined;
  const [first = ''] = text.split(/[.:;] /);
  return { attribute: name, values: Array.from(first.matchAll(quoted), ({ groups }) => groups?.['value'] ?? '') };
}
