import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * Okta. It sends the User-Agent "Okta SCIM Client 1.0.0", according to its protocol reference and to the logs of other servers.
 * To update a user, it reads the user, changes the result, and sends all of it back by PUT, including readOnly attributes and
 * empty strings. Applications in its catalog change `active` by a PATCH without a path, and change groups by PATCH. It sends a
 * password with every new user, even if the directory does not need one.
 */
export const okta: ClientProfile = {
  name: 'Okta',
  matches: (evidence) => /^okta\b/i.test(userAgentOf(evidence)),
};
