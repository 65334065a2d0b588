import { isStandardUrn, type ResourceSchema } from '../schema/resource-schema.ts';

/** Matches stored texts that must be projected before they are returned; null for a schema whose documents always are. */
const withheldBySchema = new WeakMap<ResourceSchema, RegExp | null>();

/**
 * True if the JSON text of a canonical document can be returned unchanged to a request without a selection, because its schema
 * withholds nothing in it. Always false for a schema with custom extensions: they can change, and stored documents do not.
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
 * Returns a pattern for the withheld members of a schema. It matches only names of members: quotation marks inside a JSON string
 * follow a backslash, and no colon follows a value.
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
  // The URN of an extension that the organization no longer has.
  const known = extensions.map(({ urn }) => `(?!${RegExp.escape(urn)}")`).join('');
  const formerUrn = `${known}[uU][rR][nN]:[^"\\\\]*`;
  return new RegExp(`"(?:${[...hidden.map((name) => RegExp.escape(name)), formerUrn].join('|')})":`);
}
