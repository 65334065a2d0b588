import { isStandardUrn, type ResourceSchema } from '../schema/resource-schema.ts';

/** What makes a stored text differ from its answer; null for a schema whose documents are always projected. */
const withheldBySchema = new WeakMap<ResourceSchema, RegExp | null>();

/**
 * Whether the JSON text of a canonical document is answered as it is where nothing is selected: nothing in it is withheld
 * by its schema. With schemas of an organization's own the answer is no: they can change, and documents of before stay.
 */
export function isAnsweredWhole(schema: ResourceSchema, text: string): boolean {
  let withheld = withheldBySchema.get(schema);
  if (withheld === undefined) {
    withheld = withheldOf(schema);
    withheldBySchema.set(schema, withheld);
  }
  return withheld !== null && !withheld.test(text);
}

/**
 * Finds names of members alone: within a string of JSON each quotation mark has a backslash in front of it, and behind a
 * value there is no colon.
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
  // The URN of an extension that the organization has no more.
  const known = extensions.map(({ urn }) => `(?!${RegExp.escape(urn)}")`).join('');
  const gone = `${known}[uU][rR][nN]:[^"\\\\]*`;
  return new RegExp(`"(?:${[...hidden.map((name) => RegExp.escape(name)), gone].join('|')})":`);
}
