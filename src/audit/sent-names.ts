import { cutText } from '#base/cut-text.ts';
import { isObject } from '#base/json.ts';
import type { SentNames } from './event-types.ts';

/** The maximum number of names that are read from one request: values that a client sends must not fill the disk. */
export const SENT_NAMES_MAX = 12;
/** The maximum number of UTF-16 units of an attribute path. Longer paths name no known attribute, and are skipped. */
const PATH_LENGTH_MAX = 256;
/** The maximum number of UTF-16 units of a name. More than is stored, so that a secret is recognized before it is cut (`storable`). */
const SENT_NAME_LENGTH_MAX = 2_048;
/** The maximum number of operations of one PATCH request that are searched for names. */
export const SENT_OPERATIONS_MAX = 100;

type Kind = keyof SentNames;

/** The attributes of SCIM and of the REST API that contain names, in lower case. */
const kinds: Readonly<Record<string, Kind>> = {
  username: 'userName',
  displayname: 'displayName',
  externalid: 'externalId',
  emails: 'email',
  email: 'email',
  alternateemail: 'email',
};

/**
 * Returns the names of the user or the group in a refused body: a resource, a PATCH request, or a body of the REST API. Accepts any
 * value and never throws.
 *
 * @example
 * sentNames({ userName: 'bob', emails: [{ value: 'bob@contoso.example' }] });
 * // { userName: ['bob'], displayName: [], externalId: [], email: ['bob@contoso.example'] }
 */
export function sentNames(body: unknown): SentNames {
  const found: Record<Kind, string[]> = { userName: [], displayName: [], externalId: [], email: [] };
  if (!isObject(body)) return found;
  readAttributes(found, body);
  for (const [name, operations] of Object.entries(body)) {
    if (name.toLowerCase() !== 'operations' || !Array.isArray(operations)) continue;
    for (const operation of operations.slice(0, SENT_OPERATIONS_MAX)) readOperation(found, operation);
  }
  return found;
}

function readOperation(found: Record<Kind, string[]>, operation: unknown): void {
  if (!isObject(operation)) return;
  const given = Object.fromEntries(Object.entries(operation).map(([name, value]) => [name.toLowerCase(), value]));
  const { path, value } = given;
  if (typeof path === 'string') readAttribute(found, path, value);
  else if (isObject(value)) readAttributes(found, value);
}

function readAttributes(found: Record<Kind, string[]>, attributes: object): void {
  for (const [name, value] of Object.entries(attributes)) readAttribute(found, name, value);
}

/** Reads an attribute by its name or path, such as `userName`, `urn:…:User:userName`, or `emails[type eq "work"].value`. */
function readAttribute(found: Record<Kind, string[]>, path: string, value: unknown): void {
  if (path.length > PATH_LENGTH_MAX) return;
  // Other sub-attributes, such as `emails[type eq "work"].type`, are not names.
  const { name = '', rest = '' } =
    /^(?:urn:.*:)?(?<name>\w+)(?:\[[^\]]*\])?(?:\.(?<rest>\w+))?$/.exec(path)?.groups ?? {};
  const key = name.toLowerCase();
  if (!Object.hasOwn(kinds, key) || (rest !== '' && rest.toLowerCase() !== 'value')) return;
  const kind = kinds[key];
  if (kind !== undefined) for (const text of textsOf(value)) add(found, kind, text);
}

function textsOf(value: unknown): readonly string[] {
  const elements: readonly unknown[] = Array.isArray(value) ? value.slice(0, SENT_NAMES_MAX) : [value];
  return elements.flatMap((element) => {
    const text = isObject(element) ? (element['value'] ?? element['Value']) : element;
    return typeof text === 'string' && text.trim() !== '' ? [text] : [];
  });
}

function add(found: Record<Kind, string[]>, kind: Kind, text: string): void {
  const count = Object.values(found).reduce((sum, texts) => sum + texts.length, 0);
  const kept = cutText(text, SENT_NAME_LENGTH_MAX);
  if (count < SENT_NAMES_MAX && !found[kind].includes(kept)) found[kind].push(kept);
}
