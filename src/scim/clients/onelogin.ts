import { isObject } from '#base/json.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { userAgentOf, type ClientEvidence, type ClientProfile } from './client-profile.ts';

/** The core schema of a SCIM 2.0 draft, which OneLogin's template still sends. The current URN ends in `:User`. */
const DRAFT_SCHEMA = 'urn:scim:schemas:core:2.0';

/**
 * OneLogin, according to a request log in goauthentik/authentik#11249. It sends no User-Agent, a trailing `?` or `&` in the
 * URL, and the schema URNs of a draft, which `schema/` accepts as former URNs. Its documentation changes members as in SCIM
 * 1.1, which `patch/dialects/partial-resource.ts` reads. Some of its templates send a single email instead of a list.
 */
export const onelogin: ClientProfile = {
  name: 'OneLogin',
  matches: (evidence) => {
    const userAgent = userAgentOf(evidence);
    if (userAgent !== '') return /onelogin/i.test(userAgent);
    return /[?&]$/.test(evidence.url) || namesDraft(evidence);
  },
};

function namesDraft({ body }: ClientEvidence): boolean {
  const schemas = isObject(body) ? body['schemas'] : undefined;
  return isList(schemas) && schemas.includes(DRAFT_SCHEMA);
}
