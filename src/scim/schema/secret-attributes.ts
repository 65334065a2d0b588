import type { AttributeDefinition } from './attribute.ts';
import type { ResourceSchema } from './resource-schema.ts';

/**
 * True for an attribute whose values no reader may see (RFC 7643 §7: `writeOnly`, or returned `never`). Answers, filters,
 * events, search documents and error messages all decide by this function.
 */
export function isSecret({ mutability, returned }: Pick<AttributeDefinition, 'mutability' | 'returned'>): boolean {
  return mutability === 'writeOnly' || returned === 'never';
}

/** True if a value of the attribute is a secret, or has one as a sub-attribute. */
export function holdsSecret(definition: AttributeDefinition): boolean {
  return isSecret(definition) || (definition.subAttributes ?? []).some(isSecret);
}

const answers = new WeakMap<ResourceSchema, boolean>();

/** True if a stored document of this type can have secrets: the standard schemas store none, since passwords are hashed. */
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
