import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { sourceUserAttributes } from '../../source/source-attributes.ts';
import type { SourceUser } from '../../source/source-object.ts';
import type { GivenValues } from '../../source/source-values.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { idOfReference } from './reference.ts';
import { filterableOf, propertiesOf, readProperties, valuesOf } from './source-properties.ts';

const properties = propertiesOf(sourceUserAttributes);
const times = ['createdDateTime', 'deletedDateTime', 'lastModifiedDateTime'] as const;

/** All properties of a user, and the default properties, which Graph returns if the request has no $select. */
export const userProperties = {
  all: [...new Set(properties.map(({ path }) => path[0] ?? '')), ...times],
  defaults: [
    'id',
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
  ],
};

export const userFilterable = filterableOf(
  properties,
  times.map((path) => ({ path, type: 'date', caseExact: true })),
);

/** Returns a user as microsoft.graph.user with all properties. */
export function userResource(user: SourceUser): JsonObject {
  const { attributes, accountEnabled, id, createdAt, deletedAt, modifiedAt } = user;
  const own: Readonly<Record<string, JsonValue>> = { objectId: id, accountEnabled };
  return {
    ...readProperties(properties, ({ name }) => own[name] ?? attributes[name]),
    createdDateTime: createdAt.toISOString(),
    deletedDateTime: deletedAt?.toISOString() ?? null,
    lastModifiedDateTime: modifiedAt.toISOString(),
  };
}

/**
 * Reads the values of a user from the body of a request. A password is accepted but not stored, because users do not sign in to the
 * stand-in, and passwords are never provisioned. Throws `invalidType` for a passwordProfile that is not an object, and `invalidValue` for
 * an invalid reference to the manager.
 */
export function userValues(body: JsonObject): GivenValues {
  const { passwordProfile, ...rest } = body;
  if (passwordProfile !== undefined && passwordProfile !== null && !isObject(passwordProfile)) {
    throw new StandInError('invalidType', ({ users }) => users.passwordProfile, {
      attribute: 'passwordProfile',
    });
  }
  const manager = rest['manager@odata.bind'];
  return { ...valuesOf(rest), ...(manager !== undefined && { manager: idOfReference(manager, 'manager@odata.bind') }) };
}
