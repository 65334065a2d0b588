import { quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { sourceUserAttributes } from '../../source/source-attributes.ts';
import type { SourceUser } from '../../source/source-object.ts';
import type { GivenValues } from '../../source/source-values.ts';
import { StandInError, type Say } from '../../texts/refusals/stand-in-error.ts';
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

/** The maximum length of a password in Entra ID, in characters. */
export const PASSWORD_LENGTH_MAX = 256;

/** A password that the body of a request sets. */
export interface GivenPassword {
  readonly password: string | undefined;
  readonly mustChange: boolean | undefined;
}

/**
 * Reads the values of a user from the body of a request, except the password (`passwordOf`), which is never provisioned. Throws
 * `invalidValue` for an invalid reference to the manager.
 */
export function userValues(body: JsonObject): GivenValues {
  const { passwordProfile: _, ...rest } = body;
  const manager = rest['manager@odata.bind'];
  return { ...valuesOf(rest), ...(manager !== undefined && { manager: idOfReference(manager, 'manager@odata.bind') }) };
}

/**
 * Reads the passwordProfile of the body of a request. Throws `invalidType` for a value of another type, and `invalidValue` for a password
 * that is empty or too long. The errors do not quote the password.
 */
export function passwordOf({ passwordProfile: profile }: JsonObject): GivenPassword {
  if (profile === undefined || profile === null) return { password: undefined, mustChange: undefined };
  if (!isObject(profile)) throw invalid('passwordProfile', 'invalidType', ({ users }) => users.passwordProfile);
  const { password, forceChangePasswordNextSignIn: mustChange } = profile;
  if (password !== undefined && typeof password !== 'string') {
    throw invalid('passwordProfile.password', 'invalidType', ({ users }) => users.passwordProfile);
  }
  if (password !== undefined && (password === '' || Array.from(password).length > PASSWORD_LENGTH_MAX)) {
    throw invalid('passwordProfile.password', 'invalidValue', ({ users }) => users.passwordLength(PASSWORD_LENGTH_MAX));
  }
  if (mustChange !== undefined && typeof mustChange !== 'boolean') {
    const name = 'passwordProfile.forceChangePasswordNextSignIn';
    throw invalid(name, 'invalidType', ({ values }) => values.invalid(name, quote(mustChange), values.rules.flag));
  }
  return { password, mustChange };
}

function invalid(attribute: string, code: 'invalidType' | 'invalidValue', say: Say): StandInError {
  return new StandInError(code, say, { attribute });
}
