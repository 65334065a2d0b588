import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * JumpCloud as the source ("Custom SCIM Identity Management"). Its connection test creates a user and a group, and then deletes
 * both. It updates users by PUT, or by one PATCH operation per attribute. It adds members without `display` and `type`, and
 * removes them by a value next to the path, as Entra ID does. No public log shows its User-Agent, so any that contains its name
 * matches.
 */
export const jumpcloud: ClientProfile = {
  name: 'JumpCloud',
  matches: (evidence) => /jumpcloud/i.test(userAgentOf(evidence)),
};
