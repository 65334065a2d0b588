import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * Google Workspace's automated provisioning: "Google-Auto-Provisioning" with the media type application/json, as
 * pond/scimitar#142 shows. It provisions people, no groups.
 */
export const googleWorkspace: ClientProfile = {
  name: 'Google Workspace',
  sends: (evidence) => /^google-auto-provisioning\b/i.test(userAgentOf(evidence)),
};
