import { createHash } from 'node:crypto';
import { AppError, quote } from '#base/errors.ts';

/** The roles that every application outside the gallery has, by Entra ID's ids. */
const ownRoles: ReadonlyMap<string, string> = new Map([
  ['User', '18d14569-c3bd-439b-9a66-3a2aee01d14f'],
  ['msiam_access', 'b9632174-c057-4f7e-951b-be3adc52bfe6'],
]);

export const ROLE_DEFAULT = 'User';
/** UTF-16 units of the value of a role. */
export const ROLE_LENGTH_MAX = 120;

/** The id of a role of an application: the same for the same value. Throws invalidValue. */
export function appRoleIdOf(applicationId: string, roleValue: string): string {
  // Graph allows no blanks, since tokens list roles.
  if (!/^[^\s"\\\p{Cc}]+$/u.test(roleValue) || roleValue.length > ROLE_LENGTH_MAX) {
    const message = `The role is ${quote(roleValue)}; it must have 1 to ${ROLE_LENGTH_MAX} characters without blanks.`;
    throw new AppError('invalidValue', message, { attribute: 'role', value: roleValue });
  }
  return ownRoles.get(roleValue) ?? guidOf(`${applicationId}/${roleValue}`);
}

/** A GUID of version 8 (RFC 9562 §5.8) that follows from a text. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
