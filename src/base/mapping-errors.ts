import type { ErrorDefinition } from './error-definition.ts';

/** Errors of attribute mappings, scoping filters and synchronization schemas of the stand-in for Entra ID. */
export const mappingErrors = {
  mappingInvalid: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The attribute mappings are not valid',
    remedy: 'Correct the places that the message names; tanhua entra mapping show prints what is stored.',
  },
  mappingValue: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A mapping produces a value that its target attribute cannot have',
    remedy: 'Correct the value in the source, or let the expression of the mapping convert it.',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
