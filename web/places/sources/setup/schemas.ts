import { defaultSchema } from '#entra/application/default-schema.ts';
import { guideSchema } from '#entra/application/guide-schema.ts';

/** The ready-made mappings, in the format of Microsoft Graph. They are those of the stand-in for Entra ID. */
export const schemas = { guide: guideSchema, entra: defaultSchema } as const;
export type MappingName = keyof typeof schemas;

/** Returns the rows of the mapping of users. */
export function userRows(name: MappingName) {
  const mappings = schemas[name].synchronizationRules.flatMap(({ objectMappings }) => objectMappings);
  const users = mappings.find(({ sourceObjectName }) => sourceObjectName === 'User');
  return (users?.attributeMappings ?? []).map(({ source, targetAttributeName: target, matchingPriority: match }) => ({
    target,
    // The portal shows an attribute without brackets.
    source: (source?.expression ?? '').replace(/^\[(\w+)\]$/, '$1'),
    match,
  }));
}
