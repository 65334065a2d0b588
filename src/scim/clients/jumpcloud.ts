import { userAgentOf, type ClientProfile } from './client-profile.ts';

/**
 * JumpCloud as the source ("Custom SCIM Identity Management"): its test of the connection makes a user and a group, and
 * deletes both. Users change by PUT, or by one operation an attribute; members come without display and type, and leave by
 * a value beside the path, as Entra ID has it. No public log shows a User-Agent: its name in it is enough.
 */
export const jumpcloud: ClientProfile = {
  name: 'JumpCloud',
  sends: (evidence) => /jumpcloud/i.test(userAgentOf(evidence)),
};
