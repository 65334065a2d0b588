import { isObject } from '#base/json.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { userAgentOf, type ClientEvidence, type ClientProfile } from './client-profile.ts';

/** The core schema of a draft of SCIM 2.0, which OneLogin's template still names; its present name ends in `:User`. */
const DRAFT_SCHEMA = 'urn:scim:schemas:core:2.0';

/**
 * OneLogin, as a request log in goauthentik/authentik#11249 shows it: no User-Agent, a `?` or `&` with nothing behind it,
 * and the URNs of a draft for the schemas, which `schema/` knows as former names. Its documentation changes members in the
 * manner of SCIM 1.1, which `patch/dialects/partial-resource.ts` reads. Some of its templates send one e-mail, not a list.
 */
export const onelogin: ClientProfile = {
  name: 'OneLogin',
  sends: (evidence) => {
    const userAgent = userAgentOf(evidence);
    if (userAgent !== '') return /onelogin/i.test(userAgent);
    return /[?&]$/.test(evidence.url) || namesDraft(evidence);
  },
};

function namesDraft({ body }: ClientEvidence): boolean {
  const schemas = isObject(body) ? body['schemas'] : undefined;
  return isList(schemas) && schemas.includes(DRAFT_SCHEMA);
}
