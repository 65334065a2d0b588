import { quote } from '#base/errors.ts';
import { defineReason, sameAdvice, type NoParameters } from './reason.ts';

type Insufficient = {
  /** The role of the administrator who owns the key; undefined for an integration token. */
  readonly role: string | undefined;
  readonly permission: string;
  /** What the permission allows, as a sentence without its period. */
  readonly meaning: string;
  /** The roles that have the permission. */
  readonly roles: readonly string[];
};

/** Reasons why an authenticated caller is not allowed to do something. */
export const accessReasons = {
  roleInsufficient: defineReason({
    code: 'roleForbidden',
    says: ({ role, permission, meaning }: Insufficient) => {
      const owner =
        role === undefined ? 'is an integration token' : `belongs to an administrator with the role ${role}`;
      const restriction =
        permission === 'scim'
          ? 'may not provision'
          : `may not do this: the request requires the permission ${permission} (${meaning})`;
      return `The key ${owner}, which ${restriction}.`;
    },
    advice: ({ permission, roles }) => {
      const orToken = permission === 'scim' ? ', or an integration token (tanhua key create --integration NAME)' : '';
      return sameAdvice(`Use a key of an administrator with one of these roles: ${roles.join(', ')}${orToken}.`, {
        portal: undefined,
      });
    },
    examples: [
      { role: 'Help Desk', permission: 'scim', meaning: 'Provision by SCIM', roles: ['Administrator', 'Manager'] },
      { role: undefined, permission: 'users.write', meaning: 'Change users', roles: ['Administrator'] },
    ],
  }),
  permissionNotGranted: defineReason({
    code: 'roleForbidden',
    says: ({ permission, meaning }: { readonly permission: string; readonly meaning: string }) =>
      `This requires ${permission}, a permission of the installation that no role includes (${meaning}).`,
    advice: () =>
      sameAdvice('The operator of the installation can grant it: tanhua admin set EMAIL --create-organizations on.', {
        portal: undefined,
      }),
    examples: [{ permission: 'organizations.create', meaning: 'Create organizations' }],
  }),
  userTokenForbidden: defineReason({
    code: 'roleForbidden',
    says: ({ user }: { readonly user: string }) =>
      `The token belongs to the user ${quote(user)}, who may only read /Me, change the password there with PUT or PATCH, and read /Schemas, /ResourceTypes and /ServiceProviderConfig.`,
    advice: () =>
      sameAdvice('Use a key of an administrator: tanhua key create --administrator EMAIL.', {
        scim: 'Provision with an integration token: tanhua key create --integration NAME.',
        portal: undefined,
      }),
    examples: [{ user: 'ann' }],
  }),
  tokenForScimOnly: defineReason<NoParameters>({
    code: 'roleForbidden',
    says: () => 'The key is an integration token, which can only use SCIM.',
    advice: () =>
      sameAdvice('Use an API key of an administrator: tanhua key create --administrator EMAIL.', {
        scim: undefined,
        portal: 'Sign in instead.',
      }),
    examples: [{}],
  }),
} as const;
