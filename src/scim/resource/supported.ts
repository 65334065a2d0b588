import {
  nameOf,
  resolveAttributePath,
  splitAttributePath,
  type AttributePath,
  type ResolvedAttribute,
} from '#scim/path/attribute-path.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { requireSafeName } from './json-shape.ts';

/** The attributes that the directory supports. */
export interface Supported {
  readonly schema: ResourceSchema;
  /** The canonical names, as returned by `nameOf`, of attributes that are treated as unknown. */
  readonly unsupported?: ReadonlySet<string> | undefined;
}

/** Resolves a path to a supported attribute; returns undefined for an unknown or unsupported one. Throws `forbiddenKey`. */
export function resolveSupported(
  { schema, unsupported }: Supported,
  path: AttributePath,
): ResolvedAttribute | undefined {
  requireSafeName(path.name);
  if (path.subName !== undefined) requireSafeName(path.subName);
  const found = resolveAttributePath(schema, withExtensionDot(schema, path));
  if (found === undefined || unsupported === undefined) return found;
  const names = [nameOf(found), nameOf({ ...found, sub: undefined })];
  return names.some((name) => unsupported.has(name)) ? undefined : found;
}

/** Accepts the dot that Entra ID's jobs from before 2018 send in place of the last colon: `urn:…:2.0:User.department`. */
function withExtensionDot(schema: ResourceSchema, path: AttributePath): AttributePath {
  if (path.urn === undefined || path.subName === undefined) return path;
  const urn = `${path.urn}:${path.name}`;
  if (!schema.extensions.has(urn.toLowerCase())) return path;
  return splitAttributePath(`${urn}:${path.subName}`, path.position);
}

/** Attributes that only the server sets. Any body may contain them: they are ignored and not reported. */
const serverOwned: ReadonlySet<string> = new Set(['id', 'schemas', 'meta']);

export function isServerOwned({ extension, attribute }: ResolvedAttribute): boolean {
  return extension === undefined && serverOwned.has(attribute.name);
}

export function isReadOnly({ attribute, sub }: ResolvedAttribute): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}
