import { quote } from '#base/errors.ts';
import { isLoopbackHost } from '#base/network.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { nameOf, resolveAttributePath, splitAttributePath } from '#scim/path/attribute-path.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';
import { isSharedTenant } from '../credentials/entra-settings.ts';
import { radiusMethods, type RadiusServerSettings } from './server-store.ts';

/** Microsoft's authority for tenants in the public cloud. National clouds have others. */
export const AUTHORITY_DEFAULT = 'https://login.microsoftonline.com';

/**
 * Returns the settings of a server in canonical form: each method once, and the attribute with the object id in the letter case of the
 * schema. Throws `invalidValue` (400) if the server could not work, or would accept people of other tenants.
 */
export function checkSettings(schema: ResourceSchema, settings: RadiusServerSettings): RadiusServerSettings {
  const { entra } = settings;
  const methods = radiusMethods.filter((method) => settings.methods.includes(method));
  if (methods.length === 0) throw invalid((texts) => texts.noMethod, 'methods', settings.methods);
  if (!isAuthority(entra.authorityUrl)) {
    throw invalid((texts) => texts.authorityUrl(quote(entra.authorityUrl)), 'entra.authorityUrl', entra.authorityUrl);
  }
  if (entra.tenant !== null && !isTenant(entra.tenant)) {
    throw invalid((texts) => texts.tenant(quote(entra.tenant)), 'entra.tenant', entra.tenant);
  }
  if (settings.identityProvider === 'entra') {
    for (const field of ['tenant', 'clientId'] as const) {
      if (entra[field] === null) throw invalid((texts) => texts.entraMissing(`entra.${field}`), `entra.${field}`, null);
    }
  }
  const objectIdAttribute = entra.objectIdAttribute === null ? null : attributeName(schema, entra.objectIdAttribute);
  return { ...settings, methods, entra: { ...entra, objectIdAttribute } };
}

/** True for a URL that passwords may be sent to: with TLS, or on this machine. */
function isAuthority(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** True for a GUID or a domain, which can be one segment of a path. */
function isTenant(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text) && !isSharedTenant(text);
}

/** Returns the name of a text attribute of users, such as `externalId`. */
function attributeName(schema: ResourceSchema, path: string): string {
  const found = resolveAttributePath(schema, splitAttributePath(path, 0));
  const definition = found?.sub ?? found?.attribute;
  const isText = definition?.type === 'string' || definition?.type === 'reference';
  if (found === undefined || definition === undefined || !isText || definition.multiValued || isSecret(definition)) {
    throw invalid((texts) => texts.objectIdAttribute(quote(path)), 'entra.objectIdAttribute', path);
  }
  return nameOf(found);
}

function invalid(
  say: (texts: Messages['radiusServers']) => string,
  attribute: string,
  value: unknown,
): TranslatedError {
  return new TranslatedError('invalidValue', ({ radiusServers }) => say(radiusServers), { attribute, value });
}
