/** RFC 7643 §7: what the characteristics of one attribute, or sub-attribute, must be together. */
import { AppError, quote } from '#base/errors.ts';
import { forbiddenKeys } from '#base/json.ts';
import { normalizeScalar } from '#scim/resource/normalize-scalar.ts';
import type { AttributeDefinition, AttributeType } from '#scim/schema/attribute.ts';

/** What a reference may refer to: the resource types of the directory, any other resource, and any URI. */
export const referenceTypeNames: readonly string[] = ['User', 'Group', 'external', 'uri'];

/** RFC 7643 §2.4: the sub-attributes that multi-valued attributes share have one value of a type of their own. */
const sharedTypes: Readonly<Record<string, AttributeType>> = {
  type: 'string',
  display: 'string',
  primary: 'boolean',
  $ref: 'reference',
};

/** A fault of a definition: the characteristic, and why it cannot be so. */
export interface Fault {
  readonly characteristic: string;
  readonly reason: string;
}

/** The first fault of an attribute's own characteristics; undefined where they agree. */
export function findFault(definition: AttributeDefinition): Fault | undefined {
  const { name, mutability, returned } = definition;
  if (forbiddenKeys.has(name))
    return { characteristic: 'name', reason: `is ${quote(name)}, which no attribute may have` };
  if (mutability === 'writeOnly' && returned !== 'never') {
    const reason = `is ${returned}, but an attribute that is writeOnly is never returned: make it never`;
    return { characteristic: 'returned', reason };
  }
  return findReferenceFault(definition) ?? findCanonicalFault(definition);
}

function findReferenceFault({ name, type, referenceTypes = [] }: AttributeDefinition): Fault | undefined {
  const characteristic = 'referenceTypes';
  const choice = referenceTypeNames.join(', ');
  if (type !== 'reference') {
    if (referenceTypes.length === 0) return undefined;
    return {
      characteristic,
      reason: `belong to ${quote(name)}, whose type is ${type}: make it reference, or leave them out`,
    };
  }
  if (referenceTypes.length === 0) {
    return {
      characteristic,
      reason: `are missing: ${quote(name)} is a reference, so list what it may refer to (${choice})`,
    };
  }
  const unknown = referenceTypes.find((one) => !referenceTypeNames.includes(one));
  if (unknown === undefined) return undefined;
  return { characteristic, reason: `have ${quote(unknown)}, which this directory does not have: list ${choice}` };
}

function findCanonicalFault(definition: AttributeDefinition): Fault | undefined {
  const { name, type, canonicalValues = [] } = definition;
  const characteristic = 'canonicalValues';
  if (type === 'complex' && canonicalValues.length > 0) {
    return {
      characteristic,
      reason: `belong to ${quote(name)}, which is complex: give them to one of its sub-attributes`,
    };
  }
  const wrong = canonicalValues.find((value) => !isValueOf(definition, value));
  if (wrong === undefined) return undefined;
  return { characteristic, reason: `have ${quote(wrong)}, which is not a value of the type ${type}` };
}

function isValueOf(definition: AttributeDefinition, value: string): boolean {
  try {
    return normalizeScalar(definition, definition.name, value) !== undefined;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** The first sub-attribute with a name of RFC 7643 §2.4 whose type is another one; `place` is its place in the list. */
export function findSharedFault(
  subAttributes: readonly AttributeDefinition[],
): (Fault & { readonly place: number }) | undefined {
  for (const [place, { name, type, multiValued }] of subAttributes.entries()) {
    const wanted = Object.hasOwn(sharedTypes, name) ? sharedTypes[name] : undefined;
    if (wanted === undefined) continue;
    if (type !== wanted) {
      const reason = `is ${type}, but ${quote(name)} of a multi-valued attribute is ${wanted} (RFC 7643 §2.4)`;
      return { place, characteristic: 'type', reason };
    }
    if (multiValued) {
      const reason = `is true, but ${quote(name)} of a multi-valued attribute has one value (RFC 7643 §2.4)`;
      return { place, characteristic: 'multiValued', reason };
    }
  }
  return undefined;
}
