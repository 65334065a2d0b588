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
  /** Paths of operations that name an attribute which does not exist: they are invalid, where a key of a value is unknown. */
  readonly unknownPaths: Set<string>;
}

export interface FoundTarget {
  readonly target: PatchTarget;
  /** The filter as written, with its literals unfolded. */
  readonly filter: Filter | undefined;
}

/**
 * What an operation's path names; undefined, and reported, for what the directory does not have: Entra ID sends every
 * mapped attribute, and a refusal would hold back the deactivation that came with it. Throws invalidPath for a path that
 * cannot be read, mutability for one that the client wrote to a readOnly attribute.
 */
export function resolveTarget(context: PatchContext, operation: TargetedOperation): FoundTarget | undefined {
  const { path: text, explicit } = operation;
  const path = explicit ? parsePatchPath(text) : parseKey(text);
  const resolved = path && resolveSupported(context, path.path);
  if (resolved === undefined) return leaveOut(context, operation, text);
  if (isReadOnly(resolved)) return refuseReadOnly(context, operation, resolved);
  if (path?.filter === undefined) return { target: { ...resolved, filter: undefined, text }, filter: undefined };
  const shown = holdsSecret(resolved.attribute) ? text.replace(/\[.*\]?/s, '[…]') : text;
  if (namesSecret(resolved.attribute, path.filter)) {
    throw invalidPath(shown, 'its filter names a value that is never returned, and cannot be searched for');
  }
  const filter = typePathFilter(resolved, path.filter, shown);
  return filter === undefined
    ? leaveOut(context, operation, shown)
    : { target: { ...resolved, filter, text }, filter: path.filter };
}

/** A key that is no path is the name of an attribute that does not exist. Throws forbiddenKey. */
function parseKey(text: string): PatchPath | undefined {
  for (const name of text.split(/[.:]/)) requireSafeName(name);
  try {
    return parsePatchPath(text);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function leaveOut(context: PatchContext, { explicit }: TargetedOperation, text: string): undefined {
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

/** True if a filter on elements compares a sub-attribute that no reader may see: whether it matches would reveal it. */
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

/** The filter checked against the attribute; undefined where it names a sub-attribute that does not exist. */
function typePathFilter(resolved: ResolvedAttribute, filter: Filter, text: string): TypedElementFilter | undefined {
  const { attribute } = resolved;
  if (!attribute.multiValued) {
    throw invalidPath(
      text,
      `${nameOf({ ...resolved, sub: undefined })} has one value only, so that a filter has nothing to choose from`,
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
