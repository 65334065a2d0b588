import type { ClientEvidence, ClientProfile } from './client-profile.ts';
import { entraId } from './entra-id.ts';
import { googleWorkspace } from './google-workspace.ts';
import { jumpcloud } from './jumpcloud.ts';
import { okta } from './okta.ts';
import { onelogin } from './onelogin.ts';
import { ping } from './ping.ts';

/** Those that name themselves come first: the shapes of a body are a weaker sign. */
const profiles: readonly ClientProfile[] = [okta, googleWorkspace, jumpcloud, ping, entraId, onelogin];

/** The product that sends a request, as people call it; undefined for one that nothing gives away. */
export function detectClient(evidence: ClientEvidence): string | undefined {
  return profiles.find(({ sends }) => sends(evidence))?.name;
}
