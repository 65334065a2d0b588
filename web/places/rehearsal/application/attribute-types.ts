import type { AttributeType } from '#entra/application/synchronization-schema.ts';

export type { AttributeType } from '#entra/application/synchronization-schema.ts';

/** The types of an attribute of the target, in the order of the portal. References need more than a name. */
export const attributeTypes: readonly AttributeType[] = ['String', 'Boolean', 'Integer', 'DateTime', 'Binary'];
