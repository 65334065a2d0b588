import type { ClientEvidence, ClientProfile } from './client-profile.ts';
import { entraId } from './entra-id.ts';
import { googleWorkspace } from './google-workspace.ts';
import { jumpcloud } from './jumpcloud.ts';
import { okta } from './okta.ts';
import { onelogin } from './onelogin.ts';
import { ping } from './ping.ts';

/** Clients that send a User-Agent come first, because the shape of a body is weaker evidence than the User-Agent header. */
const profiles: readonly ClientProfile[] = [okta, googleWorkspace, jumpcloud, ping, entraId, onelogin];

/**
 * Returns the name of the product that sent a request, such as `Okta`; undefined if the request does not reveal it.
 *
 * @example
 * detectClient({ headers: { 'user-agent': 'Okta SCIM Client 1.0.0' }, url: '/scim/v2/Users', body: undefined }); // 'Okta'
 */
export function detectClient(evidence: ClientEvidence): string | undefined {
  return profiles.find(({ matches }) => matches(evidence))?.name;
}
