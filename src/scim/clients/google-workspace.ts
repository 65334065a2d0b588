import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * Google Workspace's automated provisioning. It sends the User-Agent "Google-Auto-Provisioning" and the media type
 * application/json (pond/scimitar#142). It provisions users, but not groups.
 */
export const googleWorkspace: ClientProfile = {
  name: 'Google Workspace',
  matches: (evidence) => /^google-auto-provisioning\b/i.test(userAgentOf(evidence)),
};
