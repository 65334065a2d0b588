/** Checks that the characteristics of an attribute or sub-attribute (RFC 7643 §7) are consistent with each other. */
import { AppError, quote } from '#base/errors.ts';
import { forbiddenKeys } from '#base/json.ts';
import type { Messages } from '#base/translated-error.ts';
import { normalizeScalar } from '#scim/resource/normalize-scalar.ts';
import type { AttributeDefinition, AttributeType } from '#scim/schema/attribute.ts';

/** The possible values of `referenceTypes`: the resource types of the directory, any other resource, and any URI. */
export const referenceTypeNames: readonly string[] = ['User', 'Group', 'external', 'uri'];

/** The types of the default sub-attributes of multi-valued attributes (RFC 7643 §2.4). Each has a single value. */
const sharedTypes: Readonly<Record<string, AttributeType>> = {
  type: 'string',
  display: 'string',
  primary: 'boolean',
  $ref: 'reference',
};

/** Says a fault in the language of the words: the end of the text "<place>: …". */
export type FaultText = (words: Messages['schemaFaults']) => string;

/** A fault in a definition: the characteristic, and a reason that completes the text "<characteristic>: …". */
export interface Fault {
  readonly characteristic: string;
  readonly reason: FaultText;
}

/** Returns the first fault in the characteristics of an attribute; undefined if there is none. Does not check sub-attributes. */
export function findFault(definition: AttributeDefinition): Fault | undefined {
  const { name, mutability, returned } = definition;
  if (forbiddenKeys.has(name)) return { characteristic: 'name', reason: (words) => words.forbiddenName(quote(name)) };
  if (mutability === 'writeOnly' && returned !== 'never') {
    return { characteristic: 'returned', reason: (words) => words.writeOnlyReturned(returned) };
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
      reason: (words) => words.notReference(quote(name), type),
    };
  }
  if (referenceTypes.length === 0) {
    return {
      characteristic,
      reason: (words) => words.referenceTypesMissing(quote(name), choice),
    };
  }
  const unknown = referenceTypes.find((one) => !referenceTypeNames.includes(one));
  if (unknown === undefined) return undefined;
  return { characteristic, reason: (words) => words.unknownReferenceType(quote(unknown), choice) };
}

function findCanonicalFault(definition: AttributeDefinition): Fault | undefined {
  const { name, type, canonicalValues = [] } = definition;
  const characteristic = 'canonicalValues';
  if (type === 'complex' && canonicalValues.length > 0) {
    return {
      characteristic,
      reason: (words) => words.complexCanonical(quote(name)),
    };
  }
  const wrong = canonicalValues.find((value) => !isValueOf(definition, value));
  if (wrong === undefined) return undefined;
  return { characteristic, reason: (words) => words.wrongCanonical(quote(wrong), type) };
}

function isValueOf(definition: AttributeDefinition, value: string): boolean {
  try {
    return normalizeScalar(definition, definition.name, value) !== undefined;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/**
 * Finds the first sub-attribute of a multi-valued attribute that has a name from RFC 7643 §2.4 but a different type, or that has several
 * values. `place` is the index of that sub-attribute.
 */
export function findSharedFault(
  subAttributes: readonly AttributeDefinition[],
): (Fault & { readonly place: number }) | undefined {
  for (const [place, { name, type, multiValued }] of subAttributes.entries()) {
    const wanted = Object.hasOwn(sharedTypes, name) ? sharedTypes[name] : undefined;
    if (wanted === undefined) continue;
    if (type !== wanted) {
      const reason: FaultText = (words) => words.sharedType(type, quote(name), wanted);
      return { place, characteristic: 'type', reason };
    }
    if (multiValued) {
      const reason: FaultText = (words) => words.sharedMultiValued(quote(name));
      return { place, characteristic: 'multiValued', reason };
    }
  }
  return undefined;
}
