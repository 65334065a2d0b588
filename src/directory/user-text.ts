import type { JsonObject, JsonValue } from '#base/json.ts';
import { isAnsweredWhole } from '#scim/resource/whole-document.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isActive, type ShownUser } from './stored.ts';
import { locationOf, type View } from './view.ts';

/** What the directory computes into a user. */
interface Computed {
  readonly tag: string;
  readonly groups: JsonValue | undefined;
  readonly manager: JsonObject | undefined;
}

/**
 * A user as `project` and JSON.stringify would have it, made of the stored text: most answers show all that is stored, and
 * reading it only to write it again is what an answer would cost most (decision 016). undefined where something is
 * selected, withheld, or stands in another place.
 */
export function wholeUserText(
  schema: ResourceSchema,
  view: View,
  user: ShownUser,
  { tag, groups, manager }: Computed,
): string | undefined {
  const { documentText: stored } = user;
  if (view.selection.kind !== 'default' || user.unqualified.length > 0 || stored === '{}') return undefined;
  if (!isAnsweredWhole(schema, stored)) return undefined;
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

/** The reference in place of the manager's id; undefined where the client wrote more than that. */
function withManagerText(stored: string, manager: JsonObject): string | undefined {
  const written = `"manager":${JSON.stringify({ value: manager['value'] ?? null })}`;
  const start = stored.indexOf(written);
  if (start < 0) return undefined;
  return `${stored.slice(0, start)}"manager":${JSON.stringify(manager)}${stored.slice(start + written.length)}`;
}

/** `schemasOf` of a text. */
function schemasText(schema: ResourceSchema, stored: string): string {
  let urns = `["${schema.core.id}"`;
  for (const { urn } of schema.extensions.values()) if (stored.includes(`"${urn}":{`)) urns += `,"${urn}"`;
  return `${urns}]`;
}
