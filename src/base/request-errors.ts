import type { ErrorDefinition } from './error-definition.ts';

/** Errors of the request as a whole, before it reaches a resource. */
export const requestErrors = {
  tooManyKeys: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The body, or one of its objects, has more keys than the limit',
    remedy: 'Send only attributes of /Schemas, or split the request into several.',
  },
  requestTimeout: {
    status: 408,
    title: 'The request did not arrive in time',
    remedy: 'Send it again; split a large request into several.',
  },
  schemasInvalid: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The attribute schemas of the body is missing, or names a schema that does not belong to this message',
    remedy: 'Send the URN that the detail names, or set the rule schemas to "any".',
  },
  unknownPath: {
    status: 400,
    scimType: 'invalidPath',
    title:
      'The path of a PATCH operation names an unsupported attribute, and the source rejects unsupported attributes',
    remedy:
      'Correct the target attribute of the mapping to one of /Schemas, or set the rule unknownAttributes to "ignore".',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
