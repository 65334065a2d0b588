import { AppError, quote } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { Filter, TypedElementFilter } from '#scim/filter/ast.ts';
import { typeElementFilter } from '#scim/filter/type-check.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import { parsePatchPath, type PatchPath } from '#scim/path/parse-patch-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';
import { holdsSecret, isSecret } from '#scim/schema/secret-attributes.ts';
import { reportIgnored, type IgnoredReport } from '#scim/resource/ignored-attributes.ts';
import { requireSafeName } from '#scim/resource/json-shape.ts';
import { isReadOnly, isServerOwned, resolveSupported, type Supported } from '#scim/resource/supported.ts';
import type { TargetedOperation } from './dialects/entra.ts';
import type { PatchTarget } from './operation.ts';

export interface PatchContext extends Supported {
  readonly ignored: IgnoredReport;
  /**
   * Paths of operations that name an unknown attribute. If there are any, an integration that rejects unknown attributes answers with
   * `unknownPath` and not with `unknownAttribute`.
   */
  readonly unknownPaths: Set<string>;
}

export interface FoundTarget {
  readonly target: PatchTarget;
  /** The filter as the client wrote it. Its values are not folded. */
  readonly filter: Filter | undefined;
}

/**
 * Resolves the path of an operation. Returns undefined for an attribute that the directory does not have, and reports it as
 * ignored: Entra ID sends every mapped attribute, and an error would also reject a deactivation in the same request. Throws
 * `invalidPath` for a path that cannot be read, and `mutability` for an explicit path of a readOnly attribute.
 */
export function resolveTarget(context: PatchContext, operation: TargetedOperation): FoundTarget | undefined {
  const { path: text, explicit } = operation;
  const path = explicit ? parsePatchPath(text) : parseKey(text);
  const resolved = path && resolveSupported(context, path.path);
  if (resolved === undefined) return ignoreUnknown(context, operation, text);
  if (isReadOnly(resolved)) return refuseReadOnly(context, operation, resolved);
  if (path?.filter === undefined) return { target: { ...resolved, filter: undefined, text }, filter: undefined };
  const shown = holdsSecret(resolved.attribute) ? text.replace(/\[.*\]?/s, '[…]') : text;
  if (namesSecret(resolved.attribute, path.filter)) {
    throw invalidPath(shown, 'its filter names an attribute that is never returned and cannot be used in a filter');
  }
  const filter = typePathFilter(resolved, path.filter, shown);
  return filter === undefined
    ? ignoreUnknown(context, operation, shown)
    : { target: { ...resolved, filter, text }, filter: path.filter };
}

/**
 * Parses a key of a value as a path. Returns undefined if the key is not a path, because it then names no known attribute. Throws
 * `forbiddenKey`.
 */
function parseKey(text: string): PatchPath | undefined {
  for (const name of text.split(/[.:]/)) requireSafeName(name);
  try {
    return parsePatchPath(text);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function ignoreUnknown(context: PatchContext, { explicit }: TargetedOperation, text: string): undefined {
  reportIgnored(context.ignored, text, 'unknown');
  if (explicit) context.unknownPaths.add(text);
  return undefined;
}

function refuseReadOnly(context: PatchContext, operation: TargetedOperation, resolved: ResolvedAttribute): undefined {
  const name = nameOf(resolved);
  if (operation.explicit) {
    const shown = `${operation.op} ${quote(operation.path)}`;
    throw refusal('attributeReadOnly', { attribute: name, operation: shown }, { attribute: name });
  }
  if (!isServerOwned(resolved)) reportIgnored(context.ignored, operation.path, 'readOnly');
  return undefined;
}

/** True if a filter on elements uses a secret sub-attribute. Its result would reveal whether a guessed value is right. */
function namesSecret(attribute: AttributeDefinition, filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.some((operand) => namesSecret(attribute, operand));
    case 'not':
      return namesSecret(attribute, filter.operand);
    case 'valuePath':
      return false;
    case 'present':
    case 'comparison': {
      const sub = subAttribute(attribute, filter.path.name);
      return isSecret(attribute) || (sub !== undefined && isSecret(sub));
    }
  }
}

/** Checks the filter against the attribute; returns undefined if it names an unknown sub-attribute. */
function typePathFilter(resolved: ResolvedAttribute, filter: Filter, text: string): TypedElementFilter | undefined {
  const { attribute } = resolved;
  if (!attribute.multiValued) {
    throw invalidPath(
      text,
      `${nameOf({ ...resolved, sub: undefined })} is single-valued, so the path cannot have a filter`,
    );
  }
  try {
    return typeElementFilter(attribute, filter);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'filterUnknownAttribute') return undefined;
    throw new AppError('invalidPath', `The path ${quote(text)} is not valid. ${error.message}`, {
      attribute: text,
      position: error.position,
      cause: error,
    });
  }
}

function invalidPath(path: string, fault: string): AppError {
  return refusal('pathInvalid', { path, fault }, { attribute: path });
}
