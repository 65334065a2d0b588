import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { StandInError, type Say } from '../../texts/refusals/stand-in-error.ts';
import { sourceAttribute } from '../source-attributes.ts';
import { IMPORT_ROWS_MAX, type ImportFile, type ImportRow } from './import-row.ts';

/**
 * Reads users and groups that were exported from Microsoft Graph as JSON. The text is {"value": […]}, a list of objects, a list of pages,
 * or a single object. Reads `manager` and `members` if the export expanded them. Throws `invalidBody` and `tooManyValues`.
 *
 * @example
 * readGraphExport('{"value":[{"userPrincipalName":"ann@contoso.example","displayName":"Ann"}]}');
 */
export function readGraphExport(text: string): ImportFile {
  let document: JsonValue;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StandInError('invalidBody', ({ files }) => files.notJson(reason), { cause: error });
  }
  const objects = objectsOf(document);
  if (objects.length > IMPORT_ROWS_MAX) {
    throw new StandInError('tooManyValues', ({ files }) => files.tooManyObjects(objects.length, IMPORT_ROWS_MAX));
  }
  const ignored = new Set<string>();
  const rows = objects.map((object, index) => toRow(object, ({ files }) => files.object(index + 1), ignored));
  return { rows, ignored: [...ignored].toSorted() };
}

function objectsOf(value: JsonValue): readonly JsonObject[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(objectsOf);
  if (!isObject(value)) {
    throw new StandInError('invalidBody', ({ files }) => files.noObjects);
  }
  return Array.isArray(value['value']) ? objectsOf(value['value'] as readonly JsonValue[]) : [value];
}

const groupProperties = ['securityEnabled', 'groupTypes', 'membershipRule', 'members', 'mailEnabled'];

function typeOf(object: JsonObject, where: Say): 'User' | 'Group' {
  const type = object['@odata.type'];
  if (type === '#microsoft.graph.user') return 'User';
  if (type === '#microsoft.graph.group') return 'Group';
  if (typeof object['userPrincipalName'] === 'string') return 'User';
  if (groupProperties.some((name) => Object.hasOwn(object, name))) return 'Group';
  throw new StandInError('invalidBody', (texts) => texts.files.noType(where(texts)));
}

function toRow(object: JsonObject, where: Say, ignored: Set<string>): ImportRow {
  const type = typeOf(object, where);
  const values: Record<string, JsonValue> = {};
  const { manager, members, deletedDateTime, onPremisesExtensionAttributes, ...rest } = object;
  const inner = isObject(onPremisesExtensionAttributes) ? onPremisesExtensionAttributes : {};
  for (const [name, value] of Object.entries({ ...rest, ...inner })) {
    const attribute = name.includes('@') ? undefined : sourceAttribute(type, name);
    if (attribute !== undefined && attribute.place !== 'computed') values[attribute.name] = value;
    else if (!name.includes('@')) ignored.add(name);
  }
  return {
    where,
    type,
    values,
    manager:
      manager === undefined || type === 'Group' ? undefined : manager === null ? null : referenceOf(manager, where),
    members: Array.isArray(members)
      ? (members as readonly JsonValue[]).map((member) => referenceOf(member, where))
      : undefined,
    deletedAt: dateOf(deletedDateTime),
  };
}

/** Returns the id or userPrincipalName of an expanded manager or member. A string is returned unchanged. */
function referenceOf(value: JsonValue, where: Say): string {
  const id = isObject(value) ? (value['id'] ?? value['userPrincipalName']) : value;
  if (typeof id === 'string') return id;
  throw new StandInError('invalidBody', (texts) => texts.files.noReference(where(texts)));
}

function dateOf(value: JsonValue | undefined): Date | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}
