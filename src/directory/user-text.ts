import type { JsonObject, JsonValue } from '#base/json.ts';
import { isReturnedUnchanged } from '#scim/resource/whole-document.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isActive, type ShownUser } from './stored.ts';
import { locationOf, type View } from './view.ts';

/** The computed attributes of a user. */
interface Computed {
  readonly tag: string;
  readonly groups: JsonValue | undefined;
  readonly manager: JsonObject | undefined;
}

/**
 * Builds the JSON text of a user from the stored text. The result equals that of `project` and JSON.stringify, without the
 * main cost of these: parsing the document and serializing it again (decision 016). Returns undefined if the response cannot contain the
 * whole stored document unchanged, for example because the client selected attributes or the document has secrets.
 */
export function wholeUserText(
  schema: ResourceSchema,
  view: View,
  user: ShownUser,
  { tag, groups, manager }: Computed,
): string | undefined {
  const { documentText: stored } = user;
  if (view.selection.kind !== 'default' || user.unqualified.length > 0 || stored === '{}') return undefined;
  if (!isReturnedUnchanged(schema, stored)) return undefined;
  const document = manager === undefined ? stored : withManagerText(stored, manager);
  if (document === undefined) return undefined;
  const meta = JSON.stringify({
    resourceType: schema.name,
    created: user.createdAt.toISOString(),
    lastModified: user.modifiedAt.toISOString(),
    location: locationOf(view.baseUrl, schema, user.id),
    version: tag,
  });
  const shownGroups = groups === undefined ? '' : `,"groups":${JSON.stringify(groups)}`;
  return `{"schemas":${schemasText(schema, stored)},"id":${JSON.stringify(user.id)},"meta":${meta},${document.slice(1, -1)},"active":${String(isActive(user))}${shownGroups}}`;
}

/** Replaces the manager's id with the complete reference. Returns undefined if the stored manager has more than an id. */
function withManagerText(stored: string, manager: JsonObject): string | undefined {
  const written = `"manager":${JSON.stringify({ value: manager['value'] ?? null })}`;
  const start = stored.indexOf(written);
  if (start < 0) return undefined;
  return `${stored.slice(0, start)}"manager":${JSON.stringify(manager)}${stored.slice(start + written.length)}`;
}

/** Like `schemasOf`, for a stored text. Returns JSON text. */
function schemasText(schema: ResourceSchema, stored: string): string {
  let urns = `["${schema.core.id}"`;
  for (const { urn } of schema.extensions.values()) if (stored.includes(`"${urn}":{`)) urns += `,"${urn}"`;
  return `${urns}]`;
}
