import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * Okta: "Okta SCIM Client 1.0.0", as its protocol reference shows and logs of others confirm. It reads a user, and puts
 * back what it read with its changes in it: readOnly attributes, empty strings and all. Applications of its catalog
 * change `active` by a PATCH without a path, and groups by PATCH. Each new user comes with a password, wanted or not.
 */
export const okta: ClientProfile = {
  name: 'Okta',
  sends: (evidence) => /^okta\b/i.test(userAgentOf(evidence)),
};
