import { attribute, complex, type AttributeDefinition } from './attribute.ts';

const fromServer = { mutability: 'readOnly' } as const;

/** The common attributes, which every resource has and no schema defines (RFC 7643 §3.1). */
export const commonAttributes: readonly AttributeDefinition[] = [
  attribute('string', 'id', 'The identifier that the directory assigned to the resource.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('string', 'externalId', 'The identifier that the client assigned to the resource.', { caseExact: true }),
  attribute('reference', 'schemas', 'The URNs of the schemas that the resource uses.', {
    multiValued: true,
    caseExact: true,
    returned: 'always',
    referenceTypes: ['uri'],
    mutability: 'readOnly',
  }),
  complex(
    'meta',
    'The metadata of the resource.',
    [
      attribute('string', 'resourceType', 'The name of the resource type.', { ...fromServer, caseExact: true }),
      attribute('dateTime', 'created', 'When the resource was created.', fromServer),
      attribute('dateTime', 'lastModified', 'When the resource last changed.', fromServer),
      attribute('reference', 'location', 'The URL of the resource.', {
        ...fromServer,
        caseExact: true,
        referenceTypes: ['uri'],
      }),
      attribute('string', 'version', 'The entity tag of the resource.', { ...fromServer, caseExact: true }),
    ],
    fromServer,
  ),
];
