import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * PingOne and PingFederate's SCIM Provisioner. It updates users only by PUT, and groups by PUT or, if enabled, by PATCH. It
 * finds an existing group by reading all groups (docs.pingidentity.com, SCIM Provisioner). No public log shows its
 * User-Agent, so any that contains the product's name matches.
 */
export const ping: ClientProfile = {
  name: 'Ping Identity',
  matches: (evidence) => /\bping(?:one|federate|directory|[ -]?identity)/i.test(userAgentOf(evidence)),
};
