import { createHash } from 'node:crypto';
import { quote } from '#base/errors.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';

/** The ids of the default roles that Entra ID adds to every application that is not in its gallery. */
const defaultRoles: ReadonlyMap<string, string> = new Map([
  ['User', '18d14569-c3bd-439b-9a66-3a2aee01d14f'],
  ['msiam_access', 'b9632174-c057-4f7e-951b-be3adc52bfe6'],
]);

export const ROLE_DEFAULT = 'User';
/** Maximum length of a role's value, in UTF-16 code units. */
export const ROLE_LENGTH_MAX = 120;

/**
 * Returns the id of an application's role. The same application and value always give the same id. Throws `invalidValue` if the value
 * is empty, too long, or contains a character that is not allowed.
 */
export function appRoleIdOf(applicationId: string, roleValue: string): string {
  // As in Graph, a value must not contain whitespace, because tokens list roles separated by spaces.
  if (!/^[^\s"\\\p{Cc}]+$/u.test(roleValue) || roleValue.length > ROLE_LENGTH_MAX) {
    throw new StandInError('invalidValue', ({ assignments }) => assignments.role(quote(roleValue), ROLE_LENGTH_MAX), {
      attribute: 'role',
      value: roleValue,
    });
  }
  return defaultRoles.get(roleValue) ?? guidOf(`${applicationId}/${roleValue}`);
}

/** Derives a version 8 UUID (RFC 9562 §5.8) from a text. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
