/**
 * PATCH as SCIM 1.1 has it (simplecloud.info, draft-scim-api-01 §3.3.2): a part of the resource,
 * with no operations. OneLogin's documentation changes the members of a group so, and PingFederate's SCIM 1.1 provisioner.
 */
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { membersByName } from '../read-operation.ts';

/** Members that say what the message is, not what the resource is to have. */
const envelope: ReadonlySet<string> = new Set(['schemas', 'id', 'meta']);

/**
 * The operations of RFC 7644 §3.5.2 that a partial resource means; undefined for any other body. It is known by its
 * schemas: without them a mistaken body, such as a resource that was meant for PUT, would change a resource unnoticed.
 */
export function operationsOfPartialResource(body: JsonObject): readonly JsonValue[] | undefined {
  const members = membersByName(body);
  if (members.has('operations') || !namesOldSchema(members.get('schemas'))) return undefined;
  const attributes = Object.entries(body).filter(([name]) => !envelope.has(name.toLowerCase()));
  return [...clearings(members.get('meta')), ...attributes.flatMap(([name, value]) => changes(name, value))];
}

function namesOldSchema(schemas: JsonValue | undefined): boolean {
  return (
    isList(schemas) && schemas.some((schema) => typeof schema === 'string' && /^urn:scim:schemas:core:/i.test(schema))
  );
}

/** `meta.attributes` names the attributes that lose their values, before the others get theirs. */
function clearings(meta: JsonValue | undefined): readonly JsonValue[] {
  const names = isObject(meta) ? membersByName(meta).get('attributes') : undefined;
  return isList(names) ? names.map((path) => ({ op: 'remove', path })) : [];
}

/** Values of a list come to those that are there, or leave by `"operation": "delete"`; all else takes its new value. */
function changes(name: string, value: JsonValue): readonly JsonValue[] {
  if (!isList(value)) return [{ op: 'replace', value: { [name]: value } }];
  const leaving = value.filter(isDeletion);
  const coming = value.filter((element) => !isDeletion(element));
  return [
    ...(leaving.length > 0 ? [{ op: 'remove', path: name, value: leaving }] : []),
    ...(coming.length > 0 ? [{ op: 'add', value: { [name]: coming } }] : []),
  ];
}

function isDeletion(element: JsonValue): boolean {
  const operation = isObject(element) ? membersByName(element).get('operation') : undefined;
  return typeof operation === 'string' && operation.toLowerCase() === 'delete';
}
