import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * PingOne and PingFederate's SCIM Provisioner: users change by PUT alone, groups by PUT or, where it is switched on, by
 * PATCH; an existing group is found by reading all of them (docs.pingidentity.com, SCIM Provisioner). No public log shows a
 * User-Agent: the product's name in it is enough.
 */
export const ping: ClientProfile = {
  name: 'Ping Identity',
  sends: (evidence) => /\bping(?:one|federate|directory|[ -]?identity)/i.test(userAgentOf(evidence)),
};
