/**
 * PATCH of SCIM 1.1 (simplecloud.info, draft-scim-api-01 §3.3.2): the body is a part of the resource, without operations.
 * OneLogin's documentation and PingFederate's SCIM 1.1 provisioner change the members of a group in this way.
 */
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { membersByName } from '../read-operation.ts';

/** Members of the body that describe the message, and are not attributes to change. */
const envelope: ReadonlySet<string> = new Set(['schemas', 'id', 'meta']);

/**
 * Converts a partial resource to operations of RFC 7644 §3.5.2; returns undefined for any other body. A partial resource is
 * recognized by its SCIM 1.1 schemas. Without this check, a body that was sent by mistake, such as one that was meant for PUT,
 * would change the resource unnoticed.
 *
 * @example
 * operationsOfPartialResource({ schemas: ['urn:scim:schemas:core:1.0'], members: [{ value: '1', operation: 'delete' }] });
 * // [{ op: 'remove', path: 'members', value: [{ value: '1', operation: 'delete' }] }]
 */
export function operationsOfPartialResource(body: JsonObject): readonly JsonValue[] | undefined {
  const members = membersByName(body);
  if (members.has('operations') || !namesOldSchema(members.get('schemas'))) return undefined;
  const attributes = Object.entries(body).filter(([name]) => !envelope.has(name.toLowerCase()));
  return [...attributeRemovals(members.get('meta')), ...attributes.flatMap(([name, value]) => changes(name, value))];
}

function namesOldSchema(schemas: JsonValue | undefined): boolean {
  return (
    isList(schemas) && schemas.some((schema) => typeof schema === 'string' && /^urn:scim:schemas:core:/i.test(schema))
  );
}

/** Returns a remove operation for each attribute in `meta.attributes`. These operations come before the changes to other attributes. */
function attributeRemovals(meta: JsonValue | undefined): readonly JsonValue[] {
  const names = isObject(meta) ? membersByName(meta).get('attributes') : undefined;
  return isList(names) ? names.map((path) => ({ op: 'remove', path })) : [];
}

/** Adds the values of a list, or removes those with `"operation": "delete"`. Replaces any other value. */
function changes(name: string, value: JsonValue): readonly JsonValue[] {
  if (!isList(value)) return [{ op: 'replace', value: { [name]: value } }];
  const deleted = value.filter(isDeletion);
  const added = value.filter((element) => !isDeletion(element));
  return [
    ...(deleted.length > 0 ? [{ op: 'remove', path: name, value: deleted }] : []),
    ...(added.length > 0 ? [{ op: 'add', value: { [name]: added } }] : []),
  ];
}

function isDeletion(element: JsonValue): boolean {
  const operation = isObject(element) ? membersByName(element).get('operation') : undefined;
  return typeof operation === 'string' && operation.toLowerCase() === 'delete';
}
