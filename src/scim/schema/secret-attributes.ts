import type { AttributeDefinition } from './attribute.ts';
import type { ResourceSchema } from './resource-schema.ts';

/**
 * True for an attribute whose values must never be disclosed (mutability `writeOnly` or returned `never`, RFC 7643 §7).
 * Responses, filters, events, search documents and error messages all use this function.
 */
export function isSecret({ mutability, returned }: Pick<AttributeDefinition, 'mutability' | 'returned'>): boolean {
  return mutability === 'writeOnly' || returned === 'never';
}

/** True if the attribute or one of its sub-attributes is secret. */
export function holdsSecret(definition: AttributeDefinition): boolean {
  return isSecret(definition) || (definition.subAttributes ?? []).some(isSecret);
}

const answers = new WeakMap<ResourceSchema, boolean>();

/**
 * True if a stored document of this type can contain secrets. The standard schemas store none: the hash of a password is not
 * part of the document.
 */
export function storesSecrets(schema: ResourceSchema): boolean {
  let answer = answers.get(schema);
  if (answer === undefined) {
    const own = [...schema.extensions.values()].flatMap((extension) => [...extension.attributes.values()]);
    answer = [...schema.attributes.values(), ...own].some(
      (definition) => definition.name !== 'password' && holdsSecret(definition),
    );
    answers.set(schema, answer);
  }
  return answer;
}
