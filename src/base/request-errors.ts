import type { ErrorDefinition } from './error-definition.ts';

/** Errors of the request as a whole, before it reaches a resource. */
export const requestErrors = {
  tooManyKeys: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The body, or one of its objects, has more keys than the limit',
    remedy: 'Send only attributes of /Schemas, or split the request into several.',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
