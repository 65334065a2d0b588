import { createHash } from 'node:crypto';
import { AppError, quote } from '#base/errors.ts';

/** Entra ID's ids of the roles that every application outside the gallery has. */
const defaultRoles: ReadonlyMap<string, string> = new Map([
  ['User', '18d14569-c3bd-439b-9a66-3a2aee01d14f'],
  ['msiam_access', 'b9632174-c057-4f7e-951b-be3adc52bfe6'],
]);

export const ROLE_DEFAULT = 'User';
/** Maximum UTF-16 units of the value of a role. */
export const ROLE_LENGTH_MAX = 120;

/** Returns the id of a role of an application, which depends only on the application and the value. Throws `invalidValue`. */
export function appRoleIdOf(applicationId: string, roleValue: string): string {
  // Graph allows no whitespace, because tokens contain lists of roles.
  if (!/^[^\s"\\\p{Cc}]+$/u.test(roleValue) || roleValue.length > ROLE_LENGTH_MAX) {
    const message = `The role is ${quote(roleValue)}; it must have 1 to ${ROLE_LENGTH_MAX} characters, without whitespace, quotation marks or backslashes.`;
    throw new AppError('invalidValue', message, { attribute: 'role', value: roleValue });
  }
  return defaultRoles.get(roleValue) ?? guidOf(`${applicationId}/${roleValue}`);
}

/** Derives a GUID of version 8 (RFC 9562 §5.8) from a text. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
