import type { ErrorDefinition } from './error-definition.ts';

/** Errors of the stand-in for Entra ID. */
export const entraErrors = {
  tooManyRequests: {
    status: 429,
    title: 'Provision on demand was requested too often',
    remedy:
      'Wait the number of seconds in Retry-After, then try again: at most five requests are accepted in ten seconds.',
  },
  credentialsRefused: {
    status: 400,
    title: 'The connection to the application could not be validated',
    remedy: 'Correct the Tenant URL or the token as the message says; innerError has the requests and responses.',
  },
  secretNeeded: {
    status: 400,
    title: 'A saved secret must be entered again',
    remedy: 'Send the secret itself: a saved secret is valid only for the URL for which it was entered.',
  },
  entraOff: {
    status: 403,
    title: 'The stand-in for Entra ID is off on this server',
    remedy: 'An operator of the server can switch it on with TANHUA_ENTRA=on; the message says why it is off.',
  },
  deltaExpired: {
    status: 410,
    title: 'The delta link is too old',
    remedy: 'Request the delta again without a token, and continue from its new link.',
  },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;
