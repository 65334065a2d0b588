import type { ErrorDefinition } from './error-definition.ts';

/** Errors of sign-ins, of the REST API and of the portal. */
export const accountErrors = {
  keyMissing: {
    status: 401,
    title: 'The request has no credential',
    remedy:
      'Send a key as Authorization: Bearer, or in the x-api-key header: for SCIM the Secret Token, for the REST API an API key.',
  },
  keyUnknown: {
    status: 401,
    title: 'The key is not known',
    remedy: 'Copy the key or the Secret Token again, or create one: tanhua key create.',
  },
  keyExpired: {
    status: 401,
    title: 'The key has expired',
    remedy: 'Create a new key and enter it as Secret Token: tanhua key create.',
  },
  keyRevoked: {
    status: 401,
    title: 'The key was revoked',
    remedy: 'Create a new key and enter it as Secret Token: tanhua key create.',
  },
  userInactive: {
    status: 401,
    title: 'The user of the token is suspended, not activated yet, or deleted',
    remedy: 'Have the user activated or restored: the token then works again.',
  },
  mailNotDelivered: {
    status: 502,
    title: 'An email did not reach its recipient; only events have this code',
    remedy:
      'Read the response of the mail server, correct the address or the settings of the server, and send the email again from the outbox.',
  },
  mailArrivalUnknown: {
    status: 502,
    title:
      'The connection to the mail server ended before its response, so an email may have arrived; only events have this code',
    remedy: 'Ask the recipient. If the email did not arrive, send it again from the outbox.',
  },
  keyAddress: {
    status: 403,
    title: 'The key may not be used from this address',
    remedy: 'Send from an address that the key allows, or ask an administrator to add your address.',
  },
  signInFailed: {
    status: 401,
    title: 'The email address and the password do not match, or the account cannot be used',
    remedy:
      'Try again, with the username if several users share the address. After too many attempts you have to wait. An administrator can see the reason in the event log.',
  },
  passwordConfirmation: {
    status: 403,
    title: 'The change requires the current password of the caller',
    remedy: 'Send your current password with the request, in the field password.',
  },
  passwordExpired: {
    status: 401,
    title: 'The password has expired',
    remedy: 'Set a new one with the link in the email, or request another link.',
  },
  secondFactor: {
    status: 401,
    title: 'A second factor is required',
    remedy: 'Send the code of the authenticator app, or use a passkey.',
  },
  tokenUsed: {
    status: 400,
    title: 'The link has already been used, has expired, or was never issued',
    remedy: 'Get a new link: reset the password, or ask an administrator to send the activation email again.',
  },
  passwordPending: {
    status: 400,
    title: 'The user has no password yet',
    remedy: 'Send the activation email, or set a password: only a password that is set can expire.',
  },
  passwordManaged: {
    status: 403,
    title: 'The password is managed by the source of the user',
    remedy: 'Change the password in the source of the user, or ask an administrator to release the password.',
  },
  fieldOwned: {
    status: 403,
    title: 'The field belongs to the source that the user comes from',
    remedy: 'Change the field in the source, or release the field: in a PUT request, leave it out of restrictedFields.',
  },
  stateTransition: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The user cannot change from the current state to the requested state',
    remedy:
      'A staged user can be activated, an activated user suspended, and a suspended user activated. No user can become staged again.',
  },
  conflict: {
    status: 409,
    title: 'The request conflicts with what already exists',
    remedy: 'Read the message: it names the conflict.',
  },
  lastAdministrator: {
    status: 409,
    title: 'At least one Administrator With Billing must remain',
    remedy: 'Give the role to another administrator first.',
  },
  ownAccount: {
    status: 403,
    title: 'Administrators cannot remove, suspend or demote themselves, nor change their own address with a key',
    remedy: 'Ask another administrator; to change your own address, sign in, and send your password with the change.',
  },
  organizationUnclear: {
    status: 401,
    title: 'The administrator works for several organizations, and the request names none',
    remedy: 'Send the id of the organization in the x-org-id header.',
  },
  organizationMismatch: {
    status: 400,
    title: 'The x-org-id header is malformed, or names a different organization than the path',
    remedy: 'Send the same 24 hex digits in both.',
  },
  organizationUnsupported: {
    status: 403,
    title: 'This route does not accept x-org-id',
    remedy: 'Leave the header out.',
  },
  tooManyAttempts: {
    status: 429,
    title: 'There were too many attempts, or too many requests for a link, in a short time',
    remedy:
      'Wait the number of seconds in Retry-After, then try again. Sign-ins with a passkey, or on a device that the account has used before, do not have to wait because of failed attempts elsewhere.',
  },
  quotaExceeded: {
    status: 429,
    title: 'The organization has reached its limit of requests for one day',
    remedy: 'Wait the number of seconds in Retry-After, then try again; or use the alternative that the message names.',
  },
  tooManyListeners: {
    status: 429,
    title: 'The organization has too many connections for live updates',
    remedy: 'Close connections that are no longer needed, wait the number of seconds in Retry-After, then try again.',
  },
  tooManyPreviews: {
    status: 429,
    title: 'Too many previews of rules are being calculated at the same time',
    remedy: 'Wait the number of seconds in Retry-After, then try again.',
  },
  crossOrigin: {
    status: 403,
    title: 'The request comes from a page of another site',
    remedy: "Sign in on this server's own pages, or send the token as a bearer token.",
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
