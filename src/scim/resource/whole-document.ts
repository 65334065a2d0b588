import { isStandardUrn, type ResourceSchema } from '../schema/resource-schema.ts';

/**
 * By schema, a pattern for the stored texts that must be projected before they are returned; null if all documents of the schema must
 * be.
 */
const withheldBySchema = new WeakMap<ResourceSchema, RegExp | null>();

/**
 * True if the JSON text of a canonical document can be returned unchanged to a request without a selection, because its schema
 * withholds nothing in it. Always false for a schema with custom extensions: the extensions can change without a change to the
 * stored documents.
 */
export function isReturnedUnchanged(schema: ResourceSchema, text: string): boolean {
  let withheld = withheldBySchema.get(schema);
  if (withheld === undefined) {
    withheld = withheldOf(schema);
    withheldBySchema.set(schema, withheld);
  }
  return withheld !== null && !withheld.test(text);
}

/**
 * Returns a pattern for the withheld members of a schema. It matches only member names: a quotation mark inside a JSON string is escaped
 * by a backslash, and a string that is a value is not followed by a colon.
 */
function withheldOf(schema: ResourceSchema): RegExp | null {
  const extensions = [...schema.extensions.values()];
  if (extensions.some(({ urn }) => !isStandardUrn(urn))) return null;
  const attributes = [...schema.attributes.values(), ...extensions.flatMap((one) => [...one.attributes.values()])];
  const hidden = attributes.flatMap((attribute) => [
    ...(attribute.returned === 'never' || attribute.returned === 'request' ? [attribute.name] : []),
    ...(attribute.subAttributes ?? []).flatMap((sub) =>
      sub.returned === 'never' || sub.returned === 'request' ? [sub.name] : [],
    ),
  ]);
  // Matches the URN of an extension that the organization no longer has.
  const known = extensions.map(({ urn }) => `(?!${RegExp.escape(urn)}")`).join('');
  const formerUrn = `${known}[uU][rR][nN]:[^"\\\\]*`;
  return new RegExp(`"(?:${[...hidden.map((name) => RegExp.escape(name)), formerUrn].join('|')})":`);
}
