import { sourceGroupAttributes, sourceUserAttributes, type SourceAttribute } from '../source/source-attributes.ts';
import type { AttributeDefinition, DirectoryDefinition } from './synchronization-schema.ts';

/** The name of the source directory. Entra ID still uses its former name in logs and schemas. */
export const SOURCE_DIRECTORY = 'Azure Active Directory';

/** The names of computed attributes. IsSoftDeleted determines whether a user is active in the target (§3.4). */
export const IS_SOFT_DELETED = 'IsSoftDeleted';
export const APP_ROLE_ASSIGNMENTS = 'appRoleAssignments';

/** For each reference attribute of the source, the types of objects that it refers to. */
const referenced: ReadonlyMap<string, readonly string[]> = new Map([
  ['manager', ['User']],
  ['members', ['User', 'Group']],
]);

/** Returns the definitions of the attributes that mappings can read. */
function definitionsOf(attributes: readonly SourceAttribute[]): readonly AttributeDefinition[] {
  return attributes
    .filter(({ mappable }) => mappable)
    .map(({ name, type, multivalued, caseExact, anchor }) => ({
      anchor,
      caseExact,
      defaultValue: null,
      metadata: [],
      multivalued,
      mutability: 'ReadWrite',
      name,
      required: anchor,
      referencedObjects: (referenced.get(name) ?? []).map((referencedObjectName) => ({
        referencedObjectName,
        referencedProperty: null,
      })),
      type,
    }));
}

/** The metadata with which a directory declares that it supports soft deletion (§3.4). */
const userMetadata = [
  { key: 'PropertyNameAccountEnabled', value: 'accountEnabled' },
  { key: 'PropertyNameSoftDeleted', value: IS_SOFT_DELETED },
  { key: 'IsSoftDeletionSupported', value: 'true' },
  { key: 'IsSynchronizeAllSupported', value: 'true' },
];

export const sourceDirectory: DirectoryDefinition = {
  id: '8c5f3f4b-6f0c-4d0e-9d8b-1d2f9d3f7a01',
  name: SOURCE_DIRECTORY,
  objects: [
    { name: 'User', metadata: userMetadata, attributes: definitionsOf(sourceUserAttributes) },
    {
      name: 'Group',
      metadata: [{ key: 'IsSynchronizeAllSupported', value: 'true' }],
      attributes: definitionsOf(sourceGroupAttributes),
    },
  ],
};
